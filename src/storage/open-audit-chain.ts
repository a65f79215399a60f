import { type KeyObject, randomUUID } from "node:crypto";
import { KeymoorError } from "../errors.ts";
import { organizations } from "./access-reads.ts";
import { AuditChain, type Beginning, isSealed } from "./audit-chain.ts";
import { auditChains, insertAuditEvent, saveChain } from "./audit-steps.ts";
import { all, first, type Placeholders, query, type Work } from "./query.ts";
import type { AuditEvent } from "./records.ts";
import type { AuditChainRow, ChainBeginning } from "./schema.ts";

export interface OpenedChain {
  readonly instance: string;
  /** Why a new chain had to begin on a database that is not new; undefined when all is well. */
  readonly tampering: Exclude<ChainBeginning, "new_database"> | undefined;
}

/**
 * Goes on with the chain of the last start. If that is not possible, a new one begins, whose record and first event say why:
 * only on a new database is that no sign of tampering.
 */
export function* openAuditChain(key: KeyObject, isNew: boolean): Work<OpenedChain> {
  const rows = yield* all(auditChains, {});
  const latest = rows.findLast((row) => isSealed(key, row));
  if (latest !== undefined) {
    if (yield* endsAsRecorded(latest)) return { instance: latest.instance, tampering: undefined };
    return yield* begin(key, "end_changed", latest);
  }
  if (rows.length > 0) return yield* begin(key, "record_changed");
  return yield* begin(key, isNew ? "new_database" : "chain_missing");
}

/** The chain that `openAuditChain` has opened, for whoever writes to it. */
export function* resumeAuditChain(key: KeyObject, instance: string): Work<AuditChain> {
  const row = (yield* all(auditChains, {})).find((chain) => chain.instance === instance);
  const chain = row === undefined ? undefined : AuditChain.resume(key, row);
  if (chain !== undefined) return chain;
  throw new KeymoorError("cannot_start", "The audit chain was changed while the server was running.", {
    hint: "Start the server again; it begins a new chain and keeps the old one as evidence.",
  });
}

/** `audit verify` looks at every event; a start has time for the last one only. */
function* endsAsRecorded({ instance, headSequence, headMac, floorSequence }: AuditChainRow): Work<boolean> {
  const last = yield* first(lastEvent, { instance });
  return last === undefined ? headSequence === floorSequence : last.mac === headMac;
}

function* begin(key: KeyObject, began: ChainBeginning, before?: AuditChainRow): Work<OpenedChain> {
  const beginning: Beginning = {
    instance: randomUUID(),
    createdAt: new Date().toISOString(),
    number: (before?.number ?? 0) + 1,
    began,
    predecessor: before?.instance ?? null,
    predecessorSequence: before?.headSequence ?? null,
    predecessorMac: before?.headMac ?? null,
  };
  // Lists show the events of an organization; a new database has none yet.
  const [organization] = yield* organizations();
  const chain = AuditChain.begin(key, beginning);
  const event = chain.append(firstEvent(beginning, organization?.id ?? null));
  yield* insertAuditEvent(event);
  yield* saveChain(chain, [event]);
  return { instance: beginning.instance, tampering: began === "new_database" ? undefined : began };
}

function firstEvent(beginning: Beginning, organizationId: string | null): AuditEvent {
  const { instance, createdAt, began, predecessor } = beginning;
  const isNew = began === "new_database";
  return {
    id: randomUUID(),
    at: createdAt,
    action: isNew ? "audit.chain_started" : "audit.chain_broken",
    outcome: isNew ? "done" : "failed",
    code: null,
    principal: "keymoor:server",
    credential: null,
    address: null,
    requestId: null,
    organizationId,
    environmentId: null,
    cloud: null,
    region: null,
    resourceKind: "audit_chain",
    resourceName: isNew ? instance : predecessor,
    count: 1,
  };
}

const lastEvent = query((db, value: Placeholders<{ instance: string }>) =>
  db
    .selectFrom("auditEvent")
    .select(["sequence", "mac"])
    .where("instance", "=", value("instance"))
    .orderBy("sequence", "desc")
    .limit(1),
);
