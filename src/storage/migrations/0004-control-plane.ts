import { type Kysely, sql } from "kysely";
import type { ColumnTypes } from "./column-types.ts";

/**
 * What the control plane keeps besides what a seed could bring: times and texts that can be changed, sessions, links that let in
 * once, and external identities. Lists are read by id, or by the index that their filter has here.
 */
export async function createControlPlane(
  db: Kysely<unknown>,
  { text, integer, bytes }: ColumnTypes,
): Promise<void> {
  for (const table of ["environment", "compute_pool", "principal", "api_key"]) {
    await db.schema
      .alterTable(table)
      .addColumn("updated_at", text, (column) => column.notNull().defaultTo(""))
      .execute();
    await sql`update ${sql.table(table)} set updated_at = created_at`.execute(db);
  }
  for (const table of ["principal", "api_key"]) {
    await db.schema
      .alterTable(table)
      .addColumn("description", text, (column) => column.notNull().defaultTo(""))
      .execute();
  }
  await db.schema
    .alterTable("environment")
    .addColumn("governance_package", text, (column) => column.notNull().defaultTo("ESSENTIALS"))
    .execute();
  await db.schema.alterTable("principal").addColumn("disabled_at", text).execute();
  await db.schema
    .alterTable("compute_pool")
    .addColumn("max_cfu", integer, (column) => column.notNull().defaultTo(5))
    .execute();
  await db.schema
    .alterTable("compute_pool")
    .addColumn("default_pool", integer, (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema.alterTable("role_binding").addColumn("cloud", text).execute();
  await db.schema.alterTable("role_binding").addColumn("region", text).execute();
  await db.schema.createIndex("principal_by_kind").on("principal").columns(["kind", "id"]).execute();
  await db.schema.createIndex("principal_by_email").on("principal").expression(sql`lower(email)`).execute();
  await db.schema.createIndex("api_key_by_owner").on("api_key").columns(["owner_id", "id"]).execute();
  await db.schema
    .createIndex("api_key_by_environment")
    .on("api_key")
    .columns(["environment_id", "id"])
    .execute();
  await db.schema
    .createIndex("role_binding_by_environment")
    .on("role_binding")
    .columns(["environment_id", "id"])
    .execute();
  await db.schema.createIndex("role_binding_by_role").on("role_binding").columns(["role", "id"]).execute();

  await db.schema
    .createTable("session")
    .addColumn("id", text, (column) => column.notNull())
    .addColumn("principal_id", text, (column) => column.notNull())
    .addColumn("kind", text, (column) => column.notNull())
    .addColumn("secret_mac", bytes, (column) => column.notNull())
    .addColumn("created_at", text, (column) => column.notNull())
    .addColumn("last_seen_at", text, (column) => column.notNull())
    .addColumn("expires_at", text, (column) => column.notNull())
    .addPrimaryKeyConstraint("session_key", ["id"])
    .execute();
  await db.schema.createIndex("session_by_principal").on("session").columns(["principal_id", "id"]).execute();
  await db.schema.createIndex("session_by_expiry").on("session").columns(["expires_at"]).execute();
  await db.schema
    .createTable("one_time_link")
    .addColumn("id", text, (column) => column.notNull())
    .addColumn("principal_id", text, (column) => column.notNull())
    .addColumn("purpose", text, (column) => column.notNull())
    .addColumn("mac", bytes, (column) => column.notNull())
    .addColumn("created_at", text, (column) => column.notNull())
    .addColumn("created_by", text, (column) => column.notNull())
    .addColumn("expires_at", text, (column) => column.notNull())
    .addColumn("used_at", text)
    .addPrimaryKeyConstraint("one_time_link_key", ["id"])
    .execute();
  await db.schema
    .createIndex("one_time_link_by_purpose")
    .on("one_time_link")
    .columns(["purpose", "id"])
    .execute();
  await db.schema
    .createIndex("one_time_link_by_principal")
    .on("one_time_link")
    .columns(["principal_id", "purpose"])
    .execute();
  await db.schema
    .createIndex("one_time_link_by_expiry")
    .on("one_time_link")
    .columns(["expires_at"])
    .execute();
  await db.schema
    .createTable("identity_pool")
    .addColumn("id", text, (column) => column.notNull())
    .addColumn("name", text, (column) => column.notNull())
    .addColumn("description", text, (column) => column.notNull())
    .addColumn("issuer", text, (column) => column.notNull())
    .addColumn("jwks_uri", text)
    .addColumn("audience", text, (column) => column.notNull())
    .addColumn("claims", text, (column) => column.notNull())
    .addColumn("service_account_id", text, (column) => column.notNull())
    .addColumn("created_at", text, (column) => column.notNull())
    .addColumn("updated_at", text, (column) => column.notNull())
    .addPrimaryKeyConstraint("identity_pool_key", ["id"])
    .execute();
}
