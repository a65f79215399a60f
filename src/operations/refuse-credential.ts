import { KeymoorError } from "../errors.ts";
import { auditEvent } from "./audit-event.ts";
import type { Origin, Services } from "./services.ts";

/** The credential that exists under the id that was shown. */
export interface KnownCredential {
  readonly credential: string;
  readonly principal: string;
}

/** Counts and notes the failure; the caller throws what it returns. What was shown is not kept. */
export async function refuseCredential(
  services: Services,
  origin: Origin,
  id: string,
  message: string,
  known?: KnownCredential,
): Promise<KeymoorError> {
  const now = services.now();
  // Without a key id nothing can be guessed: what is malformed, or absent, is never right.
  const waitSeconds = id === "" ? undefined : services.failedAttempts.note(origin.address, id, now.getTime());
  const error =
    waitSeconds === undefined
      ? new KeymoorError("user_unauthenticated", message)
      : new KeymoorError("too_many_attempts", "Too many failed attempts with this key from your address.", {
          hint: `Try again in ${waitSeconds} seconds.`,
          retryAfterSeconds: waitSeconds,
        });
  services.metrics.authenticationFailed(error.code);
  const event = auditEvent(services, origin, {
    action: "authenticate",
    outcome: "refused",
    code: error.code,
    organizationId: await services.access.organizationId(),
    ...known,
  });
  services.store.note({ note: "counted_event", event });
  return error;
}
