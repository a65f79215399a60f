import { timingSafeEqual } from "node:crypto";
import type { Caller } from "../access/caller.ts";
import type { Secret } from "../secret.ts";
import type { SessionRecord } from "../storage/records.ts";
import type { KnownPrincipal } from "./access-cache.ts";
import type { Shown } from "./authenticate.ts";
import { refuseCredential } from "./refuse-credential.ts";
import type { Origin, Services } from "./services.ts";
import { parseSessionCookie } from "./session-text.ts";
import { hasEnded, isSeenLongAgo } from "./session-times.ts";

/** Who bears an access token of ours. Its session, or identity pool, is looked up: it holds no longer than that. */
export async function callerOfAccessToken(
  services: Services,
  token: Secret,
  { plane }: Shown,
  origin: Origin,
): Promise<Caller> {
  const claims = await services.vault.accessTokens.verify(token, services.now());
  if (claims === undefined)
    throw await refuseCredential(services, origin, "", "The access token is not valid, or has expired.");
  const known = { credential: claims.source, principal: claims.principal };
  if (claims.kind === "data_plane" && plane === "control") {
    throw await refuseCredential(services, origin, "", "This token holds in environments only.", known);
  }
  if (claims.kind === "exchanged") {
    const pools = await services.access.identityPools();
    const pool = pools.find(({ id }) => id === claims.source);
    // One of before a change of the pool was let in by other conditions than those that hold now. Its own time would not tell: it
    // may have been judged before the change, while the issuer's keys were fetched, and issued after.
    const isOfPool = pool?.serviceAccountId === claims.principal && pool.updatedAt === claims.sourceUpdatedAt;
    const owner = isOfPool ? await activePrincipal(services, claims.principal) : undefined;
    if (owner === undefined) {
      const message = "The identity pool of this token was changed or is gone. Exchange a token anew.";
      throw await refuseCredential(services, origin, "", message, known);
    }
    return callerOf(owner, "identity_pool", claims.source, "authorization");
  }
  const session = await services.access.session(claims.source);
  if (session === undefined || session.principalId !== claims.principal)
    throw await refuseCredential(services, origin, "", sessionEnded, known);
  return await callerOfSession(services, session, origin, "authorization");
}

/** Who sent a console's cookie. For what changes something, its page must have sent the token that goes with it (CSRF). */
export async function callerOfCookie(
  services: Services,
  { cookie, csrfToken, needsCsrfToken }: NonNullable<Shown["console"]>,
  origin: Origin,
): Promise<Caller> {
  const parsed = parseSessionCookie(cookie);
  const session = parsed === undefined ? undefined : await services.access.session(parsed.id);
  const mac = services.vault.mac("session", parsed?.secret.reveal() ?? "");
  const isRight = timingSafeEqual(mac, session?.secretMac ?? new Uint8Array(mac.length));
  if (session === undefined || session.kind !== "console" || !isRight)
    throw await refuseCredential(services, origin, parsed?.id ?? "", sessionEnded);
  if (needsCsrfToken && !isCsrfToken(services, session.id, csrfToken)) {
    const known = { credential: session.id, principal: session.principalId };
    throw await refuseCredential(
      services,
      origin,
      "",
      "A session cookie counts here only with the header Keymoor-Csrf.",
      known,
    );
  }
  return await callerOfSession(services, session, origin, "cookie");
}

/** What the console's page has to repeat in a header; another origin's page cannot know it. */
export function csrfTokenOf(services: Services, sessionId: string): string {
  return Buffer.from(services.vault.mac("session", `csrf ${sessionId}`)).toString("base64url");
}

function isCsrfToken(services: Services, sessionId: string, sent: string | undefined): boolean {
  const expected = Buffer.from(csrfTokenOf(services, sessionId));
  const given = Buffer.from(sent ?? "");
  return given.length === expected.length && timingSafeEqual(given, expected);
}

async function callerOfSession(
  services: Services,
  session: SessionRecord,
  origin: Origin,
  shownIn: string,
): Promise<Caller> {
  const nowMs = services.now().getTime();
  const owner = hasEnded(session, nowMs) ? undefined : await activePrincipal(services, session.principalId);
  if (owner === undefined) {
    const known = { credential: session.id, principal: session.principalId };
    throw await refuseCredential(services, origin, "", sessionEnded, known);
  }
  if (isSeenLongAgo(session, nowMs))
    services.store.note({ note: "session_seen", id: session.id, at: new Date(nowMs).toISOString() });
  return callerOf(owner, "session", session.id, shownIn);
}

const sessionEnded = "The session has ended. Sign in again.";

/** Undefined when it is gone or disabled. */
export async function activePrincipal(services: Services, id: string): Promise<KnownPrincipal | undefined> {
  const known = await services.access.principal(id);
  return known?.principal.disabledAt === null ? known : undefined;
}

export function callerOf(
  { principal, bindings }: KnownPrincipal,
  via: "session" | "identity_pool",
  credential: string,
  shownIn: string,
): Caller {
  return {
    principal: principal.id,
    credential,
    via,
    bindings: [bindings],
    place: undefined,
    connections: undefined,
    shownIn,
  };
}
