import { change, type Placeholders, query, type Work } from "./query.ts";
import type { Schema } from "./schema.ts";

/** What a reset leaves: without it no audit trail could be believed any more. Named in full, so that a new table is decided on. */
const fates: Readonly<Record<keyof Schema, "forgotten" | "kept">> = {
  apiKey: "forgotten",
  auditChain: "kept",
  auditEvent: "kept",
  checkPlan: "forgotten",
  computePool: "forgotten",
  connection: "forgotten",
  connectionCheck: "forgotten",
  credential: "forgotten",
  dependant: "forgotten",
  environment: "forgotten",
  identityPool: "forgotten",
  oneTimeLink: "forgotten",
  organization: "forgotten",
  principal: "forgotten",
  region: "forgotten",
  ringKey: "kept",
  roleBinding: "forgotten",
  seeded: "forgotten",
  session: "forgotten",
  statement: "forgotten",
  statementChunk: "forgotten",
  statementLabel: "forgotten",
  tally: "kept",
  usageDay: "forgotten",
  useToken: "forgotten",
  webhookDelivery: "forgotten",
};

/** Empties every table but those of the audit trail and of the keys that seal. */
export function* forgetEverything(): Work<void> {
  for (const rows of forgotten) yield* change(rows, {});
  yield* change(tallies, {});
}

const forgotten = (Object.keys(fates) as (keyof Schema)[])
  .filter((table) => fates[table] === "forgotten")
  .map((table) => query((db, _value: Placeholders<object>) => db.deleteFrom(table)));

const tallies = query((db, _value: Placeholders<object>) =>
  db.deleteFrom("tally").where("kind", "!=", "audit_event"),
);
