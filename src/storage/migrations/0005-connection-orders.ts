import { type Kysely, sql } from "kysely";
import type { ColumnTypes } from "./column-types.ts";

/**
 * What lists of connections are sorted by besides name and type, each with an index, so that a page in the middle costs what
 * the first one does. Times are empty rather than null where there is none: null has no place in a keyset. Ties in a time are
 * broken by what grows with every creation, so that a new connection is written at the end of an index and not into its middle.
 */
export async function addConnectionOrders(db: Kysely<unknown>, { text }: ColumnTypes): Promise<void> {
  for (const column of ["rotated_at", "last_used_at"]) {
    await db.schema
      .alterTable("connection")
      .addColumn(column, text, (definition) => definition.notNull().defaultTo(""))
      .execute();
  }
  await sql`update connection set
    rotated_at = coalesce((select created_at from credential
      where connection_uid = connection.uid and version = connection.credential_version), updated_at),
    last_used_at = coalesce((select max(last_at) from usage_day where connection_uid = connection.uid), '')`.execute(
    db,
  );
  for (const [name, columns] of Object.entries({
    by_status: ["environment_id", "status_phase", "name", "cloud", "region"],
    by_creation: ["environment_id", "created_at", "uid"],
    by_rotation: ["environment_id", "rotated_at", "uid"],
    by_use: ["environment_id", "last_used_at", "created_at", "uid"],
  })) {
    await db.schema.createIndex(`connection_${name}`).on("connection").columns(columns).execute();
  }
  // The trail of one thing, whose events may lie months apart among those of all others. Events about nothing are not in it.
  await db.schema
    .createIndex("audit_event_by_resource")
    .on("audit_event")
    .columns(["organization_id", "resource_name", "at", "instance", "sequence"])
    .where("resource_name", "is not", null)
    .execute();
}
