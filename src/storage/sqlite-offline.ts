import { existsSync } from "node:fs";
import { KeymoorError } from "../errors.ts";
import { auditKeyOf } from "./audit-chain.ts";
import { resumeAuditChain } from "./open-audit-chain.ts";
import { createReads } from "./reads.ts";
import { SqliteCommitter } from "./sqlite-committer.ts";
import { emptyLog, openDatabase } from "./sqlite-database.ts";
import { isSqliteError, openFailure } from "./sqlite-errors.ts";
import { databasePath, lockFolder } from "./sqlite-folder.ts";
import { SqliteRunner } from "./sqlite-runner.ts";
import { prepareDatabase, type SqliteStoreOptions } from "./sqlite-store.ts";
import type { Reads, Step } from "./store.ts";

/** One change of a data folder that no server serves from, with its audit events in the same chain as the server's. */
export async function changeSqliteOffline(
  { folder, unlock }: Pick<SqliteStoreOptions, "folder" | "unlock">,
  plan: (read: Reads) => Promise<readonly Step[]>,
): Promise<void> {
  judgeDatabaseExists(folder);
  const { database: path, release } = lockFolder(folder);
  try {
    const { auditKey, instance } = await prepareDatabase(path, { unlock });
    const runner = new SqliteRunner(openDatabase(path, "write"));
    try {
      const key = auditKeyOf(auditKey);
      const committer = new SqliteCommitter(runner, runner.run(resumeAuditChain(key, instance)), key);
      const reads = createReads({
        run: async (work) => runner.run(work),
        snapshot: async (work) => runner.snapshot(work),
      });
      const { failed } = committer.commit([{ id: 1, steps: await plan(reads) }], []);
      for (const error of failed.values()) throw error;
      emptyLog(runner.database);
    } finally {
      runner.database.close();
    }
  } catch (error) {
    throw isSqliteError(error) ? openFailure(error, path) : error;
  } finally {
    release();
  }
}

/** Nothing is made where a folder was named by mistake. */
export function judgeDatabaseExists(folder: string): void {
  if (existsSync(databasePath(folder))) return;
  throw new KeymoorError("cannot_start", `There is no Keymoor database in ${folder}.`, {
    hint: "Name the data folder of the server with --data, or set KEYMOOR_DATA.",
  });
}
