import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { DatabaseSync, type DatabaseSyncInstance } from "@photostructure/sqlite";
import { KeymoorError } from "../errors.ts";
import { reasonOf } from "../reason-of.ts";
import { ringKeys } from "./access-reads.ts";
import { auditKeyOf } from "./audit-chain.ts";
import { appliedMigrations, refuseNewerSchema } from "./migrate.ts";
import { first, type Placeholders, query } from "./query.ts";
import type { RingKeyRecord } from "./records.ts";
import { kyselyOver, openDatabase, sqliteColumnTypes } from "./sqlite-database.ts";
import { isDiskFull, isSqliteError, openFailure } from "./sqlite-errors.ts";
import { databasePath, lockEmptyFolder, lockPath } from "./sqlite-folder.ts";
import { judgeDatabaseExists } from "./sqlite-offline.ts";
import { SqliteRunner } from "./sqlite-runner.ts";
import { type AuditVerdict, type Verifying, verifyAuditPart, verifyingStart } from "./verify-audit.ts";

/** What a copy of a database holds. */
export interface BackupFacts {
  readonly sizeBytes: number;
  readonly connections: number;
  readonly credentialVersions: number;
  readonly auditEvents: number;
  /** Undefined when there was no key to verify it with. */
  readonly audit: AuditVerdict | undefined;
}

/** Answers with the key of the audit chain, or with undefined to leave it unverified; throws to refuse the copy. */
export type UnlockBackup = (rows: readonly RingKeyRecord[]) => { readonly auditKey: Uint8Array } | undefined;

/**
 * A copy of the database of a data folder as it is at one moment, also while a server serves from it: VACUUM INTO reads on one
 * view and copies no deleted page. It bears its name only once it is whole and was looked at; a failure leaves nothing.
 */
export async function backupSqlite(
  folder: string,
  output: string,
  unlock: UnlockBackup,
): Promise<BackupFacts> {
  judgeDatabaseExists(folder);
  if (existsSync(output)) throw taken(output);
  const partial = join(dirname(output), `.${basename(output)}.${process.pid}.partial`);
  try {
    makePrivateFile(partial);
    copyInto(databasePath(folder), partial);
    const facts = await inspectBackup(partial, unlock);
    syncFile(partial);
    placeWithoutOverwriting(partial, output);
    syncFile(dirname(output));
    return facts;
  } catch (error) {
    throw isDiskFull(error) ? diskFull(`The backup ${output}`, error) : error;
  } finally {
    rmSync(partial, { force: true });
  }
}

/** Looks at a copy without changing it or anything beside it. Throws when it is damaged, or not one of ours. */
async function inspectBackup(path: string, unlock: UnlockBackup): Promise<BackupFacts> {
  judgeFile(path);
  let database: DatabaseSyncInstance | undefined;
  try {
    // "immutable": nothing writes to it, so no lock and no log is made beside it.
    database = new DatabaseSync(`${pathToFileURL(path).href}?immutable=1`, { readOnly: true });
    const [integrity] = database.prepare("pragma integrity_check(1)").all();
    if (integrity?.integrity_check !== "ok") throw damaged(path);
    const applied = await appliedMigrations(kyselyOver(database));
    if (applied.length === 0) throw notOurs(path);
    refuseNewerSchema(applied, sqliteColumnTypes, path);
    const runner = new SqliteRunner(database);
    const unlocked = unlock(runner.run(ringKeys()));
    const [connections, credentialVersions, auditEvents] = counts.map(
      (count) => runner.run(first(count, {}))?.total ?? 0,
    );
    return {
      sizeBytes: statSync(path).size,
      connections: connections ?? 0,
      credentialVersions: credentialVersions ?? 0,
      auditEvents: auditEvents ?? 0,
      audit: unlocked === undefined ? undefined : verifyAll(runner, unlocked.auditKey),
    };
  } catch (error) {
    throw readFailure(error, path);
  } finally {
    database?.close();
  }
}

/**
 * Makes a backup that was looked at the database of a data folder that has none. The folder is not touched before it is sure
 * that the backup is whole and that its master key is there.
 */
export async function restoreSqlite(
  backup: string,
  folder: string,
  unlock: UnlockBackup,
): Promise<BackupFacts> {
  const facts = await inspectBackup(backup, unlock);
  judgeNoDatabase(folder);
  const hadLock = existsSync(lockPath(folder));
  const missing = missingFolders(folder);
  const release = lockEmptyFolder(folder);
  const path = databasePath(folder);
  const partial = `${path}.partial`;
  let isDone = false;
  try {
    judgeNoDatabase(folder);
    rmSync(partial, { force: true });
    makePrivateFile(partial);
    copyFileSync(backup, partial);
    // The system's copy takes the rights of the backup with it, and whoever moved that may have opened it to all.
    chmodSync(partial, 0o600);
    syncFile(partial);
    renameSync(partial, path);
    syncFile(folder);
    isDone = true;
    return facts;
  } catch (error) {
    throw isDiskFull(error) ? diskFull(`The database ${path}`, error) : openFailure(error, path);
  } finally {
    rmSync(partial, { force: true });
    // The lock file goes while it is held, so that nobody takes one that has no name.
    if (!isDone && !hadLock) rmSync(lockPath(folder), { force: true });
    release();
    if (!isDone) removeEmpty(missing);
  }
}

/** The folder and those above it that are to be made, the innermost first. */
function missingFolders(folder: string): readonly string[] {
  const missing: string[] = [];
  for (let path = resolve(folder); !existsSync(path); path = dirname(path)) missing.push(path);
  return missing;
}

function removeEmpty(folders: readonly string[]): void {
  for (const path of folders) {
    if (!existsSync(path)) continue;
    if (readdirSync(path).length > 0) return;
    rmdirSync(path);
  }
}

function diskFull(target: string, cause: unknown): KeymoorError {
  return new KeymoorError("cannot_start", `${target} cannot be written because the disk is full.`, {
    hint: "Free some space there, or choose a place on another disk; nothing was left behind.",
    cause,
  });
}

/** A log left from another database would be taken for this one's. */
function judgeNoDatabase(folder: string): void {
  const path = databasePath(folder);
  const found = ["", "-wal", "-shm", "-journal"].map((end) => path + end).find(existsSync);
  if (found === undefined) return;
  // Whether a server uses the folder is the better answer.
  if (existsSync(lockPath(folder))) lockEmptyFolder(folder)();
  throw new KeymoorError("cannot_start", `${found} is there already, and a restore overwrites nothing.`, {
    hint: "Move the files of the old database away, or restore into another folder.",
  });
}

/** A rename would overwrite what came to stand there meanwhile; not every file system knows links, though. */
function placeWithoutOverwriting(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (cause) {
    if (existsSync(to)) throw taken(to, cause);
    renameSync(from, to);
  }
}

function taken(output: string, cause?: unknown): KeymoorError {
  return new KeymoorError("cannot_start", `${output} exists, and a backup overwrites nothing.`, {
    hint: "Choose another name with --output-file.",
    cause,
  });
}

function copyInto(source: string, target: string): void {
  let database: DatabaseSyncInstance | undefined;
  try {
    database = openDatabase(source, "read");
    // It would refuse the file that is written, too.
    database.exec("pragma query_only = off");
    database.prepare("vacuum into ?").run(target);
  } catch (error) {
    throw isDiskFull(error) ? error : openFailure(error, source);
  } finally {
    database?.close();
  }
}

/** SQLite takes an empty file for a new database and keeps its rights. */
function makePrivateFile(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (cause) {
    if (isDiskFull(cause)) throw cause;
    throw new KeymoorError("cannot_start", `${path} cannot be written.`, {
      hint: "Choose a folder that exists and that this user may write.",
      cause,
    });
  }
}

function judgeFile(path: string): void {
  let isFile = false;
  try {
    isFile = statSync(path).isFile();
  } catch (cause) {
    throw new KeymoorError("cannot_start", `The file ${path} cannot be read (${reasonOf(cause)}).`, {
      cause,
    });
  }
  if (!isFile) throw notOurs(path);
  const log = `${path}-wal`;
  if (!existsSync(log) || statSync(log).size === 0) return;
  throw new KeymoorError("cannot_start", `${path} has a log beside it, ${log}, so it is no backup.`, {
    hint: "Make one with: keymoor admin backup",
  });
}

function verifyAll(runner: SqliteRunner, auditKey: Uint8Array): AuditVerdict {
  const key = auditKeyOf(auditKey);
  let found: AuditVerdict | Verifying = verifyingStart;
  while (found.status === "verifying") found = runner.snapshot(verifyAuditPart(key, found));
  return found;
}

function syncFile(path: string): void {
  const handle = openSync(path, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function readFailure(error: unknown, path: string): unknown {
  if (!isSqliteError(error)) return error;
  const known = openFailure(error, path);
  return new KeymoorError("cannot_start", known.message, { hint: notOursHint, cause: error });
}

function damaged(path: string): KeymoorError {
  return new KeymoorError("cannot_start", `The backup ${path} is damaged.`, {
    hint: "Take another one; nothing was changed.",
  });
}

function notOurs(path: string): KeymoorError {
  return new KeymoorError("cannot_start", `${path} is not a backup of Keymoor.`, { hint: notOursHint });
}

const notOursHint = "Give a file that `keymoor admin backup` has made; nothing was changed.";

const counts = (["connection", "credential", "auditEvent"] as const).map((table) =>
  query((db, _value: Placeholders<object>) =>
    db.selectFrom(table).select(({ fn }) => fn.countAll<number>().as("total")),
  ),
);
