import { claimPath } from "../access/identity-claims.ts";
import { KeymoorError } from "../errors.ts";
import { keymoorIssuer } from "../secrets/access-tokens.ts";
import type { IdentityPoolRecord } from "../storage/records.ts";
import { isTrustworthyUrl } from "./issuer-keys.ts";

/** What of an identity pool its maker chooses. */
export type IdentityPoolFacts = Pick<
  IdentityPoolRecord,
  "name" | "description" | "issuer" | "jwksUri" | "audience" | "claims" | "serviceAccountId"
>;

const mostClaims = 20;
const longestText = 1000;
/** They say who issued a token, for whom and when, never who bears it. */
const claimsOfEveryToken: ReadonlySet<string> = new Set(["iss", "aud", "exp", "nbf", "iat", "jti"]);

/** Judges form only: nothing is fetched. Whether the service account exists is for those who look it up. */
export function judgeIdentityPool({ issuer, jwksUri, audience, claims }: IdentityPoolFacts): void {
  if (issuer === keymoorIssuer)
    throw refusal("/issuer", "The issuer is Keymoor's own, whose tokens need no identity pool.");
  if (!isText(issuer))
    throw refusal("/issuer", `The issuer must be 1 to ${longestText} printable characters.`);
  if (jwksUri === null && !(isTrustworthyUrl(issuer) && !issuer.includes("?"))) {
    throw refusal(
      "/issuer",
      "The issuer is not an https URL without query, so its keys cannot be found by its name.",
      "Plain http is taken of this very machine only. Give the address of its keys as well.",
    );
  }
  if (jwksUri !== null && !isTrustworthyUrl(jwksUri)) {
    throw refusal(
      "/jwks_uri",
      "The address of the issuer's keys must be an https URL.",
      "Plain http is taken of this very machine only: on the way, anybody could put his own keys in place.",
    );
  }
  if (!isText(audience))
    throw refusal("/audience", `The audience must be 1 to ${longestText} printable characters.`);
  judgeClaims(claims);
}

/** A pool without a mark of the bearer would let in every token of the issuer: of GitHub, everybody's. */
function judgeClaims(claims: IdentityPoolFacts["claims"]): void {
  const names = Object.keys(claims);
  if (names.length === 0) {
    throw refusal(
      "/claims",
      "The identity pool names no claim, so that every token of the issuer would pass.",
      'Name at least one claim that tells whose token it is, such as "sub".',
    );
  }
  if (names.length > mostClaims)
    throw refusal("/claims", `An identity pool names at most ${mostClaims} claims.`);
  for (const [name, value] of Object.entries(claims)) {
    if (claimPath(name) === undefined || !isText(name)) {
      throw refusal(
        "/claims",
        "The name of a claim is not one.",
        "Give a plain name such as sub, or a JSON pointer such as /kubernetes.io/namespace.",
      );
    }
    if (claimsOfEveryToken.has(name) || claimsOfEveryToken.has(name.slice(1))) {
      throw refusal(
        "/claims",
        `The claim "${name}" does not tell whose token it is.`,
        'Issuer and audience have fields of their own. Name a claim such as "sub".',
      );
    }
    if (!isText(value))
      throw refusal(
        "/claims",
        `The value of the claim "${name}" must be 1 to ${longestText} printable characters.`,
      );
  }
}

function isText(text: string): boolean {
  return text.length >= 1 && text.length <= longestText && /^[^\p{Cc}]+$/u.test(text);
}

function refusal(pointer: string, message: string, hint?: string): KeymoorError {
  return new KeymoorError("invalid_request", message, { pointer, ...(hint !== undefined && { hint }) });
}
