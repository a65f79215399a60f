import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { KeymoorError } from "../errors.ts";
import { isBusy, openFailure } from "./sqlite-errors.ts";

export interface LockedFolder {
  /** Path of the database file. */
  readonly database: string;
  release(): void;
}

/** Path of the database in a data folder. */
export function databasePath(folder: string): string {
  return join(folder, "keymoor.db");
}

/** Path of the file whose lock holds a data folder. */
export function lockPath(folder: string): string {
  return join(folder, "keymoor.lock");
}

/** Holds a data folder that has no database yet, made if need be, until the returned function is called. */
export function lockEmptyFolder(folder: string): () => void {
  makeWritable(resolve(folder));
  return holdLock(folder);
}

/** Makes the data folder if need be and holds it for this process until released. */
export function lockFolder(folder: string): LockedFolder {
  makeWritable(resolve(folder));
  const release = holdLock(folder);
  try {
    const database = databasePath(folder);
    makePrivate(database);
    return { database, release };
  } catch (error) {
    release();
    throw error;
  }
}

function makeWritable(folder: string): void {
  try {
    makeFolders(folder);
    if (!statSync(folder).isDirectory()) throw new Error("not a directory");
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new KeymoorError("cannot_start", `The data folder ${folder} cannot be written.`, {
      hint: "Set KEYMOOR_DATA to a folder that this user may write.",
      cause,
    });
  }
}

/** One by one: `recursive` never returns where a file system such as /proc says that a folder is missing and cannot be made. */
function makeFolders(folder: string): void {
  if (existsSync(folder)) return;
  makeFolders(dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
}

/**
 * An exclusive transaction on a file of its own, held for life: the operating system drops it when the process ends, however
 * it ends. Nothing else may open and close that file in this process, or POSIX would drop the lock with it.
 */
function holdLock(folder: string): () => void {
  const path = lockPath(folder);
  let lock: InstanceType<typeof DatabaseSync> | undefined;
  try {
    makePrivateIfNew(path);
    lock = new DatabaseSync(path, { timeout: 0 });
    lock.exec("begin exclusive");
  } catch (error) {
    lock?.close();
    if (!isBusy(error)) throw openFailure(error, path);
    throw new KeymoorError("cannot_start", `The data folder ${folder} is in use by another Keymoor server.`, {
      hint: "Stop that server, or set KEYMOOR_DATA to another folder.",
    });
  }
  const held = lock;
  return () => held.close();
}

/** SQLite itself would let everybody read it. A file that is there may be locked by this process, and is not opened. */
function makePrivateIfNew(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}

/** SQLite gives the log, its index and a journal the rights of the database file. */
function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, "a", 0o600));
  } catch (error) {
    throw openFailure(error, path);
  }
}
