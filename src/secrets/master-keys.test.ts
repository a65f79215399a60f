import { randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { KeymoorError } from "../errors.ts";
import { Secret } from "../secret.ts";
import { openLocalVault, type SealedRingKey } from "./key-ring.ts";
import { type MasterKeySettings, masterKeyPath } from "./master-key.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "keymoor-keys-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const base64 = (key: Uint8Array) => new Secret(Buffer.from(key).toString("base64"));
const open = (change: Partial<MasterKeySettings> = {}, rows: readonly SealedRingKey[] = []) =>
  openLocalVault({ value: undefined, file: undefined, folder, ...change }, rows, rows.length === 0);

function refusal(task: () => unknown): KeymoorError {
  try {
    task();
  } catch (error) {
    if (error instanceof KeymoorError) return error;
  }
  throw new Error("it was not refused with a KeymoorError");
}

const bind = { uid: "u1", version: 1, purpose: ["openai"] };
const values = { "api-key": { value: new Secret("sk-1") } };

/** The keys of a ring under the master key that seals now. */
function rewrapped(opened: ReturnType<typeof open>, rows: readonly SealedRingKey[]): SealedRingKey[] {
  return rows.map((row) => ({ ...row, sealed: opened.rewrapRingKey(row) ?? row.sealed }));
}

it("a renewed key seals, the one before still opens until it is forgotten, and nothing of it is left then", () => {
  const opened = open();
  const { vault, masterKeys, add } = opened;
  const file = masterKeyPath(folder);
  const before = readFileSync(file, "utf8");
  const first = masterKeys.keyId;
  const sealed = vault.seal(values, bind);

  masterKeys.renew();
  expect(masterKeys.keyId).not.toBe(first);
  expect(masterKeys.previousKeyIds).toEqual([first]);
  expect(readFileSync(`${file}.previous`, "utf8")).toBe(before);
  expect(statSync(`${file}.previous`).mode & 0o777).toBe(0o600);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(vault.isCurrent(sealed)).toBe(false);
  expect(vault.isCurrent(vault.seal(values, bind))).toBe(true);
  expect(vault.open(sealed, bind)).toEqual(values);

  const again = vault.rewrap(sealed, bind);
  expect(vault.isCurrent(again)).toBe(true);
  expect(() => vault.rewrap(sealed, { ...bind, uid: "u2" })).toThrow();
  const ring = rewrapped(opened, add);
  masterKeys.forgetPrevious();
  expect(existsSync(`${file}.previous`)).toBe(false);
  expect(masterKeys.previousKeyIds).toEqual([]);
  expect(vault.open(again, bind)).toEqual(values);
  expect(() => vault.open(sealed, bind)).toThrow();
  expect(open({}, ring).vault.open(again, bind)).toEqual(values);
  expect(readdirSync(folder)).toEqual(["master.key"]);
});

it("a data folder whose key was being renewed opens with both keys, and names the one that is missing", () => {
  const opened = open();
  opened.masterKeys.renew();
  const [first, second] = [opened.masterKeys.previousKeyIds[0] ?? "", opened.masterKeys.keyId];
  const [moved, ...rest] = opened.add;
  if (moved === undefined) throw new Error("a new ring has keys");
  const half = [...rewrapped(opened, [moved]), ...rest];
  expect(open({}, half).masterKeys.previousKeyIds).toEqual([first]);
  rmSync(`${masterKeyPath(folder)}.previous`);
  const error = refusal(() => open({}, half));
  expect(error.message).toContain(first);
  expect(error.message).toContain(second);
  expect(error.sentence).toContain("KEYMOOR_PREVIOUS_MASTER_KEY");
});

it("a crash between the two files leaves the old key twice, which opens everything", () => {
  const { add, masterKeys } = open();
  const file = masterKeyPath(folder);
  writeFileSync(`${file}.previous`, readFileSync(file));
  const opened = open({}, add);
  expect(opened.masterKeys.keyId).toBe(masterKeys.keyId);
  expect(opened.masterKeys.previousKeyIds).toEqual([]);
  expect(opened.masterKeys.removeLeftovers()).toEqual([]);
  expect(readdirSync(folder)).toEqual(["master.key"]);
});

it("only files that a renewal itself made are removed, and one that cannot be is named", () => {
  const { masterKeys } = open();
  const foreign = [
    "first.key.12-0123456789abcdef.new",
    "master.key.2026-11-20.new",
    "master.key.new",
    "master.key.previous.new",
  ];
  const made = ["master.key.12-0123456789abcdef.new", "master.key.previous.12-0123456789abcdef.new"];
  for (const name of [...foreign, ...made]) writeFileSync(join(folder, name), "cut o");
  masterKeys.renew();
  masterKeys.forgetPrevious();
  expect(masterKeys.removeLeftovers()).toEqual([]);
  expect(readdirSync(folder).sort()).toEqual([...foreign, "master.key"].sort());
  // Stands for one on a disk that is read-only.
  const stuck = join(folder, "master.key.13-0123456789abcdef.new");
  mkdirSync(stuck);
  expect(masterKeys.removeLeftovers()).toEqual([{ file: stuck, reason: "it is a folder" }]);
});

it("a previous key comes from a setting or a file, and only the one that holds it is named", () => {
  const [old, next] = [randomBytes(32), randomBytes(32)];
  const { add } = open({ value: base64(old) });
  expect(refusal(() => open({ value: base64(next) }, add)).code).toBe("cannot_start");
  const bySetting = open({ value: base64(next), previousValue: base64(old) }, add);
  expect(bySetting.masterKeys.previousSetting).toBe("KEYMOOR_PREVIOUS_MASTER_KEY");
  const file = join(folder, "old");
  writeFileSync(file, old);
  const byFile = open({ value: base64(next), previousFile: file }, add);
  expect(byFile.masterKeys.previousSetting).toBe("KEYMOOR_PREVIOUS_MASTER_KEY_FILE");
  byFile.masterKeys.forgetPrevious();
  expect(readFileSync(file).equals(old)).toBe(true);
  for (const change of [
    { previousValue: base64(old), previousFile: file },
    { previousFile: join(folder, "nope") },
    { previousValue: new Secret("canary-short") },
  ]) {
    const error = refusal(() => open({ value: base64(next), ...change }, add));
    expect(error.code).toBe("cannot_start");
    expect(error.sentence).not.toContain("canary");
  }
});

it("a key of a setting, of a file that is read-only, or of a file that changed is not renewed, and nothing is changed", () => {
  const key = randomBytes(32);
  expect(refusal(() => open({ value: base64(key) }).masterKeys.renew()).sentence).toContain(
    "KEYMOOR_PREVIOUS_MASTER_KEY",
  );
  const file = join(folder, "key");
  writeFileSync(file, key);
  chmodSync(file, 0o400);
  const { masterKeys } = open({ file });
  expect(refusal(() => masterKeys.renew())).toMatchObject({ code: "master_key_not_rotatable" });
  chmodSync(file, 0o600);
  writeFileSync(file, randomBytes(32));
  expect(refusal(() => masterKeys.renew())).toMatchObject({ code: "master_key_not_rotatable" });
  expect(readdirSync(folder)).toEqual(["key"]);
});

it("a link to the key file stays a link", () => {
  const [file, link] = [join(folder, "key"), join(folder, "link")];
  const key = randomBytes(32);
  writeFileSync(file, key);
  symlinkSync(file, link);
  const { masterKeys } = open({ file: link });
  masterKeys.renew();
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readFileSync(file).equals(key)).toBe(false);
  expect(existsSync(`${file}.previous`)).toBe(true);
});
