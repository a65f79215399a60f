import { createHash } from "node:crypto";
import { errors, type JWTVerifyGetKey, jwtVerify } from "jose";
import type { IdentityClaims } from "../access/identity-claims.ts";
import { KeymoorError } from "../errors.ts";
import type { Secret } from "../secret.ts";
import type { IssuerKeys, KeySource } from "./issuer-keys.ts";

/** What became of a token: who its bearer is in the issuer's words, or why it does not hold. */
export type IdentityVerdict =
  | { readonly status: "verified"; readonly claims: IdentityClaims }
  | { readonly status: "refused"; readonly reason: string };

/** Asymmetric ones only: with a shared key, or with a public one taken for it, whoever can verify could also sign. */
const algorithms = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];
const clockToleranceSeconds = 30;
/** How long a verdict is believed: so long may a key be gone, or the pause for unknown ones last. */
const rememberedMs = 60_000;
/** Claims are up to 12 KiB. */
const mostRemembered = 1000;

interface Remembered {
  readonly claims: IdentityClaims;
  readonly untilMs: number;
}

/** Verifies tokens of external issuers: signature and times. What a token lets do is the matter of identity pools. */
export class IdentityTokens {
  readonly keys: IssuerKeys;
  readonly #nowMs: () => number;
  readonly #remembered = new Map<string, Remembered>();

  constructor(keys: IssuerKeys, nowMs: () => number) {
    this.keys = keys;
    this.#nowMs = nowMs;
  }

  async verify(token: Secret, source: KeySource): Promise<IdentityVerdict> {
    const digest = digestOf(token, source);
    const known = this.#remembered.get(digest);
    if (known !== undefined && this.#nowMs() < known.untilMs)
      return { status: "verified", claims: known.claims };
    this.#remembered.delete(digest);
    try {
      const { claims, expiresAtMs } = await this.#verifyWithKeys(token, source);
      this.#remember(digest, {
        claims,
        untilMs: Math.min(this.#nowMs() + rememberedMs, expiresAtMs + clockToleranceSeconds * 1000),
      });
      return { status: "verified", claims };
    } catch (error) {
      return { status: "refused", reason: reasonOf(error) };
    }
  }

  async #verifyWithKeys(token: Secret, source: KeySource) {
    const keys = await this.keys.keys(source);
    try {
      return await this.#verifyBy(token, source, keys.find);
    } catch (error) {
      if (!isOfUnknownKey(error)) throw error;
      const newer = await this.keys.newerKeys(source, keys);
      if (newer === undefined) throw error;
      return await this.#verifyBy(token, source, newer.find);
    }
  }

  async #verifyBy(token: Secret, { issuer }: KeySource, find: JWTVerifyGetKey) {
    const options = {
      issuer,
      algorithms,
      clockTolerance: clockToleranceSeconds,
      currentDate: new Date(this.#nowMs()),
      requiredClaims: ["exp"],
    };
    const { payload } = await jwtVerify(token.reveal(), find, options).catch(async (error: unknown) => {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      // The token names no key, and several are of its kind.
      for await (const key of error) {
        const tried = await jwtVerify(token.reveal(), key, options).catch(passOver);
        if (tried !== undefined) return tried;
      }
      throw new errors.JWSSignatureVerificationFailed();
    });
    if (payload.exp === undefined) throw new Error("exp was required");
    return { claims: payload as IdentityClaims, expiresAtMs: payload.exp * 1000 };
  }

  #remember(digest: string, remembered: Remembered): void {
    const oldest = this.#remembered.keys().next();
    if (this.#remembered.size >= mostRemembered && oldest.done !== true)
      this.#remembered.delete(oldest.value);
    this.#remembered.set(digest, remembered);
  }
}

function passOver(error: unknown): undefined {
  if (error instanceof errors.JWSSignatureVerificationFailed) return undefined;
  throw error;
}

/** The token itself is not kept. */
function digestOf(token: Secret, { issuer, jwksUri }: KeySource): string {
  return createHash("sha256")
    .update(JSON.stringify([token.reveal(), issuer, jwksUri]))
    .digest("base64");
}

/** A key of the same name may be another one now, as after an issuer was set up anew. */
function isOfUnknownKey(error: unknown): boolean {
  return error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWSSignatureVerificationFailed;
}

/** In our words: the library's own quote nothing today, but nothing says so of tomorrow. */
function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return "The token has expired.";
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === "nbf" && error.reason === "check_failed") return "The token is not valid yet.";
    return `The claim "${error.claim}" of the token is missing or not valid.`;
  }
  if (error instanceof errors.JOSEAlgNotAllowed)
    return `The token is not signed with one of ${algorithms.join(", ")}.`;
  if (error instanceof errors.JWKSNoMatchingKey)
    return "The token is signed with a key that its issuer does not publish.";
  if (error instanceof errors.JWSSignatureVerificationFailed) return "The signature of the token is wrong.";
  if (error instanceof errors.JOSEError) return "The token could not be read.";
  // Which host, and what was wrong there, is for those who manage the pool.
  if (error instanceof KeymoorError) return "The keys of the token's issuer cannot be fetched just now.";
  throw error;
}
