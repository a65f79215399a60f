import { timingSafeEqual } from "node:crypto";
import { isName, judgeConnectionName } from "../connections/connection-name.ts";
import { requireConnectionType } from "../connections/connection-type.ts";
import type { Credential, Field } from "../connections/define.ts";
import { type JudgedConnection, judgeConnection } from "../connections/judge-connection.ts";
import { KeymoorError } from "../errors.ts";
import type { Secret } from "../secret.ts";
import type { ConnectionRecord, RegionKey } from "../storage/records.ts";
import type { Act } from "./act.ts";
import { openCredentialAsGiven } from "./open-credential.ts";
import type { Operation } from "./operation.ts";
import { readGiven } from "./seal-credential.ts";
import type { Services } from "./services.ts";

/** A connection as a file wants it. */
export interface WantedConnection extends RegionKey {
  readonly name: string;
  /** In any case. */
  readonly type: string;
  readonly endpoint: string;
  /** Absent: the file says nothing about it. */
  readonly comment?: string;
  /** Every option by kebab-case key, secrets and public ones alike. */
  readonly options: ReadonlyMap<string, Secret>;
}

export interface PlanConnections {
  /** The file, `file:NAME`. */
  readonly managedBy: string;
  /** Whether what the file manages and does not have any more is to go. */
  readonly prune: boolean;
  readonly wanted: readonly WantedConnection[];
  /** More that the file has: planned by requests of their own, and not to go. */
  readonly alsoKept: readonly (RegionKey & { readonly name: string })[];
}

export type PlannedAction = "create" | "rotate" | "replace" | "adopt" | "unchanged" | "delete";

/** What would have to be done to one connection. */
export interface PlannedChange extends RegionKey {
  readonly name: string;
  readonly action: PlannedAction;
  /** One phrase; empty where the action says it all. Never a value. */
  readonly reason: string;
  /** Public options that stand and that the file does not have: a rotation gives them as empty. */
  readonly removedOptions: readonly string[];
  /** The file that manages it so far; null: none, or there is no such connection. */
  readonly managedBy: string | null;
  /** What was compared, for whoever changes it only if it is still the same; null: there is no such connection. */
  readonly compared: Pick<ConnectionRecord, "uid" | "resourceVersion"> | null;
  /** References that cannot be used now, so that the change would be refused: all of them, so that they are mended at once. */
  readonly unusableReferences: readonly UnusableReference[];
}

export interface UnusableReference {
  readonly option: string;
  /** Why, without the reference, whose name may be a secret in the wrong place. */
  readonly message: string;
  readonly hint?: string | undefined;
}

export const mostPlanned = 100;
const readAtOnce = 500;

/**
 * Compares what a file wants with what stands, credentials included, and writes nothing. Each entry is judged as a creation
 * judges it. Of a credential the answer says only whether it is the same.
 */
export const planConnections: Operation<PlanConnections, readonly PlannedChange[]> = {
  name: "connection.plan",
  right: "connection:manage",
  kind: "read",
  about: () => undefined,
  run: async (act, input) => {
    const regions = await act.services.access.regions();
    const seen = new Set<string>();
    const plan: PlannedChange[] = [];
    for (const [index, given] of input.wanted.entries()) {
      const wanted = { ...given, cloud: given.cloud.toLowerCase() };
      const planned = await ofEntry(wanted, index, async () => {
        judgeConnectionName(wanted.name);
        judgePlace(act, regions, wanted);
        if (seen.has(keyOf(wanted))) throw new KeymoorError("contradiction", "It is given twice.");
        seen.add(keyOf(wanted));
        return await planOne(act, input.managedBy, wanted);
      });
      plan.push(planned);
    }
    if (!input.prune) return plan;
    for (const { name, cloud, region } of input.alsoKept) {
      seen.add(keyOf({ name, cloud: cloud.toLowerCase(), region }));
    }
    return [...plan, ...(await planDeletions(act, input.managedBy, seen))];
  },
};

/** Says in front of a refusal which entry it is about; a name that is none may be anything and is not repeated. */
async function ofEntry<Result>(
  { name }: WantedConnection,
  index: number,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof KeymoorError) || error.status >= 500) throw error;
    const subject = isName(name) ? `Connection "${name}"` : `Entry ${index + 1}`;
    throw new KeymoorError(error.code, `${subject}: ${error.message}`, {
      ...error.details,
      pointer: `/connections/${index}`,
    });
  }
}

function judgePlace({ caller }: Act, regions: readonly RegionKey[], { cloud, region }: RegionKey): void {
  if (caller.place !== undefined && (caller.place.cloud !== cloud || caller.place.region !== region)) {
    throw new KeymoorError("user_unauthenticated", "invalid API key: it belongs to another region.");
  }
  if (regions.some((known) => known.cloud === cloud && known.region === region)) return;
  throw new KeymoorError("invalid_request", "The server has no such region.", {
    hint: `It has ${regions.map((known) => `${known.cloud}.${known.region}`).join(", ")}.`,
  });
}

async function planOne(act: Act, managedBy: string, wanted: WantedConnection): Promise<PlannedChange> {
  const { services, place } = act;
  const { name, cloud, region } = wanted;
  const judged = judgeConnection(wanted);
  const stored = await services.store.read.connection(
    { environmentId: place.environmentId, cloud, region },
    name,
  );
  let unusableReferences: readonly UnusableReference[] = [];
  const planned = (action: PlannedAction, reason: string, removedOptions: readonly string[] = []) => ({
    name,
    cloud,
    region,
    action,
    reason,
    removedOptions,
    managedBy: stored?.managedBy ?? null,
    compared: stored ?? null,
    unusableReferences,
  });
  const difference = stored === undefined ? undefined : await compare(act, stored, wanted, judged);
  if (stored === undefined || difference?.kind === "lasting" || difference?.kind === "changing") {
    unusableReferences = await findUnusableReferences(services, judged.credential);
  }
  if (stored === undefined) return planned("create", "");
  const isOthers = stored.managedBy !== null && stored.managedBy !== managedBy;
  const others = isOthers ? `; managed by ${stored.managedBy} so far` : "";
  if (difference?.kind === "lasting") return planned("replace", difference.reason + others);
  if (difference?.kind === "changing") {
    return planned("rotate", difference.reason + others, difference.removedOptions);
  }
  if (stored.managedBy === managedBy) return planned("unchanged", "");
  const before = stored.managedBy === null ? "not managed by a file" : `managed by ${stored.managedBy}`;
  return planned("adopt", `${before} so far`);
}

/** What a creation would refuse: a reference that leads nowhere. */
async function findUnusableReferences(
  services: Services,
  { values }: Credential,
): Promise<readonly UnusableReference[]> {
  const unusable: UnusableReference[] = [];
  for (const [option, secret] of Object.entries(values)) {
    try {
      await readGiven(services, option, secret);
    } catch (error) {
      if (!(error instanceof KeymoorError) || error.status >= 500) throw error;
      unusable.push({ option, message: error.message, hint: error.details.hint });
    }
  }
  return unusable;
}

/** `lasting`: something that never changes is another. `changing`: something that a rotation can set is. */
type Difference =
  | { readonly kind: "lasting"; readonly reason: string }
  | { readonly kind: "changing"; readonly reason: string; readonly removedOptions: readonly string[] };

async function compare(
  act: Act,
  stored: ConnectionRecord,
  wanted: WantedConnection,
  judged: JudgedConnection,
): Promise<Difference | undefined> {
  if (stored.type !== judged.type.name) return { kind: "lasting", reason: "another type" };
  if (stored.endpoint !== judged.endpoint) return { kind: "lasting", reason: "another endpoint" };
  if (wanted.comment !== undefined && wanted.comment !== (stored.comment ?? "")) {
    return { kind: "lasting", reason: "another comment" };
  }
  const credential = await openOrNothing(act.services, stored);
  if (credential === undefined) return { kind: "lasting", reason: "the stored credential does not open" };
  const fields = publicFields(stored, judged.credential.method);
  const changed = Object.keys(fields).filter(
    (key) => effective(fields, stored.options, key) !== effective(fields, judged.options, key),
  );
  if (!isCredentialSame(act, stored, credential, judged.credential)) changed.push("credential");
  if (changed.length === 0) return undefined;
  return {
    kind: "changing",
    reason: `another ${changed.join(", ")}`,
    removedOptions: Object.keys(stored.options).filter(
      (key) => Object.hasOwn(fields, key) && judged.options[key] === undefined,
    ),
  };
}

/** Public options of the type and of the wanted way to authenticate. */
function publicFields({ type }: ConnectionRecord, method: string): Readonly<Record<string, Field>> {
  const { auth, options } = requireConnectionType(type);
  const fields = { ...options, ...auth.find(({ name }) => name === method)?.fields };
  return Object.fromEntries(Object.entries(fields).filter(([, field]) => field.public === true));
}

function effective(
  fields: Readonly<Record<string, Field>>,
  options: Readonly<Record<string, string>>,
  key: string,
): string | undefined {
  return options[key] ?? fields[key]?.default;
}

/** undefined when the database was changed behind the server: then only a new connection helps. */
async function openOrNothing(services: Services, stored: ConnectionRecord): Promise<Credential | undefined> {
  try {
    return await openCredentialAsGiven(services, stored);
  } catch (error) {
    if (error instanceof KeymoorError && error.code === "internal_error") return undefined;
    throw error;
  }
}

/**
 * Whether two credentials agree is a guess that can be right. So of one connection it is told no more than ten times a
 * minute, whoever asks, unless it is true each time; a wrong guess too many, and a right one is not looked at either.
 */
function isCredentialSame(
  { services }: Act,
  stored: ConnectionRecord,
  credential: Credential,
  wanted: Credential,
): boolean {
  const guesses = ["plan", stored.uid, services.now().getTime()] as const;
  const waitSeconds = services.failedAttempts.wait(...guesses);
  if (waitSeconds !== undefined) {
    throw new KeymoorError("too_many_attempts", "Its credential was compared with too many others.", {
      hint: `Try again in ${waitSeconds} seconds.`,
      retryAfterSeconds: waitSeconds,
    });
  }
  const isEqual = isSame(services, credential, wanted);
  if (!isEqual) services.failedAttempts.note(...guesses);
  return isEqual;
}

/** References are compared as references. Keyed hashes, so that the time taken tells nothing of how far two agree. */
function isSame(services: Services, one: Credential, other: Credential): boolean {
  return timingSafeEqual(credentialMac(services, one), credentialMac(services, other));
}

function credentialMac({ vault }: Services, { method, values }: Credential): Uint8Array {
  const fields = Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
  // What is sealed may hold an empty optional field or leave it out; both mean the same.
  const given = fields.filter(([, secret]) => !secret.isEmpty);
  return vault.mac(
    "reference",
    JSON.stringify([method, ...given.map(([key, secret]) => [key, secret.reveal()])]),
  );
}

async function planDeletions(
  { services, place, caller }: Act,
  managedBy: string,
  kept: ReadonlySet<string>,
): Promise<readonly PlannedChange[]> {
  const filter = {
    environmentId: place.environmentId,
    ...(caller.place === undefined ? {} : { in: { cloud: caller.place.cloud, region: caller.place.region } }),
  };
  const deletions: PlannedChange[] = [];
  let after: string | undefined;
  do {
    const page = await services.store.read.connections(filter, after, readAtOnce);
    for (const connection of page.items) {
      if (connection.managedBy !== managedBy || kept.has(keyOf(connection))) continue;
      const { name, cloud, region } = connection;
      deletions.push({
        name,
        cloud,
        region,
        action: "delete",
        reason: "not in the file any more",
        removedOptions: [],
        managedBy,
        compared: connection,
        unusableReferences: [],
      });
    }
    after = page.next;
  } while (after !== undefined);
  return deletions;
}

function keyOf({ name, cloud, region }: RegionKey & { readonly name: string }): string {
  return `${cloud}.${region} ${name}`;
}
