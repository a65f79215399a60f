import type { Caller } from "../access/caller.ts";
import { type IdentityClaims, unmetClaim } from "../access/identity-claims.ts";
import type { KeymoorError } from "../errors.ts";
import type { Secret } from "../secret.ts";
import type { IdentityPoolRecord } from "../storage/records.ts";
import type { KnownPrincipal } from "./access-cache.ts";
import type { IdentityVerdict } from "./identity-tokens.ts";
import { type KnownCredential, refuseCredential } from "./refuse-credential.ts";
import type { Origin, Services } from "./services.ts";
import { activePrincipal, callerOf } from "./session-caller.ts";

/** A token of an external issuer, and which identity pool it is meant for, if that was said. */
export interface ShownIdentity {
  readonly token: Secret;
  /** What the token claims, before anything of it is believed. */
  readonly issuer: string;
  readonly poolId: string | undefined;
  /** By what name failed attempts are counted; empty: they are not, as of what cannot be guessed. */
  readonly attemptsOf: string;
}

export interface KnownIdentity {
  readonly pool: IdentityPoolRecord;
  readonly owner: KnownPrincipal;
}

/** Who bears a token of an external issuer: the service account of the one identity pool that it fits. */
export async function callerOfIdentityToken(
  services: Services,
  shown: ShownIdentity,
  origin: Origin,
): Promise<Caller> {
  const { pool, owner } = await identify(services, shown, origin);
  return callerOf(owner, "identity_pool", pool.id, "authorization");
}

/** Throws `user_unauthenticated`, which says what did not fit and repeats nothing of the token. */
export async function identify(
  services: Services,
  shown: ShownIdentity,
  origin: Origin,
): Promise<KnownIdentity> {
  const refuse = (message: string, known?: KnownCredential): Promise<KeymoorError> =>
    refuseCredential(services, origin, shown.attemptsOf, message, known);
  const candidates = (await services.access.identityPools()).filter(
    ({ id, issuer }) => issuer === shown.issuer && (shown.poolId ?? id) === id,
  );
  const verdicts = await judgeAll(services, shown.token, candidates);
  const [fitting, another] = verdicts.filter(({ misfit }) => misfit === undefined);
  if (another !== undefined)
    throw await refuse(`Several identity pools fit the token. Name one with the header ${poolHeader}.`);
  if (fitting === undefined) {
    const [only] = verdicts.length === 1 ? verdicts : [];
    throw await refuse(misfitSentence(shown, verdicts), only?.isVerified ? knownAs(only.pool) : undefined);
  }
  const { pool } = fitting;
  const owner = await activePrincipal(services, pool.serviceAccountId);
  if (owner === undefined)
    throw await refuse("The service account of the identity pool is disabled or gone.", knownAs(pool));
  return { pool, owner };
}

const poolHeader = "Confluent-Identity-Pool-Id";

interface Verdict {
  readonly pool: IdentityPoolRecord;
  /** The signature is right and the token of this time, so that it may be told whose token was refused. */
  readonly isVerified: boolean;
  /** Undefined: the token fits the pool. */
  readonly misfit: string | undefined;
}

/** Pools of one issuer mostly share its keys, and the token is verified once for all of these. */
async function judgeAll(
  services: Services,
  token: Secret,
  pools: readonly IdentityPoolRecord[],
): Promise<readonly Verdict[]> {
  const bySource = new Map<string | null, Promise<IdentityVerdict>>();
  for (const pool of pools) {
    if (!bySource.has(pool.jwksUri)) bySource.set(pool.jwksUri, services.identityTokens.verify(token, pool));
  }
  return await Promise.all(pools.map(async (pool) => judge(pool, await bySource.get(pool.jwksUri))));
}

function judge(pool: IdentityPoolRecord, verdict: IdentityVerdict | undefined): Verdict {
  if (verdict === undefined) throw new Error("every source was asked");
  if (verdict.status === "refused") return { pool, isVerified: false, misfit: verdict.reason };
  return { pool, isVerified: true, misfit: misfitOf(pool, verdict.claims) };
}

function misfitOf({ audience, claims }: IdentityPoolRecord, token: IdentityClaims): string | undefined {
  const { aud } = token;
  if (!(Array.isArray(aud) ? aud.includes(audience) : aud === audience))
    return "The audience of the token is not that of the identity pool.";
  const unmet = unmetClaim(claims, token);
  return unmet === undefined
    ? undefined
    : `The claim "${unmet}" of the token is not that of the identity pool.`;
}

function misfitSentence({ poolId }: ShownIdentity, verdicts: readonly Verdict[]): string {
  const [first, second] = verdicts;
  if (first === undefined) {
    return poolId === undefined
      ? "No identity pool takes tokens of this issuer."
      : "The identity pool does not exist, or does not take tokens of this issuer.";
  }
  if (second === undefined || verdicts.every(({ misfit }) => misfit === first.misfit))
    return first.misfit ?? "";
  return `No identity pool of this issuer fits the token. Name one with the header ${poolHeader} to be told what does not fit.`;
}

function knownAs({ id, serviceAccountId }: IdentityPoolRecord): KnownCredential {
  return { credential: id, principal: serviceAccountId };
}
