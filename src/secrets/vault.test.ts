import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Secret } from "../secret.ts";
import { localKeyWrapper } from "./backends/local.ts";
import { openRing } from "./key-ring.ts";
import { createVault, type SealedValue } from "./vault.ts";

function newVault(wrapper = localKeyWrapper(randomBytes(32))) {
  return createVault(wrapper, openRing(wrapper, []).keys);
}

const purpose = ["openai", "https://a.example"];
const bind = { uid: "u1", version: 1, purpose };

function revealed(values: Readonly<Record<string, SealedValue>>) {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, "value" in value ? value.value.reveal() : value]),
  );
}

describe("a sealed credential", () => {
  it("opens to what was sealed, whatever the values", () => {
    const vault = newVault();
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" })),
        (plain) => {
          const values = Object.fromEntries(
            Object.entries(plain).map(([k, v]) => [k, { value: new Secret(v) }]),
          );
          expect(revealed(vault.open(vault.seal(values, bind), bind))).toEqual({ ...plain });
        },
      ),
    );
  });

  it("keeps a reference as a reference", () => {
    const vault = newVault();
    const reference = ["$", "{file:KEY}"].join("");
    const sealed = vault.seal({ "api-key": { reference, mac: "m" } }, bind);
    expect(vault.open(sealed, bind)).toStrictEqual({ "api-key": { reference, mac: "m" } });
  });

  it("holds nothing in clear, and looks different each time", () => {
    const vault = newVault();
    const values = { "api-key": { value: new Secret("canary-3f9a") } };
    const [one, two] = [Buffer.from(vault.seal(values, bind)), Buffer.from(vault.seal(values, bind))];
    for (const text of ["canary", "api-key"]) expect(one.includes(text)).toBe(false);
    expect(one.equals(two)).toBe(false);
    expect(one.includes(vault.keyId)).toBe(true);
  });

  it("opens for its own connection and version only", () => {
    const vault = newVault();
    const sealed = vault.seal({ token: { value: new Secret("t") } }, bind);
    for (const other of [
      { uid: "u1", version: 2, purpose },
      { uid: "u2", version: 1, purpose },
      { uid: "u1,1", version: 1, purpose },
      { uid: "u1", version: 1, purpose: ["openai", "https://b.example"] },
      { uid: "u1", version: 1, purpose: ["openai,https://a.example"] },
    ]) {
      expect(() => vault.open(sealed, other)).toThrow("The sealed credential does not open.");
    }
  });

  it("does not open once any byte of it has changed, or under another key, and the error says nothing of it", () => {
    const vault = newVault();
    const sealed = vault.seal({ token: { value: new Secret("canary-77") } }, bind);
    for (let i = 0; i < sealed.length; i++) {
      const changed = Uint8Array.from(sealed, (byte, at) => (at === i ? byte ^ 1 : byte));
      expect(() => vault.open(changed, bind)).toThrow("The sealed credential does not open.");
    }
    for (let length = 0; length < sealed.length; length++) {
      expect(() => vault.open(sealed.subarray(0, length), bind)).toThrow("does not open");
    }
    expect(() => newVault().open(sealed, bind)).toThrow("The sealed credential does not open.");
  });
});

describe("the key ring", () => {
  it("gives the same keys again, and one of its own for each purpose", () => {
    const wrapper = localKeyWrapper(randomBytes(32));
    const first = openRing(wrapper, []);
    const again = openRing(wrapper, first.add);
    expect(again.add).toStrictEqual([]);
    expect(again.auditKey).toStrictEqual(first.auditKey);
    const [one, two] = [createVault(wrapper, first.keys), createVault(wrapper, again.keys)];
    const purposes = ["audit", "api_key", "use_token", "page_token", "reference"] as const;
    const macs = purposes.map((purpose) => Buffer.from(one.mac(purpose, "x")).toString("hex"));
    expect(new Set(macs).size).toBe(purposes.length);
    expect(purposes.map((purpose) => Buffer.from(two.mac(purpose, "x")).toString("hex"))).toStrictEqual(macs);
  });

  it("makes the key of a purpose that is new since, and leaves the others", () => {
    const wrapper = localKeyWrapper(randomBytes(32));
    const { add } = openRing(wrapper, []);
    const { add: missing } = openRing(
      wrapper,
      add.filter(({ purpose }) => purpose !== "reference"),
    );
    expect(missing.map(({ purpose }) => purpose)).toStrictEqual(["reference"]);
  });

  it("does not open when a sealed key was put in another's place", () => {
    const wrapper = localKeyWrapper(randomBytes(32));
    const { add } = openRing(wrapper, []);
    const [one, two] = add;
    if (one === undefined || two === undefined) throw new Error("a ring has several keys");
    expect(() => openRing(wrapper, [{ ...one, sealed: two.sealed }])).toThrow("The key ring does not open");
  });
});
