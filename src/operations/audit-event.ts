import type { AuditEvent } from "../storage/records.ts";
import type { Origin, Services } from "./services.ts";

/** How something can end, as the API lists it. */
export const auditOutcomes = [
  "done",
  "unchanged",
  "refused",
  "failed",
] as const satisfies readonly AuditEvent["outcome"][];

/** An event of this moment; what is not given is not known. */
export function auditEvent(
  services: Services,
  origin: Origin,
  facts: Pick<AuditEvent, "action" | "outcome"> & Partial<AuditEvent>,
): AuditEvent {
  return {
    id: crypto.randomUUID(),
    at: services.now().toISOString(),
    code: null,
    principal: null,
    credential: null,
    address: origin.address,
    requestId: origin.requestId,
    organizationId: null,
    environmentId: null,
    cloud: null,
    region: null,
    resourceKind: null,
    resourceName: null,
    count: 1,
    ...facts,
  };
}
