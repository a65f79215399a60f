import type { DatabaseSyncInstance } from "@photostructure/sqlite";
import { ringKeys } from "./access-reads.ts";
import { ringKey } from "./access-steps.ts";
import { auditKeyOf } from "./audit-chain.ts";
import { isUnused } from "./is-unused.ts";
import { migrate } from "./migrate.ts";
import { type OpenedChain, openAuditChain } from "./open-audit-chain.ts";
import { change, type Work } from "./query.ts";
import { createReads } from "./reads.ts";
import type { RingKeyRecord } from "./records.ts";
import { kyselyOver, openDatabase, sqliteColumnTypes } from "./sqlite-database.ts";
import { openFailure } from "./sqlite-errors.ts";
import { lockFolder } from "./sqlite-folder.ts";
import { SqliteRunner } from "./sqlite-runner.ts";
import { SqliteWriterLink, type StoreLog } from "./sqlite-writer-link.ts";
import type { Store } from "./store.ts";

export interface SqliteStoreOptions {
  /** The data folder; made if it is not there. */
  readonly folder: string;
  /** The bundled sqlite-writer.ts. */
  readonly writerFile: URL;
  /**
   * Called before anything else is read: gets the sealed keys of the ring, answers with the key of the audit chain and with
   * keys to add. Throws `cannot_start` when the master key does not open them.
   */
  readonly unlock: (rows: readonly RingKeyRecord[], isNew: boolean) => Unlocked;
  readonly auditRetentionDays: number;
  readonly log?: StoreLog;
  /** Most pages of 4 KiB that the database may have; tests make a full disk of it. */
  readonly maxPages?: number;
}

export interface Unlocked {
  readonly auditKey: Uint8Array;
  readonly add: readonly RingKeyRecord[];
}

/** Opens the store of a data folder, which belongs to this process from then on until `close()`. */
export async function openSqliteStore(
  options: SqliteStoreOptions,
): Promise<Store & { readonly instance: string }> {
  const { database: path, release } = lockFolder(options.folder);
  try {
    const { auditKey, instance } = await prepareDatabase(path, options);
    const writer = new SqliteWriterLink(
      options.writerFile,
      {
        path,
        instance,
        auditKey,
        auditRetentionDays: options.auditRetentionDays,
        maxPages: options.maxPages,
      },
      options.log,
    );
    const reader = new SqliteRunner(openDatabase(path, "read"));
    await writer.start().catch((error: unknown) => {
      reader.database.close();
      throw error;
    });
    return {
      instance,
      read: createReads({
        run: async (work) => reader.run(work),
        snapshot: async (work) => reader.snapshot(work),
      }),
      write: (steps) => writer.write(steps),
      note: (note) => writer.note(note),
      compact: () => writer.compact("rewrite"),
      emptyLog: () => writer.compact("log"),
      flush: () => writer.flush(),
      close: once(async () => {
        await writer.close();
        reader.database.close();
        release();
      }),
    };
  } catch (error) {
    release();
    throw openFailure(error, path);
  }
}

/** Tables, key ring and audit chain, before anybody writes. */
export async function prepareDatabase(
  path: string,
  { unlock, log }: Pick<SqliteStoreOptions, "unlock" | "log">,
): Promise<{ auditKey: Uint8Array; instance: string }> {
  const database = openDatabase(path, "write");
  try {
    await inTransaction(database, () => migrate(kyselyOver(database), sqliteColumnTypes, path));
    const runner = new SqliteRunner(database);
    const rows = runner.run(ringKeys());
    const isNew = runner.run(isUnused());
    const { auditKey, add } = unlock(rows, isNew);
    const { instance, tampering } = runner.transaction(begin(auditKey, add, isNew));
    if (tampering !== undefined) {
      log?.error(
        { instance, tampering },
        "The audit trail was tampered with; a new chain begins, and says so. Run: keymoor audit verify",
      );
    }
    return { auditKey, instance };
  } finally {
    database.close();
  }
}

/** All or nothing: Kysely makes SQLite's tables one statement at a time, each with a commit of its own. */
async function inTransaction(database: DatabaseSyncInstance, change: () => Promise<void>): Promise<void> {
  database.exec("begin immediate");
  try {
    await change();
    database.exec("commit");
  } finally {
    if (database.isTransaction) database.exec("rollback");
  }
}

function* begin(auditKey: Uint8Array, add: readonly RingKeyRecord[], isNew: boolean): Work<OpenedChain> {
  for (const record of add) yield* change(ringKey, record);
  return yield* openAuditChain(auditKeyOf(auditKey), isNew);
}

function once(close: () => Promise<void>): () => Promise<void> {
  let closing: Promise<void> | undefined;
  return () => {
    closing ??= close();
    return closing;
  };
}
