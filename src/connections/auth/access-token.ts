import { KeymoorError } from "../../errors.ts";
import type { TokenAnswer } from "../define.ts";

/** Life of a token whose answer does not say (RFC 6749 5.1 only recommends that it does). */
const defaultLifeSeconds = 300;

/** The access token in a token endpoint's answer, RFC 6749 5.1, or `token_refused` with what RFC 6749 5.2 lets it say. */
export function accessToken(answer: TokenAnswer): { token: string; expiresInSeconds: number } {
  const token = answer.body?.access_token;
  if (answer.status < 200 || answer.status > 299 || typeof token !== "string" || token === "") {
    throw new KeymoorError("token_refused", `The token endpoint gave no access token: ${reason(answer)}.`, {
      hint: "Check the credential and the token endpoint, then rotate the connection.",
    });
  }
  const type = answer.body?.token_type;
  if (typeof type === "string" && type.toLowerCase() !== "bearer") {
    throw new KeymoorError("token_refused", "The token endpoint gave a token that is no bearer token.", {
      hint: "Configure the client at the token endpoint to get bearer tokens (RFC 6750).",
    });
  }
  return { token, expiresInSeconds: lifeSeconds(answer.body?.expires_in) };
}

/** Whether the endpoint says that it does not know the client in the way it was shown. */
export function isInvalidClient(answer: TokenAnswer): boolean {
  return answer.status >= 400 && answer.body?.error === "invalid_client";
}

/** Only registered error codes are repeated; anything else the endpoint says could quote the credential. */
function reason({ status, body }: TokenAnswer): string {
  const error = body?.error;
  const known = typeof error === "string" && registeredErrors.has(error);
  return known ? `it answered ${status} with ${error}` : `it answered ${status}`;
}

/** RFC 6749 5.2, and RFC 8707 2. */
const registeredErrors = new Set([
  "invalid_request",
  "invalid_client",
  "invalid_grant",
  "unauthorized_client",
  "unsupported_grant_type",
  "invalid_scope",
  "invalid_target",
]);

/** A number by the RFC; some servers send it as text. */
function lifeSeconds(expiresIn: unknown): number {
  const seconds = typeof expiresIn === "string" ? Number(expiresIn) : expiresIn;
  return typeof seconds === "number" && Number.isFinite(seconds) && seconds > 0
    ? seconds
    : defaultLifeSeconds;
}
