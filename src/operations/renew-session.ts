import { timingSafeEqual } from "node:crypto";
import type { Secret } from "../secret.ts";
import { auditEvent } from "./audit-event.ts";
import { organizationOf } from "./control-act.ts";
import type { SignedIn } from "./new-session.ts";
import { refuseCredential } from "./refuse-credential.ts";
import type { Origin, Services } from "./services.ts";
import { activePrincipal } from "./session-caller.ts";
import { parseRefreshToken } from "./session-text.ts";
import { hasEnded, isSeenLongAgo } from "./session-times.ts";

/**
 * Goes on with a client's session. The refresh token stays the same: commands that run side by side share it, and each would
 * take it from the others (contract/cli.md 2).
 */
export async function renewSession(
  services: Services,
  origin: Origin,
  token: Secret,
  organizationId: string | undefined,
): Promise<SignedIn> {
  const ownId = await organizationOf(services);
  const parsed = parseRefreshToken(token);
  const session = parsed === undefined ? undefined : await services.access.session(parsed.id);
  const mac = services.vault.mac("session", parsed?.secret.reveal() ?? "");
  const isRight = timingSafeEqual(mac, session?.secretMac ?? new Uint8Array(mac.length));
  const known = session && { credential: session.id, principal: session.principalId };
  if (session === undefined || session.kind !== "client" || !isRight)
    throw await refuseCredential(services, origin, parsed?.id ?? "", ended, known);
  const nowMs = services.now().getTime();
  const owner = hasEnded(session, nowMs) ? undefined : await activePrincipal(services, session.principalId);
  if (owner === undefined || (organizationId !== undefined && organizationId !== ownId))
    throw await refuseCredential(services, origin, "", ended, known);
  const at = new Date(nowMs).toISOString();
  if (isSeenLongAgo(session, nowMs)) services.store.note({ note: "session_seen", id: session.id, at });
  const event = auditEvent(services, origin, {
    at,
    action: "session.renew",
    outcome: "done",
    organizationId: ownId,
    ...known,
  });
  services.store.note({ note: "counted_event", event });
  return { user: owner.principal, session, token };
}

const ended = "The session has ended. Sign in again.";
