import type { Kysely } from "kysely";

/** What one principal ran last. Ties in a time are broken by what no two statements share. */
export async function addRecentStatements(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createIndex("statement_by_principal")
    .on("statement")
    .columns(["environment_id", "cloud", "region", "principal", "created_at", "uid"])
    .execute();
}
