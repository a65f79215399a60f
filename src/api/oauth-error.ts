import type { KeymoorError } from "../errors.ts";

/** Fields of RFC 6749 5.2, which OAuth clients print; of an exchange, RFC 8693 2.2.2 calls a bad token an invalid request too. */
export function oauthError(error: KeymoorError): {
  readonly error: string;
  readonly error_description: string;
} {
  return { error: wordFor(error), error_description: describable(error.sentence) };
}

/** What may stand in an error_description: printable ASCII without `"` and `\`. */
export function describable(sentence: string): string {
  return sentence.replace(/[^ !#-[\]-~]/g, "'");
}

function wordFor({ code, status }: KeymoorError): string {
  if (status >= 500) return status === 503 ? "temporarily_unavailable" : "server_error";
  return code === "unsupported_grant_type" ? code : "invalid_request";
}
