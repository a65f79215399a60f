import { asKeymoorError } from "../errors.ts";
import { auditEvent } from "./audit-event.ts";
import type { Origin, Services } from "./services.ts";

/** Notes that somebody was not let in; the caller throws what it returns. Of what was typed nothing is kept but whose it is. */
export function refuseSignIn<Refusal>(
  services: Services,
  origin: Origin,
  organizationId: string,
  error: Refusal,
  principal: string | null,
): Refusal {
  const { code, status } = asKeymoorError(error);
  services.metrics.authenticationFailed(code);
  const event = auditEvent(services, origin, {
    action: "session.create",
    outcome: status < 500 ? "refused" : "failed",
    code,
    principal,
    organizationId,
  });
  services.store.note({ note: "counted_event", event });
  return error;
}
