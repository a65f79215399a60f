import { type Kysely, Migrator } from "kysely";
import { KeymoorError } from "../errors.ts";
import type { ColumnTypes } from "./migrations/column-types.ts";
import { migrations } from "./migrations/migrations.ts";

const table = "schema_migration";

/** Brings the tables to this version's, or refuses a database that a newer version has already changed. */
export async function migrate(db: Kysely<unknown>, types: ColumnTypes, where: string): Promise<void> {
  const known = migrations(types);
  const foreign = (await appliedMigrations(db)).find((name) => !(name in known));
  if (foreign !== undefined) {
    throw new KeymoorError(
      "cannot_start",
      `The database ${where} has schema "${foreign}", which this version of Keymoor does not know.`,
      { hint: "Start the newer version that wrote it, or restore a backup made before the upgrade." },
    );
  }
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...known }) },
    migrationTableName: table,
    migrationLockTableName: `${table}_lock`,
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}

async function appliedMigrations(db: Kysely<unknown>): Promise<readonly string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === table)) return [];
  const rows = await db
    .withTables<{ [table]: { name: string } }>()
    .selectFrom(table)
    .select("name")
    .execute();
  return rows.map(({ name }) => name);
}
