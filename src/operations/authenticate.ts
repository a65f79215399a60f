import { timingSafeEqual } from "node:crypto";
import type { Caller } from "../access/caller.ts";
import { parseAuthorization } from "../access/shown-credential.ts";
import { Secret } from "../secret.ts";
import { claimedIssuer } from "../secrets/access-tokens.ts";
import { callerOfIdentityToken } from "./identity-caller.ts";
import { refuseCredential } from "./refuse-credential.ts";
import type { Origin, Services } from "./services.ts";
import { activePrincipal, callerOfAccessToken, callerOfCookie } from "./session-caller.ts";
import { isUseTokenText, parseUseToken } from "./use-token-text.ts";

/** What a request shows to say who sent it. */
export interface Shown {
  readonly authorization: string | undefined;
  /** Headers in which a type's own clients send their key; only for calls, and only without Authorization (design 9). */
  readonly clientKey?: { readonly header: string; readonly value: string };
  /** The console's cookie; only without Authorization. */
  readonly console?: {
    readonly cookie: Secret;
    readonly csrfToken: string | undefined;
    readonly needsCsrfToken: boolean;
  };
  /** The header that says which identity pool a token of an external issuer is meant for (contract/terraform.md 7). */
  readonly identityPoolId: string | undefined;
  /** What it is shown for: something in an environment, or what stands above all of them. */
  readonly plane: "data" | "control";
}

const noMac = new Uint8Array(32);

/** Who sent a request. Throws `user_unauthenticated`, or `too_many_attempts` after ten failures a minute of one (address, key id). */
export async function authenticate(services: Services, shown: Shown, origin: Origin): Promise<Caller> {
  if (shown.authorization === undefined && shown.clientKey !== undefined) {
    return await callerOfUseToken(
      services,
      new Secret(shown.clientKey.value),
      shown.clientKey.header,
      origin,
    );
  }
  if (shown.authorization === undefined && shown.console !== undefined)
    return await callerOfCookie(services, shown.console, origin);
  const credential = parseAuthorization(shown.authorization);
  switch (credential.kind) {
    case "basic":
      return await callerOfApiKey(services, credential.id, credential.secret, origin);
    case "bearer":
      return await callerOfBearer(services, credential.token, shown, origin);
    case "none":
      throw await refuseCredential(services, origin, "", "No credential was sent.");
    case "malformed":
      throw await refuseCredential(
        services,
        origin,
        "",
        "invalid API key: the Authorization header is neither Basic nor Bearer.",
      );
  }
}

async function callerOfBearer(
  services: Services,
  token: Secret,
  shown: Shown,
  origin: Origin,
): Promise<Caller> {
  if (isUseTokenText(token.reveal())) return await callerOfUseToken(services, token, "authorization", origin);
  const issuer = claimedIssuer(token);
  if (issuer === "keymoor") return await callerOfAccessToken(services, token, shown, origin);
  if (issuer !== undefined) {
    const { identityPoolId: poolId } = shown;
    const identity = { token, issuer: issuer.external, poolId, attemptsOf: "" };
    return await callerOfIdentityToken(services, identity, origin);
  }
  throw await refuseCredential(
    services,
    origin,
    "",
    "The bearer token is no use token, no access token of this server, and no signed token of an issuer.",
  );
}

async function callerOfApiKey(
  services: Services,
  id: string,
  secret: Secret,
  origin: Origin,
): Promise<Caller> {
  const key = await services.access.apiKey(id);
  // The MAC is made and compared for an unknown id too, so that the time taken does not tell which ids exist.
  const isRight = timingSafeEqual(services.vault.mac("api_key", secret.reveal()), key?.secretMac ?? noMac);
  const owner = key === undefined ? undefined : await activePrincipal(services, key.ownerId);
  if (key === undefined || owner === undefined || !isRight) {
    const known = key && { credential: key.id, principal: key.ownerId };
    throw await refuseCredential(services, origin, id, "invalid API key.", known);
  }
  const { environmentId, cloud, region } = key;
  const isFlinkKey = environmentId !== null && cloud !== null && region !== null;
  return {
    principal: owner.principal.id,
    credential: key.id,
    via: isFlinkKey ? "flink_key" : "cloud_key",
    bindings: [owner.bindings],
    place: isFlinkKey ? { environmentId, cloud, region } : undefined,
    connections: undefined,
    shownIn: "authorization",
  };
}

async function callerOfUseToken(
  services: Services,
  shown: Secret,
  header: string,
  origin: Origin,
): Promise<Caller> {
  const parsed = parseUseToken(shown);
  const token = parsed === undefined ? undefined : await services.access.useToken(parsed.id);
  const mac = services.vault.mac("use_token", parsed?.secret.reveal() ?? "");
  const isRight = timingSafeEqual(mac, token?.mac ?? noMac);
  const creator = token === undefined ? undefined : await activePrincipal(services, token.createdBy);
  if (parsed === undefined || token === undefined || creator === undefined || !isRight) {
    const known = token && { credential: token.id, principal: token.createdBy };
    throw await refuseCredential(services, origin, parsed?.id ?? "", "The use token is not valid.", known);
  }
  const known = { credential: token.id, principal: token.createdBy };
  if (token.revokedAt !== null) {
    throw await refuseCredential(services, origin, token.id, "The use token was revoked.", known);
  }
  if (token.expiresAt <= services.now().toISOString()) {
    throw await refuseCredential(services, origin, token.id, "The use token has expired.", known);
  }
  return {
    principal: token.createdBy,
    credential: token.id,
    via: "use_token",
    // A token lets through no more than its maker may do himself now.
    bindings: [creator.bindings],
    place: { environmentId: token.environmentId, cloud: token.cloud, region: token.region },
    connections: token.connections,
    shownIn: header,
  };
}
