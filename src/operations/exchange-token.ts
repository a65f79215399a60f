import type { Secret } from "../secret.ts";
import { claimedIssuer, keymoorIssuer } from "../secrets/access-tokens.ts";
import { auditEvent } from "./audit-event.ts";
import { identify } from "./identity-caller.ts";
import { refuseCredential } from "./refuse-credential.ts";
import type { Origin, Services } from "./services.ts";

export interface ExchangeToken {
  /** Of an external issuer: the credential of this request. */
  readonly subjectToken: Secret;
  readonly poolId: string | undefined;
  readonly expiresInSeconds: number | undefined;
}

export interface ExchangedToken {
  readonly accessToken: Secret;
  readonly expiresInSeconds: number;
}

/**
 * However long the subject's token holds: those of CI jobs end within minutes, and their work goes on. Pool and service account
 * are looked up at each request, so that a change ends the exchanged token at once.
 */
export const longestExchangeSeconds = 3600;
const action = "identity_token.exchange";

/** A token of an external issuer for an access token of ours (RFC 8693), which acts as the service account of its pool. */
export async function exchangeToken(
  services: Services,
  { subjectToken, poolId, expiresInSeconds = longestExchangeSeconds }: ExchangeToken,
  origin: Origin,
): Promise<ExchangedToken> {
  const attemptsOf = `identity pool ${poolId ?? ""}`;
  const issuer = claimedIssuer(subjectToken);
  if (issuer === undefined || issuer === keymoorIssuer) {
    throw await refuseCredential(
      services,
      origin,
      attemptsOf,
      "The subject token is no signed token of an external issuer.",
    );
  }
  const shown = { token: subjectToken, issuer: issuer.external, poolId, attemptsOf };
  const { pool, owner } = await identify(services, shown, origin);
  const principal = owner.principal.id;
  const now = services.now();
  const seconds = Math.min(expiresInSeconds, longestExchangeSeconds);
  const accessToken = await services.vault.accessTokens.sign(
    { principal, kind: "exchanged", source: pool.id, sourceUpdatedAt: pool.updatedAt },
    now,
    new Date(now.getTime() + seconds * 1000),
  );
  const event = auditEvent(services, origin, {
    action,
    outcome: "done",
    principal,
    credential: pool.id,
    organizationId: await services.access.organizationId(),
    resourceKind: "identity_pool",
    resourceName: pool.id,
  });
  services.store.note({ note: "counted_event", event });
  return { accessToken, expiresInSeconds: seconds };
}
