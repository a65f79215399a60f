import { type Kysely, sql } from "kysely";
import type { ColumnTypes } from "./column-types.ts";

/**
 * What definitions name which connection, found by the connection, by the object and by the statement; and use by use token,
 * which is part of the key from now on, so that the table is made anew. What was counted before has none.
 */
export async function createDependantTables(
  db: Kysely<unknown>,
  { text, integer }: ColumnTypes,
): Promise<void> {
  await db.schema
    .createTable("dependant")
    .addColumn("environment_id", text, (column) => column.notNull())
    .addColumn("statement_name", text, (column) => column.notNull())
    .addColumn("number", integer, (column) => column.notNull())
    .addColumn("cloud", text, (column) => column.notNull())
    .addColumn("region", text, (column) => column.notNull())
    .addColumn("connection_name", text, (column) => column.notNull())
    .addColumn("object_kind", text, (column) => column.notNull())
    .addColumn("object_name", text, (column) => column.notNull())
    .addColumn("named_by", text, (column) => column.notNull())
    .addPrimaryKeyConstraint("dependant_key", ["environment_id", "statement_name", "number"])
    .execute();
  await db.schema
    .createIndex("dependant_by_connection")
    .on("dependant")
    .columns(["environment_id", "cloud", "region", "connection_name", "statement_name", "number"])
    .execute();
  await db.schema
    .createIndex("dependant_by_object")
    .on("dependant")
    .columns(["environment_id", "cloud", "region", "object_name", "object_kind"])
    .execute();

  await db.schema.dropIndex("usage_day_by_day").execute();
  await db.schema.alterTable("usage_day").renameTo("usage_day_before").execute();
  await db.schema
    .createTable("usage_day")
    .addColumn("connection_uid", text, (column) => column.notNull())
    .addColumn("day", text, (column) => column.notNull())
    .addColumn("principal", text, (column) => column.notNull())
    .addColumn("use_token_id", text, (column) => column.notNull())
    .addColumn("calls", integer, (column) => column.notNull())
    .addColumn("last_at", text, (column) => column.notNull())
    .addPrimaryKeyConstraint("usage_day_token_key", ["connection_uid", "day", "principal", "use_token_id"])
    .execute();
  await sql`insert into usage_day (connection_uid, day, principal, use_token_id, calls, last_at)
    select connection_uid, day, principal, '', calls, last_at from usage_day_before`.execute(db);
  await db.schema.dropTable("usage_day_before").execute();
  await db.schema.createIndex("usage_day_by_day").on("usage_day").columns(["day"]).execute();
}
