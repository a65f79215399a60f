import { type Caller, callerHolds } from "../access/caller.ts";
import { KeymoorError } from "../errors.ts";
import type { StoredAuditEvent } from "../storage/records.ts";
import type { AuditFilter, Page } from "../storage/store.ts";
import { auditEvent } from "./audit-event.ts";
import type { Origin, Services } from "./services.ts";

export interface ListAuditEvents extends Omit<AuditFilter, "organizationId"> {
  readonly after: string | undefined;
  readonly limit: number;
}

/**
 * Audit events of the organization, newest first; of one environment for those who hold the audit right only there.
 * Not an `Operation`, because it belongs to no region.
 */
export async function listAuditEvents(
  services: Services,
  caller: Caller,
  origin: Origin,
  input: () => ListAuditEvents,
): Promise<Page<StoredAuditEvent>> {
  const organizationId = await organizationOf(services, caller);
  const holdsAll = callerHolds(caller, "audit:read", { organizationId, environmentId: null });
  const { after, limit, ...filter } = input();
  const environmentId = filter.environmentId ?? (holdsAll ? undefined : onlyEnvironment(caller));
  const isAllowed =
    holdsAll ||
    (environmentId !== undefined && callerHolds(caller, "audit:read", { organizationId, environmentId }));
  note(services, caller, origin, organizationId, environmentId, isAllowed);
  if (!isAllowed) {
    throw new KeymoorError("user_unauthorized", "Reading audit events is not allowed for you here.", {
      hint: "It takes OrganizationAdmin, or EnvironmentAdmin of the environment named in the query.",
    });
  }
  return await services.store.read.auditEvents(
    { ...filter, organizationId, ...(environmentId === undefined ? {} : { environmentId }) },
    after,
    limit,
  );
}

async function organizationOf(services: Services, caller: Caller): Promise<string> {
  const bound = caller.bindings[0]?.[0]?.organizationId;
  if (bound !== undefined) return bound;
  const [first] = await services.store.read.organizations();
  if (first === undefined) throw new Error("a server always has an organization");
  return first.id;
}

/** The environment of a key, or of a principal whose bindings all name the same one. */
function onlyEnvironment(caller: Caller): string | undefined {
  if (caller.place !== undefined) return caller.place.environmentId;
  const ids = new Set(caller.bindings.flat().map(({ environmentId }) => environmentId));
  const [id] = ids;
  return ids.size === 1 && id !== null ? id : undefined;
}

function note(
  services: Services,
  caller: Caller,
  origin: Origin,
  organizationId: string,
  environmentId: string | undefined,
  isAllowed: boolean,
): void {
  const event = auditEvent(services, origin, {
    action: "audit.list",
    outcome: isAllowed ? "done" : "refused",
    code: isAllowed ? null : "user_unauthorized",
    principal: caller.principal,
    credential: caller.credential,
    organizationId,
    environmentId: isAllowed ? (environmentId ?? null) : null,
    resourceKind: "audit_events",
  });
  services.store.note({ note: "counted_event", event });
}
