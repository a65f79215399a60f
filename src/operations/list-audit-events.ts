import { type Caller, callerHolds } from "../access/caller.ts";
import { asKeymoorError, KeymoorError } from "../errors.ts";
import type { StoredAuditEvent } from "../storage/records.ts";
import type { AuditFilter, Page } from "../storage/store.ts";
import { auditEvent } from "./audit-event.ts";
import type { Origin, Services } from "./services.ts";

/** What is asked for; the organization is the caller's. */
export type AuditQuery = Omit<AuditFilter, "organizationId">;

/**
 * Audit events of the organization, newest first; of one environment for those who hold the audit right only there.
 * Not an `Operation`, because it belongs to no region.
 */
export function listAuditEvents(
  services: Services,
  caller: Caller,
  origin: Origin,
  input: () => AuditQuery & { readonly after: string | undefined; readonly limit: number },
): Promise<Page<StoredAuditEvent>> {
  return asReader(services, caller, origin, "audit.list", input, (filter, { after, limit }) =>
    services.store.read.auditEvents(filter, after, limit),
  );
}

/** All of them, page by page as they are taken. The right is judged before the first. */
export function exportAuditEvents(
  services: Services,
  caller: Caller,
  origin: Origin,
  input: () => AuditQuery,
): Promise<AsyncIterable<readonly StoredAuditEvent[]>> {
  return asReader(services, caller, origin, "audit.export", input, async (filter) => pages(services, filter));
}

async function* pages({ store }: Services, filter: AuditFilter): AsyncIterable<readonly StoredAuditEvent[]> {
  let after: string | undefined;
  do {
    const { items, next } = await store.read.auditEvents(filter, after, readAtOnce);
    yield items;
    after = next;
  } while (after !== undefined);
}

/** Few enough that whoever else is served waits some milliseconds at most. */
const readAtOnce = 500;

/** Judges the right, notes what was done or refused, and reads what the caller may see. */
async function asReader<Input extends AuditQuery, Result>(
  services: Services,
  caller: Caller,
  origin: Origin,
  action: "audit.list" | "audit.export",
  input: () => Input,
  read: (filter: AuditFilter, asked: Input) => Promise<Result>,
): Promise<Result> {
  const organizationId = await organizationOf(services, caller);
  const facts = {
    action,
    principal: caller.principal,
    credential: caller.credential,
    organizationId,
    resourceKind: "audit_events",
  };
  try {
    const may = (environmentId: string | null) =>
      callerHolds(caller, "audit:read", { organizationId, environmentId });
    const environments = boundEnvironments(caller).filter(may);
    // The right comes before the query (design 6): who holds it nowhere is told so, whatever he asks.
    if (!may(null) && environments.length === 0) throw notAllowed();
    const asked = input();
    const environmentId = asked.environmentId ?? (may(null) ? undefined : onlyOne(environments));
    if (!may(environmentId ?? null)) throw notAllowed();
    const event = auditEvent(services, origin, {
      ...facts,
      outcome: "done",
      environmentId: environmentId ?? null,
    });
    services.store.note({ note: "counted_event", event });
    const seen = { ...asked, organizationId, ...(environmentId === undefined ? {} : { environmentId }) };
    return await read(seen, asked);
  } catch (error) {
    const { code, status } = asKeymoorError(error);
    const outcome = status < 500 ? "refused" : "failed";
    services.store.note({
      note: "counted_event",
      event: auditEvent(services, origin, { ...facts, outcome, code }),
    });
    throw error;
  }
}

function notAllowed(): KeymoorError {
  return new KeymoorError("user_unauthorized", "Reading audit events is not allowed for you here.", {
    hint: "It takes OrganizationAdmin, or EnvironmentAdmin of the environment named in the query.",
  });
}

async function organizationOf(services: Services, caller: Caller): Promise<string> {
  const bound = caller.bindings[0]?.[0]?.organizationId ?? (await services.access.organizationId());
  if (bound === null) throw new Error("a server always has an organization");
  return bound;
}

/** The environment of a key, else those that the principal's roles name. */
function boundEnvironments(caller: Caller): readonly string[] {
  if (caller.place !== undefined) return [caller.place.environmentId];
  const ids = caller.bindings.flat().map(({ environmentId }) => environmentId);
  return [...new Set(ids.filter((id) => id !== null))];
}

function onlyOne(environments: readonly string[]): string | undefined {
  return environments.length === 1 ? environments[0] : undefined;
}
