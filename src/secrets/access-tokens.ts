import type { KeyObject } from "node:crypto";
import { decodeJwt, errors, jwtVerify, SignJWT } from "jose";
import { Secret } from "../secret.ts";

/** What an access token says of its bearer. */
export interface TokenClaims {
  readonly principal: string;
  /**
   * `access`: of a session, for everything. `data_plane`: of a session, for what stands in an environment. `exchanged`: for a
   * token of an external issuer, for everything.
   */
  readonly kind: "access" | "data_plane" | "exchanged";
  /** Id of the session; of an exchanged one, of the identity pool. */
  readonly source: string;
  /** Of an exchanged one: when the pool that let it in was last changed. */
  readonly sourceUpdatedAt?: string | undefined;
}

/** Access tokens are JWTs because official clients read their `exp` (contract/cli.md 2). Only the server itself verifies them. */
export interface AccessTokens {
  sign(claims: TokenClaims, issuedAt: Date, expiresAt: Date): Promise<Secret>;
  /** Undefined when it is not one of ours, was changed, or has expired at `now`. */
  verify(token: Secret, now: Date): Promise<TokenClaims | undefined>;
}

export const keymoorIssuer = "keymoor";
const algorithm = "HS256";
const kinds: ReadonlySet<string> = new Set<TokenClaims["kind"]>(["access", "data_plane", "exchanged"]);

export function createAccessTokens(key: KeyObject): AccessTokens {
  return {
    async sign({ principal, kind, source, sourceUpdatedAt }, issuedAt, expiresAt) {
      const token = await new SignJWT({ kind, source, source_updated_at: sourceUpdatedAt })
        .setProtectedHeader({ alg: algorithm, typ: "JWT" })
        .setIssuer(keymoorIssuer)
        .setSubject(principal)
        .setIssuedAt(issuedAt)
        .setExpirationTime(expiresAt)
        .sign(key);
      return new Secret(token);
    },
    async verify(token, now) {
      try {
        const { payload } = await jwtVerify(token.reveal(), key, {
          issuer: keymoorIssuer,
          algorithms: [algorithm],
          currentDate: now,
          requiredClaims: ["sub", "iat", "exp"],
        });
        const { sub, kind, source, source_updated_at: updatedAt } = payload;
        if (sub === undefined || typeof source !== "string" || !isKind(kind)) return undefined;
        const sourceUpdatedAt = typeof updatedAt === "string" ? updatedAt : undefined;
        return { principal: sub, kind, source, sourceUpdatedAt };
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined;
        throw error;
      }
    },
  };
}

/** Whose token a text claims to be, before anything of it is believed; undefined when it is no JWT with an issuer. */
export function claimedIssuer(token: Secret): "keymoor" | { readonly external: string } | undefined {
  const text = token.reveal();
  // The parser would go through megabytes of a header that somebody made up.
  if (text.length > longestToken || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(text)) return undefined;
  try {
    const { iss } = decodeJwt(text);
    if (iss === undefined) return undefined;
    return iss === keymoorIssuer ? "keymoor" : { external: iss };
  } catch {
    return undefined;
  }
}

const longestToken = 16_384;

function isKind(kind: unknown): kind is TokenClaims["kind"] {
  return typeof kind === "string" && kinds.has(kind);
}
