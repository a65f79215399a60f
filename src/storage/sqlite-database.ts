import { DatabaseSync, type DatabaseSyncInstance } from "@photostructure/sqlite";
import {
  CamelCasePlugin,
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteDialect,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from "kysely";
import type { ColumnTypes } from "./migrations/column-types.ts";
import type { Schema } from "./schema.ts";

/** Text compares by bytes in SQLite unless told otherwise. */
export const sqliteColumnTypes: ColumnTypes = { text: sql`text`, integer: sql`integer`, bytes: sql`blob` };

/** KiB of pages that one connection keeps; taken as needed. */
const cacheKib = 8192;
/** Pages of 4 KiB after which a commit also moves the log into the file. Fewer, longer moves write each page less often. */
const checkpointPages = 4000;
/** For whoever looks at the file beside the server, such as a backup; within the server nobody waits for a lock. */
const busyMs = 5000;

export type SqliteAccess = "write" | "read";

/**
 * A connection whose commits are durable (`synchronous=FULL` in WAL mode) and whose deletions overwrite what they delete.
 * A reader is a writer that may not write: opened read-only, SQLite could not create the shared index of the log.
 */
export function openDatabase(path: string, access: SqliteAccess): DatabaseSyncInstance {
  const database = new DatabaseSync(path, { timeout: busyMs, enableForeignKeyConstraints: true });
  try {
    database.exec(
      [
        "pragma journal_mode = wal",
        "pragma synchronous = full",
        "pragma secure_delete = on",
        "pragma trusted_schema = off",
        "pragma temp_store = memory",
        `pragma cache_size = -${cacheKib}`,
        `pragma wal_autocheckpoint = ${checkpointPages}`,
        `pragma query_only = ${access === "read" ? "on" : "off"}`,
      ].join(";"),
    );
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

/**
 * Moves all of the log into the file and cuts the log to nothing. False while another connection still reads from it: that
 * may last as long as that reader pleases, so it is not waited for, and no commit waits behind it.
 */
export function emptyLog(database: DatabaseSyncInstance): boolean {
  database.exec("pragma busy_timeout = 0");
  try {
    // The row says whether somebody was in the way: https://www.sqlite.org/pragma.html#pragma_wal_checkpoint
    return database.prepare("pragma wal_checkpoint(truncate)").get()?.busy === 0;
  } finally {
    database.exec(`pragma busy_timeout = ${busyMs}`);
  }
}

/**
 * Writes the whole database anew, without what was overwritten or deleted; the old pages are in the log until that is emptied.
 * The copy that SQLite makes on its way is as large as the database, so it must not be in memory; and `folder` is where there is
 * surely a place for it, which a container's /tmp is not. It has no name there, so nothing of it is left.
 */
export function rewriteDatabase(database: DatabaseSyncInstance, folder: string): void {
  database.exec(`pragma temp_store = file; pragma temp_store_directory = '${folder.replaceAll("'", "''")}'`);
  try {
    database.exec("vacuum");
  } finally {
    database.exec("pragma temp_store_directory = ''; pragma temp_store = memory");
  }
}

/** Builds and compiles queries; it runs none. */
export function sqliteQueryBuilder(): Kysely<Schema> {
  return new Kysely<Schema>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
    plugins: [new CamelCasePlugin()],
  });
}

/** For migrations, where Kysely itself runs what it builds. Destroying it leaves `database` open. */
export function kyselyOver(database: DatabaseSyncInstance): Kysely<unknown> {
  return new Kysely<unknown>({
    dialect: new SqliteDialect({
      database: {
        close: () => {},
        prepare: (text) => {
          const statement = database.prepare(text);
          return {
            reader: statement.columns().length > 0,
            all: (parameters) => statement.all(...parameters),
            run: (parameters) => statement.run(...parameters),
            iterate: (parameters) => statement.iterate(...parameters),
          };
        },
      },
    }),
  });
}
