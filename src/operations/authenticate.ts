import { timingSafeEqual } from "node:crypto";
import type { Caller } from "../access/caller.ts";
import { parseAuthorization } from "../access/shown-credential.ts";
import { KeymoorError } from "../errors.ts";
import { Secret } from "../secret.ts";
import { auditEvent } from "./audit-event.ts";
import type { Origin, Services } from "./services.ts";
import { parseUseToken } from "./use-token-text.ts";

/** What a request shows to say who sent it. */
export interface Shown {
  readonly authorization: string | undefined;
  /** Headers in which a type's own clients send their key; only for calls, and only without Authorization (design 9). */
  readonly clientKey?: { readonly header: string; readonly value: string };
  /** Whether a use token is taken here at all. */
  readonly takesUseTokens: boolean;
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
  const credential = parseAuthorization(shown.authorization);
  switch (credential.kind) {
    case "basic":
      return await callerOfApiKey(services, credential.id, credential.secret, origin);
    case "bearer":
      if (shown.takesUseTokens)
        return await callerOfUseToken(services, credential.token, "authorization", origin);
      throw await refused(services, origin, "", "invalid API key: this path takes an API key by HTTP Basic.");
    case "none":
      throw await refused(services, origin, "", "No credential was sent.");
    case "malformed":
      throw await refused(
        services,
        origin,
        "",
        "invalid API key: the Authorization header is neither Basic nor Bearer.",
      );
  }
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
  const owner = key === undefined ? undefined : await services.access.principal(key.ownerId);
  if (key === undefined || owner === undefined || !isRight) {
    const known = key && { credential: key.id, principal: key.ownerId };
    throw await refused(services, origin, id, "invalid API key.", known);
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
  const creator = token === undefined ? undefined : await services.access.principal(token.createdBy);
  if (parsed === undefined || token === undefined || creator === undefined || !isRight) {
    const known = token && { credential: token.id, principal: token.createdBy };
    throw await refused(services, origin, parsed?.id ?? "", "The use token is not valid.", known);
  }
  const known = { credential: token.id, principal: token.createdBy };
  if (token.revokedAt !== null) {
    throw await refused(services, origin, token.id, "The use token was revoked.", known);
  }
  if (token.expiresAt <= services.now().toISOString()) {
    throw await refused(services, origin, token.id, "The use token has expired.", known);
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

/** Counts and notes the failure. What was shown is not kept; `known` is the key or token that exists under the id shown. */
async function refused(
  services: Services,
  origin: Origin,
  id: string,
  message: string,
  known?: { readonly credential: string; readonly principal: string },
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
