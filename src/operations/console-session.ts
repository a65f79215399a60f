import type { Caller } from "../access/caller.ts";
import { KeymoorError } from "../errors.ts";
import type { PrincipalRecord, SessionRecord } from "../storage/records.ts";
import type { Services } from "./services.ts";
import { csrfTokenOf } from "./session-caller.ts";
import { endsAtMs, isSeenLongAgo } from "./session-times.ts";

/** What the console's page knows of the session that it cannot see. */
export interface ConsoleSession {
  readonly user: PrincipalRecord;
  /** For the header of every request that changes something. */
  readonly csrfToken: string;
  readonly expiresAt: string;
  /** When it ends unless it is used before. */
  readonly idleExpiresAt: string;
}

/** Whether a browser is signed in, and how it goes on. Every page begins with it, so it leaves no event. */
export async function describeConsoleSession(services: Services, caller: Caller): Promise<ConsoleSession> {
  const session = caller.shownIn === "cookie" ? await services.access.session(caller.credential) : undefined;
  const known = await services.access.principal(caller.principal);
  if (session !== undefined && known !== undefined) return consoleSession(services, known.principal, session);
  throw new KeymoorError("user_unauthorized", "This is for the session of a browser.", {
    hint: "GET /keymoor/v1/whoami says who you are.",
  });
}

export function consoleSession(
  services: Services,
  user: PrincipalRecord,
  session: SessionRecord,
): ConsoleSession {
  const now = services.now();
  // This very request counts, though it may not be written yet.
  const lastSeenAt = isSeenLongAgo(session, now.getTime()) ? now.toISOString() : session.lastSeenAt;
  return {
    user,
    csrfToken: csrfTokenOf(services, session.id),
    expiresAt: session.expiresAt,
    idleExpiresAt: new Date(endsAtMs({ ...session, lastSeenAt })).toISOString(),
  };
}
