import { type Kysely, Migrator } from "kysely";
import { KeymoorError } from "../errors.ts";
import type { ColumnTypes } from "./migrations/column-types.ts";
import { migrations } from "./migrations/migrations.ts";

const table = "schema_migration";

/** Brings the tables to this version's, or refuses a database that a newer version has already changed. */
export async function migrate(db: Kysely<unknown>, types: ColumnTypes, where: string): Promise<void> {
  const known = migrations(types);
  refuseNewerSchema(await appliedMigrations(db), types, where);
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...known }) },
    migrationTableName: table,
    migrationLockTableName: `${table}_lock`,
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}

/** A version of Keymoor does not know what a later one has made of its tables. */
export function refuseNewerSchema(applied: readonly string[], types: ColumnTypes, where: string): void {
  const known = migrations(types);
  const foreign = applied.find((name) => !(name in known));
  if (foreign === undefined) return;
  throw new KeymoorError(
    "cannot_start",
    `The database ${where} has schema "${foreign}", which this version of Keymoor does not know.`,
    { hint: "Start the newer version that wrote it, or restore a backup made before the upgrade." },
  );
}

/** Names of the migrations that made the tables what they are; none when it is no database of Keymoor. */
export async function appliedMigrations(db: Kysely<unknown>): Promise<readonly string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === table)) return [];
  const rows = await db
    .withTables<{ [table]: { name: string } }>()
    .selectFrom(table)
    .select("name")
    .execute();
  return rows.map(({ name }) => name);
}
