import type { Caller } from "../access/caller.ts";
import { KeymoorError } from "../errors.ts";
import type { Secret } from "../secret.ts";
import type { SessionRecord } from "../storage/records.ts";
import type { Services } from "./services.ts";
import { accessTokenMs, dataPlaneTokenMs, endsAtMs } from "./session-times.ts";

/** For everything its user may do. */
export function accessTokenOf(services: Services, session: SessionRecord): Promise<Secret> {
  return signed(services, session, "access", accessTokenMs);
}

/** For what stands in environments. It leaves no event: the CLI asks for one before every command (contract/cli.md 2). */
export async function dataPlaneToken(services: Services, caller: Caller): Promise<Secret> {
  const session = caller.via === "session" ? await services.access.session(caller.credential) : undefined;
  if (session === undefined) {
    throw new KeymoorError("user_unauthorized", "A data-plane token is for those who are signed in.", {
      hint: "An API key needs none: show it as it is.",
    });
  }
  return await signed(services, session, "data_plane", dataPlaneTokenMs);
}

/** No token outlives its session, whose end the bearer may know from it. */
function signed(
  services: Services,
  session: SessionRecord,
  kind: "access" | "data_plane",
  lifeMs: number,
): Promise<Secret> {
  const now = services.now();
  const endMs = Math.min(endsAtMs(session), now.getTime() + lifeMs);
  const claims = { principal: session.principalId, kind, source: session.id };
  return services.vault.accessTokens.sign(claims, now, new Date(endMs));
}
