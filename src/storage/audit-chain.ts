import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto";
import type { AuditEvent, StoredAuditEvent } from "./records.ts";
import type { AuditChainRow } from "./schema.ts";

/**
 * The audit log of one server instance: each event carries a MAC over itself and the one before. The chain's own row holds
 * a MAC over where it ends and begins, so that a tail or a front that was cut off shows as well, and over why the chain began
 * and after which other, so that none can be removed and begun anew. What no chain can show is the whole trail put back to
 * what it was on an earlier day.
 */
export class AuditChain {
  readonly #key: KeyObject;
  #row: Position;

  private constructor(key: KeyObject, row: Position) {
    this.#key = key;
    this.#row = row;
  }

  static begin(key: KeyObject, beginning: Beginning): AuditChain {
    return new AuditChain(key, {
      ...beginning,
      headSequence: 0,
      headMac: chainStart,
      floorSequence: 0,
      floorMac: chainStart,
    });
  }

  /** Goes on with a stored chain; undefined when its row is not what was sealed. */
  static resume(key: KeyObject, row: AuditChainRow): AuditChain | undefined {
    return isSealed(key, row) ? new AuditChain(key, row) : undefined;
  }

  get position(): Position {
    return this.#row;
  }

  append(given: AuditEvent): StoredAuditEvent {
    const event = storable(given);
    const { instance, headSequence, headMac } = this.#row;
    const sequence = headSequence + 1;
    const mac = eventMac(this.#key, { ...event, instance, sequence }, headMac);
    this.#row = { ...this.#row, headSequence: sequence, headMac: mac };
    return { ...event, instance, sequence, mac };
  }

  /**
   * Forgets the oldest of its events, which retention removes, and says which. It stops at one that is not what was written:
   * what somebody made look old, or left a gap before, is evidence, and removing it would make the chain look whole.
   */
  cutFront(oldest: readonly StoredAuditEvent[]): readonly StoredAuditEvent[] {
    const { headSequence } = this.#row;
    let { floorSequence, floorMac } = this.#row;
    let cut = 0;
    for (const { mac, ...event } of oldest) {
      const isNext = event.sequence === floorSequence + 1 && event.sequence <= headSequence;
      if (!isNext || !isSameMac(mac, eventMac(this.#key, event, floorMac))) break;
      floorSequence = event.sequence;
      floorMac = mac;
      cut += 1;
    }
    if (cut > 0) this.#row = { ...this.#row, floorSequence, floorMac };
    return oldest.slice(0, cut);
  }

  /** Back to where it was, after what was appended since was rolled back. */
  restore(position: Position): void {
    this.#row = position;
  }

  /** The row to store with the events. */
  sealed(): AuditChainRow {
    return { ...this.#row, seal: sealOf(this.#key, this.#row) };
  }
}

/** Stands before the first event of a chain. */
export const chainStart = "";

type Position = Omit<AuditChainRow, "seal">;

/** What a chain says of itself from its first day on. */
export type Beginning = Pick<
  AuditChainRow,
  "instance" | "createdAt" | "number" | "began" | "predecessor" | "predecessorSequence" | "predecessorMac"
>;

/**
 * Requests bring in half characters and NUL, which no database gives back as they were: the MAC would no longer fit.
 */
function storable(event: AuditEvent): AuditEvent {
  const clean = (text: string) => text.replace(/[\0\p{Surrogate}]/gu, "\ufffd");
  const cleanOrNull = (text: string | null) => (text === null ? null : clean(text));
  return {
    id: clean(event.id),
    at: clean(event.at),
    action: clean(event.action),
    outcome: event.outcome,
    code: cleanOrNull(event.code),
    principal: cleanOrNull(event.principal),
    credential: cleanOrNull(event.credential),
    address: cleanOrNull(event.address),
    requestId: cleanOrNull(event.requestId),
    organizationId: cleanOrNull(event.organizationId),
    environmentId: cleanOrNull(event.environmentId),
    cloud: cleanOrNull(event.cloud),
    region: cleanOrNull(event.region),
    resourceKind: cleanOrNull(event.resourceKind),
    resourceName: cleanOrNull(event.resourceName),
    count: event.count,
  };
}

export function auditKeyOf(bytes: Uint8Array): KeyObject {
  return createSecretKey(bytes);
}

/** MAC of an event in its place; `previous` is the MAC of the one before, empty for the first. */
export function eventMac(key: KeyObject, event: Omit<StoredAuditEvent, "mac">, previous: string): string {
  return mac(key, [
    "event",
    previous,
    event.instance,
    event.sequence,
    event.id,
    event.at,
    event.action,
    event.outcome,
    event.code,
    event.principal,
    event.credential,
    event.address,
    event.requestId,
    event.organizationId,
    event.environmentId,
    event.cloud,
    event.region,
    event.resourceKind,
    event.resourceName,
    event.count,
  ]);
}

export function isSealed(key: KeyObject, row: AuditChainRow): boolean {
  return isSameMac(row.seal, sealOf(key, row));
}

export function isSameMac(given: string, right: string): boolean {
  const left = Buffer.from(given);
  const expected = Buffer.from(right);
  return left.length === expected.length && timingSafeEqual(left, expected);
}

function sealOf(key: KeyObject, row: Position): string {
  return mac(key, [
    "chain",
    row.instance,
    row.createdAt,
    row.number,
    row.began,
    row.predecessor,
    row.predecessorSequence,
    row.predecessorMac,
    row.headSequence,
    row.headMac,
    row.floorSequence,
    row.floorMac,
  ]);
}

/** JSON of an array is the same bytes for the same values, and no two lists of values share it. */
function mac(key: KeyObject, parts: readonly (string | number | null)[]): string {
  return createHmac("sha256", key).update(JSON.stringify(parts)).digest("base64url");
}
