import { all, type Placeholders, query, type Work } from "./query.ts";
import type { Schema } from "./schema.ts";

/**
 * Whether nothing was ever stored here. A key ring alone would not do: whoever removes it, or the audit trail, must not get
 * the rest taken for a new database.
 */
export function* isUnused(): Work<boolean> {
  for (const rows of probes) if ((yield* all(rows, {})).length > 0) return false;
  return true;
}

/** What a server in use holds at least one of. */
const tables = [
  "ringKey",
  "auditChain",
  "auditEvent",
  "credential",
  "organization",
  "principal",
  "apiKey",
] as const satisfies readonly (keyof Schema)[];

const probes = tables.map((table) =>
  query((db, _value: Placeholders<object>) =>
    db
      .selectFrom(table)
      .select(({ lit }) => lit(1).as("one"))
      .limit(1),
  ),
);
