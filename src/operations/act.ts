import type { Caller } from "../access/caller.ts";
import type { Scope } from "../access/rights.ts";
import { isName } from "../connections/connection-name.ts";
import type { AuditEvent, EnvironmentRecord, Place } from "../storage/records.ts";
import type { Step } from "../storage/store.ts";
import { auditEvent } from "./audit-event.ts";
import type { Origin, Services } from "./services.ts";

export interface Resource {
  readonly kind: "connection" | "statement" | "use_token" | "audit_events";
  readonly name: string;
}

/** Everything an operation knows about the one who acts, and where. */
export interface Act {
  readonly services: Services;
  /** Name of the operation. */
  readonly action: string;
  readonly caller: Caller;
  readonly origin: Origin;
  readonly environment: EnvironmentRecord;
  readonly place: Place;
  /** ISO time that all records of this act share. */
  readonly at: string;
  readonly event: (
    resource: Resource | undefined,
    outcome?: AuditEvent["outcome"],
    code?: string,
  ) => AuditEvent;
  /** The step that audits a change in its own transaction. */
  readonly audit: (resource: Resource, outcome?: AuditEvent["outcome"], code?: string) => Step;
}

/** Where the right to an act has to hold. */
export function scopeOf({ environment, place }: Pick<Act, "environment" | "place">): Scope {
  const { cloud, region } = place;
  return {
    organizationId: environment.organizationId,
    environmentId: environment.id,
    in: { cloud, region },
  };
}

type ActFacts = Pick<Act, "services" | "action" | "caller" | "origin" | "environment" | "place">;

export function createAct({ services, action, caller, origin, environment, place }: ActFacts): Act {
  const at = services.now().toISOString();
  const event: Act["event"] = (resource, outcome = "done", code) =>
    auditEvent(services, origin, {
      at,
      action,
      outcome,
      code: code ?? null,
      principal: caller.principal,
      credential: caller.credential,
      organizationId: environment.organizationId,
      environmentId: place.environmentId,
      cloud: place.cloud,
      region: place.region,
      resourceKind: resource?.kind ?? null,
      // What is no name may be anything, a misplaced secret too, and is not kept.
      resourceName: resource !== undefined && isName(resource.name) ? resource.name : null,
    });
  return {
    services,
    action,
    caller,
    origin,
    environment,
    place,
    at,
    event,
    audit: (resource, outcome, code) => ({ do: "append_audit", event: event(resource, outcome, code) }),
  };
}
