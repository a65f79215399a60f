import { describe, expect, it } from "vitest";
import { Secret } from "../secret.ts";
import { createPasswords } from "./password.ts";

const cheap = { ln: 4, r: 8, p: 1 };
const password = new Secret("correct horse");

describe("a password", () => {
  it("is kept as a scrypt hash in PHC format with a salt of its own", async () => {
    const passwords = createPasswords({ strength: cheap });
    const [one, two] = [await passwords.hash(password), await passwords.hash(password)];
    expect(one).toMatch(/^\$scrypt\$ln=4,r=8,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(two);
  });

  it("is hashed at the strength that OWASP asks for", async () => {
    const hash = await createPasswords().hash(password);
    expect(hash).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$/);
    expect(await createPasswords().verify(password, hash)).toBe(true);
  });

  it("is verified, whatever the strength it was hashed at and however its characters were typed", async () => {
    const hash = await createPasswords({ strength: cheap }).hash(new Secret("caf\u00e9"));
    const passwords = createPasswords({ strength: { ...cheap, ln: 5 } });
    expect(await passwords.verify(new Secret("cafe\u0301"), hash)).toBe(true);
    expect(await passwords.verify(new Secret("cafe"), hash)).toBe(false);
  });

  it("matches no missing, broken or absurdly costly hash", async () => {
    const passwords = createPasswords({ strength: cheap });
    for (const hash of [undefined, "", "$scrypt$", "$scrypt$ln=30,r=8,p=1$AAAA$AAAA", "$2b$10$x"]) {
      expect(await passwords.verify(password, hash)).toBe(false);
    }
  });

  it("waits for its turn, and beyond a full queue is refused", async () => {
    const passwords = createPasswords({ strength: cheap, atOnce: 1, maxWaiting: 2 });
    const results = await Promise.allSettled([1, 2, 3, 4, 5].map(() => passwords.hash(password)));
    expect(results.map(({ status }) => status)).toStrictEqual([
      "fulfilled",
      "fulfilled",
      "fulfilled",
      "rejected",
      "rejected",
    ]);
    expect(results[3]).toMatchObject({ reason: { code: "too_many_attempts" } });
    expect(await passwords.hash(password)).toContain("$scrypt$");
  });

  it("leaves room in the queue for others, however many come from one address", async () => {
    const passwords = createPasswords({ strength: cheap, atOnce: 1, maxWaiting: 4, maxWaitingOfOne: 2 });
    const addresses = ["192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2"];
    const attempts = addresses.map((address) => passwords.verify(password, undefined, address));
    const results = await Promise.allSettled(attempts);
    expect(results.map(({ status }) => status)).toStrictEqual([
      "fulfilled",
      "fulfilled",
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
  });
});
