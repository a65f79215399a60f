import type { Caller } from "../access/caller.ts";
import { KeymoorError } from "../errors.ts";
import type { Secret } from "../secret.ts";
import { auditEvent } from "./audit-event.ts";
import { organizationOf } from "./control-act.ts";
import type { Origin, Services } from "./services.ts";

/** Signs the caller out: of this session, or of all that he has. */
export async function endSession(
  services: Services,
  caller: Caller,
  origin: Origin,
  everywhere: boolean,
): Promise<void> {
  if (caller.via !== "session") {
    throw new KeymoorError("user_unauthorized", "There is no session to end: you showed another credential.");
  }
  await end(services, origin, caller.principal, caller.credential, everywhere);
}

/**
 * Ends the session of an access token, also of one that has expired: its refresh token may hold still. One that is none of ours
 * is no failure, since nothing is left to end (RFC 7009 2.2).
 */
export async function endSessionOfToken(services: Services, origin: Origin, token: Secret): Promise<void> {
  const claims = await services.vault.accessTokens.verify(token, beforeAllExpiry);
  if (claims?.kind !== "access") return;
  const session = await services.access.session(claims.source);
  if (session?.principalId === claims.principal)
    await end(services, origin, session.principalId, session.id, false);
}

const beforeAllExpiry = new Date(0);

async function end(
  services: Services,
  origin: Origin,
  principalId: string,
  id: string,
  everywhere: boolean,
): Promise<void> {
  const event = auditEvent(services, origin, {
    action: everywhere ? "session.end_all" : "session.end",
    outcome: "done",
    principal: principalId,
    credential: id,
    organizationId: await organizationOf(services),
    resourceKind: everywhere ? "user" : "session",
    resourceName: everywhere ? principalId : id,
  });
  await services.store.write([
    { do: "delete_sessions", principalId, ...(!everywhere && { only: id }) },
    { do: "append_audit", event },
  ]);
  services.access.clear();
}
