import type { AuditChain } from "./audit-chain.ts";
import { all, change, each, type Placeholders, query, type Work } from "./query.ts";
import type { StoredAuditEvent } from "./records.ts";
import type { AuditChainRow } from "./schema.ts";
import { addToTally } from "./tally.ts";

/** Inserts an event that the chain has just taken. */
export function* insertAuditEvent(event: StoredAuditEvent): Work<void> {
  yield* change(insertEvent, event);
}

/** Writes what holds for a whole commit at once: where the chain now ends, and how many events there are. */
export function* saveChain(chain: AuditChain, added: readonly Scope[]): Work<void> {
  yield* change(upsertChain, chain.sealed());
  yield* adjust(countByScope(added), 1);
}

/** Removes up to `limit` of the oldest events before `cutoff`, and says whether there may be more. */
export function* expireAuditEvents(chain: AuditChain, cutoff: string, limit: number): Work<boolean> {
  const { instance } = chain.position;
  const oldest = yield* all(oldestEvents, { instance, limit });
  const kept = oldest.findIndex(({ at }) => at >= cutoff);
  const expired = chain.cutFront(kept === -1 ? oldest : oldest.slice(0, kept));
  const last = expired.at(-1);
  if (last === undefined) return false;
  yield* change(deleteEvents, { instance, sequence: last.sequence });
  yield* change(upsertChain, chain.sealed());
  yield* adjust(countByScope(expired), -1);
  return expired.length === limit;
}

export const auditChains = query((db, _value: Placeholders<object>) =>
  db.selectFrom("auditChain").selectAll().orderBy("number").orderBy("createdAt").orderBy("instance"),
);

export type Scope = Pick<StoredAuditEvent, "organizationId" | "environmentId">;

/** Events of no organization (a key nobody knows) stand in no list, so they are in no tally. */
function countByScope(scopes: readonly Scope[]): readonly { owner: string; label: string; total: number }[] {
  const totals = new Map<string, { owner: string; label: string; total: number }>();
  for (const { organizationId, environmentId } of scopes) {
    if (organizationId === null) continue;
    const label = environmentId ?? "";
    const key = JSON.stringify([organizationId, label]);
    const known = totals.get(key);
    if (known === undefined) totals.set(key, { owner: organizationId, label, total: 1 });
    else known.total += 1;
  }
  return [...totals.values()];
}

function* adjust(counts: ReturnType<typeof countByScope>, sign: 1 | -1): Work<void> {
  for (const { owner, label, total } of counts) {
    yield* addToTally({ kind: "audit_event", owner, cloud: "", region: "", label, total: sign * total });
  }
}

const insertEvent = query((db, value: Placeholders<StoredAuditEvent>) =>
  db
    .insertInto("auditEvent")
    .values(
      each(value, [
        "instance",
        "sequence",
        "id",
        "at",
        "action",
        "outcome",
        "code",
        "principal",
        "credential",
        "address",
        "requestId",
        "organizationId",
        "environmentId",
        "cloud",
        "region",
        "resourceKind",
        "resourceName",
        "count",
        "mac",
      ]),
    ),
);

const upsertChain = query((db, value: Placeholders<AuditChainRow>) =>
  db
    .insertInto("auditChain")
    .values(
      each(value, [
        "instance",
        "createdAt",
        "number",
        "began",
        "predecessor",
        "predecessorSequence",
        "predecessorMac",
        "headSequence",
        "headMac",
        "floorSequence",
        "floorMac",
        "seal",
      ]),
    )
    .onConflict((conflict) =>
      conflict
        .column("instance")
        .doUpdateSet(each(value, ["headSequence", "headMac", "floorSequence", "floorMac", "seal"])),
    ),
);

const oldestEvents = query((db, value: Placeholders<{ instance: string; limit: number }>) =>
  db
    .selectFrom("auditEvent")
    .selectAll()
    .where("instance", "=", value("instance"))
    .orderBy("sequence")
    .limit(value("limit")),
);

const deleteEvents = query((db, value: Placeholders<{ instance: string; sequence: number }>) =>
  db
    .deleteFrom("auditEvent")
    .where("instance", "=", value("instance"))
    .where("sequence", "<=", value("sequence")),
);
