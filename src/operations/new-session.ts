import type { Secret } from "../secret.ts";
import type { PrincipalRecord, SessionRecord } from "../storage/records.ts";
import type { Step } from "../storage/store.ts";
import { auditEvent } from "./audit-event.ts";
import type { Origin, Services } from "./services.ts";
import { makeRefreshToken, makeSessionCookie } from "./session-text.ts";
import { clientSessionMs, consoleSessionMs } from "./session-times.ts";

/** Somebody who has just signed in. */
export interface SignedIn {
  readonly user: PrincipalRecord;
  readonly session: SessionRecord;
  /** The refresh token, or the cookie's value; shown this once. */
  readonly token: Secret;
}

/** A session that begins now, and the steps that keep it. Whoever calls has made sure that it is the user's to begin. */
export function newSession(
  services: Services,
  origin: Origin,
  user: PrincipalRecord,
  kind: SessionRecord["kind"],
  organizationId: string,
): { readonly signedIn: SignedIn; readonly steps: readonly Step[] } {
  const nowMs = services.now().getTime();
  const at = new Date(nowMs).toISOString();
  const { id, secret, text } = kind === "client" ? makeRefreshToken() : makeSessionCookie();
  const session: SessionRecord = {
    id,
    principalId: user.id,
    kind,
    secretMac: services.vault.mac("session", secret.reveal()),
    createdAt: at,
    lastSeenAt: at,
    expiresAt: new Date(nowMs + (kind === "client" ? clientSessionMs : consoleSessionMs)).toISOString(),
  };
  const event = auditEvent(services, origin, {
    at,
    action: "session.create",
    outcome: "done",
    principal: user.id,
    credential: id,
    organizationId,
    resourceKind: "session",
    resourceName: id,
  });
  return {
    signedIn: { user, session, token: text },
    steps: [
      { do: "insert_session", record: session },
      { do: "append_audit", event },
    ],
  };
}
