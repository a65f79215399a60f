import type { Migration } from "kysely";
import { createTables } from "./0001-tables.ts";
import { createCheckTables } from "./0002-checks.ts";
import { createDependantTables } from "./0003-dependants.ts";
import { createControlPlane } from "./0004-control-plane.ts";
import { addConnectionOrders } from "./0005-connection-orders.ts";
import { addRecentStatements } from "./0006-recent-statements.ts";
import type { ColumnTypes } from "./column-types.ts";

/** In order; a released one is never changed, what it got wrong is put right by the next. */
export function migrations(types: ColumnTypes): Readonly<Record<string, Migration>> {
  return {
    "0001-tables": { up: (db) => createTables(db, types) },
    "0002-checks": { up: (db) => createCheckTables(db, types) },
    "0003-dependants": { up: (db) => createDependantTables(db, types) },
    "0004-control-plane": { up: (db) => createControlPlane(db, types) },
    "0005-connection-orders": { up: (db) => addConnectionOrders(db, types) },
    "0006-recent-statements": { up: (db) => addRecentStatements(db) },
  };
}
