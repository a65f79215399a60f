import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { KeymoorError } from "../errors.ts";
import { Secret } from "../secret.ts";
import { masterKeyId } from "./backends/local.ts";
import { openLocalVault, type SealedRingKey } from "./key-ring.ts";
import { masterKeyPath } from "./master-key.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "keymoor-ring-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const base64 = (key: Uint8Array) => new Secret(Buffer.from(key).toString("base64"));
const open = (
  change: { value?: Secret; file?: string } = {},
  rows: readonly SealedRingKey[] = [],
  isNew = rows.length === 0,
) => openLocalVault({ value: change.value, file: change.file, folder }, rows, isNew);

function refusal(task: () => unknown): KeymoorError {
  try {
    task();
  } catch (error) {
    if (error instanceof KeymoorError) return error;
  }
  throw new Error("it was not refused with a KeymoorError");
}

it("without settings, a new data folder gets a key file that only its owner can read", () => {
  const { vault, add } = open();
  expect(statSync(masterKeyPath(folder)).mode & 0o777).toBe(0o600);
  expect(open({}, add).vault.keyId).toBe(vault.keyId);
});

it("a key file left by a start that got no further is used, never overwritten", () => {
  open();
  const before = readFileSync(masterKeyPath(folder));
  open();
  expect(readFileSync(masterKeyPath(folder)).equals(before)).toBe(true);
});

it("the key comes from the environment, or from a file in base64 or of 32 bytes", () => {
  const key = randomBytes(32);
  const file = join(folder, "key");
  expect(open({ value: base64(key) }).vault.keyId).toBe(masterKeyId(key));
  writeFileSync(file, `${key.toString("base64")}\n`);
  expect(open({ file }).vault.keyId).toBe(masterKeyId(key));
  writeFileSync(file, key);
  expect(open({ file }).vault.keyId).toBe(masterKeyId(key));
  writeFileSync(file, key.toString("base64url"));
  expect(open({ file }).vault.keyId).toBe(masterKeyId(key));
});

it("a wrong key is refused, naming the key that is needed and the one that was given", () => {
  const [right, wrong] = [randomBytes(32), randomBytes(32)];
  const { add } = open({ value: base64(right) });
  const error = refusal(() => open({ value: base64(wrong) }, add));
  expect(error.code).toBe("cannot_start");
  expect(error.message).toContain(masterKeyId(right));
  expect(error.message).toContain(masterKeyId(wrong));
  expect(error.sentence).not.toContain(base64(wrong).reveal());
});

it("a missing key for existing data is refused by its id, and none is made", () => {
  const right = randomBytes(32);
  const { add } = open({ value: base64(right) });
  for (const change of [{}, { file: join(folder, "nope") }]) {
    const error = refusal(() => open(change, add));
    expect(error.code).toBe("cannot_start");
    expect(error.message).toContain(masterKeyId(right));
  }
  expect(() => statSync(masterKeyPath(folder))).toThrow("ENOENT");
});

it("a key ring that is gone, or damaged, is refused", () => {
  expect(refusal(() => open({}, [], false)).message).toContain("key ring");
  const { add } = open();
  const cut = add.map((row) => ({ ...row, sealed: row.sealed.subarray(0, 1) }));
  expect(refusal(() => open({}, cut)).code).toBe("cannot_start");
  const changed = add.map((row) => ({ ...row, sealed: row.sealed.with(row.sealed.length - 1, 0) }));
  const other = changed.map((row) => ({ ...row, sealed: row.sealed.with(row.sealed.length - 2, 0) }));
  expect(refusal(() => open({}, other)).message).toContain("does not open");
});

it("a key that is not 32 bytes in base64, two keys, and an unreadable file are refused without quoting them", () => {
  const file = join(folder, "directory");
  mkdirSync(file);
  for (const change of [
    { value: new Secret("canary-short") },
    { value: new Secret(`${randomBytes(32).toString("base64").slice(0, 20)}!canary`) },
    { value: new Secret(randomBytes(31).toString("base64")) },
    { value: base64(randomBytes(32)), file },
    { file },
  ]) {
    const error = refusal(() => open(change));
    expect(error.code).toBe("cannot_start");
    expect(error.sentence).not.toContain("canary");
  }
});
