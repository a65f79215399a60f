import type { Caller } from "../access/caller.ts";
import { asKeymoorError } from "../errors.ts";
import type { AuditEvent } from "../storage/records.ts";
import { auditEvent } from "./audit-event.ts";
import type { Origin, Services } from "./services.ts";

/** A read that belongs to no environment and region, and so is no `Operation`; success and refusal are counted in the audit trail. */
export async function countedRead<Output>(
  services: Services,
  caller: Caller,
  origin: Origin,
  action: string,
  read: () => Promise<Output>,
): Promise<Output> {
  const organizationId = await services.access.organizationId();
  const note = (facts: Pick<AuditEvent, "outcome"> & Partial<AuditEvent>) => {
    const event = auditEvent(services, origin, {
      action,
      principal: caller.principal,
      credential: caller.credential,
      organizationId,
      environmentId: caller.place?.environmentId ?? null,
      ...facts,
    });
    services.store.note({ note: "counted_event", event });
  };
  try {
    const output = await read();
    note({ outcome: "done" });
    return output;
  } catch (error) {
    const { code, status } = asKeymoorError(error);
    note({ outcome: status < 500 ? "refused" : "failed", code });
    throw error;
  }
}
