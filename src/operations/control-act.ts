import { type Caller, callerHolds } from "../access/caller.ts";
import { asKeymoorError, KeymoorError } from "../errors.ts";
import type { AuditEvent } from "../storage/records.ts";
import type { Step, Visible } from "../storage/store.ts";
import { auditEvent } from "./audit-event.ts";
import type { Origin, Services } from "./services.ts";

/** What the control plane keeps: users, keys, roles, environments. It stands above regions, so none of this is an `Operation`. */
export interface ControlResource {
  readonly kind:
    | "api_key"
    | "compute_pool"
    | "environment"
    | "identity_pool"
    | "invitation"
    | "role_binding"
    | "server"
    | "service_account"
    | "session"
    | "user";
  readonly id: string;
  readonly environmentId?: string | null;
}

/** Who does something to the control plane, and when. */
export interface ControlAct {
  readonly services: Services;
  readonly caller: Caller;
  readonly organizationId: string;
  /** ISO time that all records of this act share. */
  readonly at: string;
  /** The step that audits a change in its own transaction. */
  readonly audit: (resource: ControlResource) => Step;
}

/**
 * Runs a change of the control plane; a refusal or failure is noted in the audit trail. Afterwards nothing of it is remembered, so
 * that the change holds from the next request on.
 */
export async function changeControl<Output>(
  services: Services,
  caller: Caller,
  origin: Origin,
  action: string,
  change: (act: ControlAct) => Promise<Output>,
): Promise<Output> {
  const organizationId = await organizationOf(services);
  const at = services.now().toISOString();
  const event = (facts: Pick<AuditEvent, "outcome"> & Partial<AuditEvent>) => {
    const { principal, credential } = caller;
    return auditEvent(services, origin, { at, action, principal, credential, organizationId, ...facts });
  };
  try {
    judgeCredential(caller);
    const output = await change({
      services,
      caller,
      organizationId,
      at,
      audit: ({ kind, id, environmentId = null }) => ({
        do: "append_audit",
        event: event({ outcome: "done", resourceKind: kind, resourceName: id, environmentId }),
      }),
    });
    services.access.clear();
    return output;
  } catch (error) {
    const { code, status } = asKeymoorError(error);
    const outcome = status < 500 ? "refused" : "failed";
    services.store.note({ note: "counted_event", event: event({ outcome, code }) });
    throw error;
  }
}

/** What is bound to one place, or to calls, must not make itself more than that. */
export function judgeCredential(caller: Caller): void {
  if (caller.place === undefined && caller.via !== "use_token") return;
  throw new KeymoorError("user_unauthorized", "This takes a Cloud API key, or that you are signed in.", {
    hint: "A Flink API key and a use token hold in their environment only.",
  });
}

export async function organizationOf({ access }: Services): Promise<string> {
  const id = await access.organizationId();
  if (id === null) throw new Error("a server always has an organization");
  return id;
}

/** Where a caller manages keys and roles: `organization`, or in these environments. */
export function managedScope(caller: Caller, organizationId: string): "organization" | readonly string[] {
  const manages = (environmentId: string | null) =>
    callerHolds(caller, "access:manage", { organizationId, environmentId });
  if (manages(null)) return "organization";
  const bound = caller.bindings.flat().map(({ environmentId }) => environmentId);
  // A role in the whole organization names none, and a Flink key of its holder is for one.
  const named = [...bound, caller.place?.environmentId ?? null];
  return [...new Set(named.filter((id) => id !== null))].filter(manages);
}

/** Whoever gives roles or keys somewhere has to see all whom he may give them to. */
export async function managesSomewhere(services: Services, caller: Caller): Promise<boolean> {
  const scope = managedScope(caller, await organizationOf(services));
  return scope === "organization" || scope.length > 0;
}

/** What of a list the caller may see; undefined: all. */
export function visibleTo(caller: Caller, organizationId: string): Visible | undefined {
  const scope = managedScope(caller, organizationId);
  return scope === "organization" ? undefined : { principalId: caller.principal, environmentIds: scope };
}
