import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { localKeyWrapper, masterKeyId } from "./local.ts";
import { testSecretBackend } from "./test-secret-backend.ts";

testSecretBackend("a master key in memory", async () => localKeyWrapper(randomBytes(32)));

it("an older master key still opens what it sealed, and seals nothing more", () => {
  const [older, current] = [randomBytes(32), randomBytes(32)];
  const wrapped = localKeyWrapper(older).wrap(new Uint8Array(32), "c");
  const wrapper = localKeyWrapper(current, [older]);
  expect(wrapper.keyId).toBe(masterKeyId(current));
  expect([...wrapper.unwrap(masterKeyId(older), wrapped, "c")]).toStrictEqual([...new Uint8Array(32)]);
});

it("the id of a master key is the same every time and holds nothing of the key", () => {
  const key = new Uint8Array(32).fill(3);
  expect(masterKeyId(key)).toBe(masterKeyId(Uint8Array.from(key)));
  expect(masterKeyId(key)).toMatch(/^mk-[0-9a-f]{16}$/);
  expect(masterKeyId(key)).not.toContain("030303");
});
