import type { KeyObject } from "node:crypto";
import { chainStart, eventMac, isSameMac, isSealed } from "./audit-chain.ts";
import { auditChains } from "./audit-steps.ts";
import { all, first, type Placeholders, query, type Work } from "./query.ts";
import type { AuditChainRow } from "./schema.ts";

export interface VerifiedChain {
  readonly instance: string;
  /** First and last sequence that are kept; `first` is one more than `last` when there is none. */
  readonly first: number;
  readonly last: number;
}

export type AuditVerdict =
  | { readonly status: "intact"; readonly chains: readonly VerifiedChain[] }
  | {
      readonly status: "broken";
      readonly instance: string | undefined;
      /** Where the chain stops holding. */
      readonly sequence: number | undefined;
      readonly because: string;
    };

/** How far the verification has come, between two of its parts. */
export interface Verifying {
  readonly status: "verifying";
  /** Chains that held to their end. */
  readonly chains: readonly VerifiedChain[];
  /** Of the chain that comes next, the event that it held up to; undefined before its first. */
  readonly at: { readonly instance: string; readonly sequence: number; readonly mac: string } | undefined;
}

export const verifyingStart: Verifying = { status: "verifying", chains: [], at: undefined };

/**
 * Recomputes every chain from its beginning to its end, and asks of each why it began. Each part wants a consistent view of
 * its own and goes on where the one before stopped, so that a long trail holds up nobody who tidies the database: what is
 * written or removed by retention between two parts is met by the chain's record as it is then.
 */
export function* verifyAuditPart(key: KeyObject, before: Verifying): Work<AuditVerdict | Verifying> {
  const rows = yield* all(auditChains, {});
  if (rows.length === 0) return broken(undefined, undefined, "There is no audit chain; it was removed.");
  const verified = new Set(before.chains.map(({ instance }) => instance));
  const row = rows.find(({ instance }) => !verified.has(instance));
  if (row !== undefined) return yield* verifyEvents(key, row, before);
  const wrong = verifyBeginnings(rows) ?? (yield* findStray(rows));
  return wrong ?? { status: "intact", chains: before.chains };
}

type Broken = Extract<AuditVerdict, { status: "broken" }>;

function* verifyEvents(key: KeyObject, row: AuditChainRow, before: Verifying): Work<Verifying | Broken> {
  const { instance, headSequence, headMac, floorSequence } = row;
  if (!isSealed(key, row)) {
    return broken(instance, undefined, "The record of where the chain begins and ends was changed.");
  }
  let { sequence, mac: previous } = startOf(row, before);
  const events = yield* all(eventsFrom, { instance, after: sequence, limit: eventsPerPart });
  for (const { mac, ...event } of events) {
    const expected = sequence + 1;
    if (expected > headSequence) {
      return broken(
        instance,
        event.sequence,
        "The event stands after the end of the chain; it was inserted.",
      );
    }
    if (event.sequence !== expected) return broken(instance, expected, "The event was removed.");
    if (!isSameMac(mac, eventMac(key, event, previous))) {
      return broken(instance, expected, "The event was changed, moved or inserted.");
    }
    sequence = expected;
    previous = mac;
  }
  if (events.length === eventsPerPart) return { ...before, at: { instance, sequence, mac: previous } };
  if (sequence !== headSequence) {
    return broken(instance, sequence + 1, `The last ${headSequence - sequence} events were removed.`);
  }
  if (!isSameMac(previous, headMac)) return broken(instance, sequence, "The last event was exchanged.");
  const early = yield* first(firstEvent, { instance });
  if (early !== undefined && early.sequence <= floorSequence) {
    return broken(
      instance,
      early.sequence,
      "The event stands before the beginning of the chain; it was inserted.",
    );
  }
  const chain = { instance, first: floorSequence + 1, last: headSequence };
  return { status: "verifying", chains: [...before.chains, chain], at: undefined };
}

/** Where the part before stopped, or the chain's beginning, if retention has passed that since. */
function startOf({ instance, floorSequence, floorMac }: AuditChainRow, { at }: Verifying) {
  if (at !== undefined && at.instance === instance && at.sequence >= floorSequence) return at;
  return { sequence: floorSequence, mac: floorSequence === 0 ? chainStart : floorMac };
}

/** Looks at one event per instance; there are few, and to look at every event would take one long view. */
function* findStray(rows: readonly AuditChainRow[]): Work<Broken | undefined> {
  const known = new Set(rows.map(({ instance }) => instance));
  let event = yield* first(firstOfAll, {});
  while (event !== undefined && known.has(event.instance)) {
    event = yield* first(firstOfNext, { instance: event.instance });
  }
  if (event === undefined) return undefined;
  return broken(event.instance, event.sequence, "The event belongs to no chain; it was inserted.");
}

/** Of chains whose records are sealed: each but the first has the one before it, and none began after tampering. */
function verifyBeginnings(rows: readonly AuditChainRow[]): Broken | undefined {
  for (const [index, row] of rows.entries()) {
    const { instance, createdAt, number, predecessor } = row;
    const before = rows[index - 1];
    const isBeforeGone = predecessor !== null && before?.instance !== predecessor;
    if (row.began !== "new_database") {
      const gone = isBeforeGone ? ` The chain of instance ${predecessor} was removed since.` : "";
      return broken(
        instance,
        undefined,
        `The trail was tampered with before ${createdAt}, when this chain began: ${whatWasFound(row)}${gone}`,
      );
    }
    if (number !== index + 1 || isBeforeGone) {
      return broken(instance, undefined, `A chain that stood before chain ${number} was removed.`);
    }
  }
  return undefined;
}

function whatWasFound({ began, predecessor, predecessorSequence }: AuditChainRow): string {
  switch (began) {
    case "new_database":
      return "the database was new.";
    case "chain_missing":
      return "every chain had been removed, and what stood in them is missing.";
    case "record_changed":
      return "no record of an earlier chain could be believed.";
    case "end_changed":
      return `the end of the chain of instance ${predecessor}, at event ${predecessorSequence}, had been changed or cut off.`;
  }
}

/** As many as are read and recomputed in some hundredths of a second. */
export const eventsPerPart = 1000;

function broken(instance: string | undefined, sequence: number | undefined, because: string): Broken {
  return { status: "broken", instance, sequence, because };
}

const eventsFrom = query((db, value: Placeholders<{ instance: string; after: number; limit: number }>) =>
  db
    .selectFrom("auditEvent")
    .selectAll()
    .where("instance", "=", value("instance"))
    .where("sequence", ">", value("after"))
    .orderBy("sequence")
    .limit(value("limit")),
);

const firstEvent = query((db, value: Placeholders<{ instance: string }>) =>
  db
    .selectFrom("auditEvent")
    .select("sequence")
    .where("instance", "=", value("instance"))
    .orderBy("sequence")
    .limit(1),
);

const firstOfAll = query((db, _value: Placeholders<object>) =>
  db
    .selectFrom("auditEvent")
    .select(["instance", "sequence"])
    .orderBy("instance")
    .orderBy("sequence")
    .limit(1),
);

const firstOfNext = query((db, value: Placeholders<{ instance: string }>) =>
  db
    .selectFrom("auditEvent")
    .select(["instance", "sequence"])
    .where("instance", ">", value("instance"))
    .orderBy("instance")
    .orderBy("sequence")
    .limit(1),
);
