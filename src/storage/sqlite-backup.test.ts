import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { writerFile } from "../../test/fixtures/writer-file.ts";
import { backupSqlite, restoreSqlite } from "./sqlite-backup.ts";
import { openSqliteStore } from "./sqlite-store.ts";
import { auditKey, sampleCreate, sampleEvent } from "./test-records.ts";

let folder: string;
let data: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "keymoor-backup-"));
  data = join(folder, "data");
  const ringKey = { id: "ring-1", purpose: "audit", sealed: new Uint8Array([5]), createdAt: "2026-11-20" };
  const store = await openSqliteStore({
    folder: data,
    writerFile: await writerFile(),
    unlock: () => ({ auditKey, add: [ringKey] }),
    auditRetentionDays: 400,
  });
  await store.write([sampleCreate("one"), { do: "append_audit", event: sampleEvent() }]);
  await store.close();
});
afterEach(() => rmSync(folder, { recursive: true }));

const unlock = () => ({ auditKey });

it("a copy is made of a folder that no server uses, too, and says what is in it", async () => {
  const facts = await backupSqlite(data, join(folder, "b.db"), unlock);
  expect(facts).toMatchObject({ connections: 1, credentialVersions: 1, auditEvents: 2 });
  expect(facts.audit).toMatchObject({ status: "intact", chains: [{ first: 1, last: 2 }] });
  expect(await restoreSqlite(join(folder, "b.db"), join(folder, "other"), unlock)).toEqual(facts);
  expect(readdirSync(join(folder, "other")).sort()).toEqual(["keymoor.db", "keymoor.lock"]);
});

it("whoever refuses a copy when he sees its key ring leaves nothing behind", async () => {
  const refuse = () => {
    throw new Error("refused");
  };
  await expect(backupSqlite(data, join(folder, "b.db"), refuse)).rejects.toThrow("refused");
  expect(readdirSync(folder)).toEqual(["data"]);
  await backupSqlite(data, join(folder, "b.db"), unlock);
  await expect(restoreSqlite(join(folder, "b.db"), join(folder, "other"), refuse)).rejects.toThrow("refused");
  expect(readdirSync(folder).sort()).toEqual(["b.db", "data"]);
});

it("a log left from another database keeps a backup from being restored beside it", async () => {
  await backupSqlite(data, join(folder, "b.db"), unlock);
  for (const end of ["-wal", "-shm", "-journal"]) {
    const left = mkdtempSync(join(folder, "left-"));
    writeFileSync(join(left, `keymoor.db${end}`), "");
    await expect(restoreSqlite(join(folder, "b.db"), left, unlock)).rejects.toThrow(`keymoor.db${end}`);
    expect(readdirSync(left)).toEqual([`keymoor.db${end}`]);
  }
});

it.skipIf(process.platform === "win32")(
  "what is restored is its owner's alone, whoever could read the backup",
  async () => {
    const backup = join(folder, "b.db");
    await backupSqlite(data, backup, unlock);
    chmodSync(backup, 0o644);
    await restoreSqlite(backup, join(folder, "other"), unlock);
    expect(statSync(join(folder, "other", "keymoor.db")).mode & 0o777).toBe(0o600);
  },
);

it("a full disk is named with what was to be written there, and nothing is left on it", async (context) => {
  const small = join(folder, "small");
  mkdirSync(small);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", small], { stdio: "ignore" });
  } catch {
    context.skip("a small disk takes the right to mount one");
  }
  try {
    const full = "cannot be written because the disk is full";
    const target = join(small, "b.db");
    await expect(backupSqlite(data, target, unlock)).rejects.toThrow(`The backup ${target} ${full}`);
    expect(readdirSync(small)).toEqual([]);
    const backup = join(folder, "b.db");
    await backupSqlite(data, backup, unlock);
    const other = join(small, "new", "data");
    await expect(restoreSqlite(backup, other, unlock)).rejects.toThrow(
      `The database ${join(other, "keymoor.db")} ${full}`,
    );
    await expect(restoreSqlite(backup, small, unlock)).rejects.toThrow(full);
    expect(readdirSync(small)).toEqual([]);
  } finally {
    execFileSync("umount", [small]);
  }
});
