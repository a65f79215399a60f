import { type Kysely, sql } from "kysely";
import type { ColumnTypes } from "./column-types.ts";

/**
 * What checks of connections need, the outbox of the webhook, and the mark of what a file manages. A plan is found by when
 * it is due; where nothing is to be done that is null, so that looking for work never walks over idle ones.
 */
export async function createCheckTables(db: Kysely<unknown>, { text, integer }: ColumnTypes): Promise<void> {
  await db.schema.alterTable("connection").addColumn("managed_by", text).execute();
  await db.schema
    .createTable("connection_check")
    .addColumn("connection_uid", text, (column) => column.notNull())
    .addColumn("number", integer, (column) => column.notNull())
    .addColumn("id", text, (column) => column.notNull())
    .addColumn("at", text, (column) => column.notNull())
    .addColumn("trigger", text, (column) => column.notNull())
    .addColumn("outcome", text, (column) => column.notNull())
    .addColumn("phase", text, (column) => column.notNull())
    .addColumn("detail", text, (column) => column.notNull())
    .addColumn("credential_version", integer, (column) => column.notNull())
    .addColumn("duration_ms", integer, (column) => column.notNull())
    .addColumn("certificate_expires_at", text)
    .addColumn("steps", text, (column) => column.notNull())
    .addPrimaryKeyConstraint("connection_check_key", ["connection_uid", "number"])
    .execute();
  await db.schema
    .createTable("check_plan")
    .addColumn("connection_uid", text, (column) => column.notNull())
    .addColumn("enabled", integer, (column) => column.notNull())
    .addColumn("due_at", text)
    .addColumn("trigger", text, (column) => column.notNull())
    .addColumn("failures", integer, (column) => column.notNull())
    .addColumn("unfinished", integer, (column) => column.notNull())
    .addColumn("refused", integer, (column) => column.notNull())
    .addColumn("claimed_until", text)
    .addPrimaryKeyConstraint("check_plan_key", ["connection_uid"])
    .execute();
  await db.schema.createIndex("check_plan_by_due").on("check_plan").columns(["due_at"]).execute();
  await db.schema
    .createTable("webhook_delivery")
    .addColumn("id", text, (column) => column.notNull())
    .addColumn("connection_uid", text, (column) => column.notNull())
    .addColumn("created_at", text, (column) => column.notNull())
    .addColumn("body", text, (column) => column.notNull())
    .addColumn("attempts", integer, (column) => column.notNull())
    .addColumn("due_at", text, (column) => column.notNull())
    .addColumn("claimed_until", text)
    .addPrimaryKeyConstraint("webhook_delivery_key", ["id"])
    .execute();
  await db.schema.createIndex("webhook_delivery_by_due").on("webhook_delivery").columns(["due_at"]).execute();
  await db.schema
    .createIndex("webhook_delivery_by_connection")
    .on("webhook_delivery")
    .columns(["connection_uid"])
    .execute();
  // Connections made before there were checks wait for their first one.
  const now = new Date().toISOString();
  await sql`insert into check_plan (connection_uid, enabled, due_at, trigger, failures, unfinished, refused)
    select uid, 1, ${sql.lit(now)}, 'scheduled', 0, 0, 0 from connection`.execute(db);
}
