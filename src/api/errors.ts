import { asKeymoorError, type ErrorCode, KeymoorError } from "../errors.ts";
import { describable, oauthError } from "./oauth-error.ts";

export interface RenderedError {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly code: ErrorCode;
  /** What the log should hear of it: our own faults, and why something outside failed. */
  readonly cause: unknown;
}

/** Any failure as the contract's error body, the only form in which this API answers one; for OAuth clients with theirs in it. */
export function renderError(error: unknown, requestId: string, isOauth = false): RenderedError {
  const known = error instanceof KeymoorError ? error : (frameworkError(error) ?? asKeymoorError(error));
  const { code, status, title, sentence, details } = known;
  return {
    status,
    code,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      ...(status === 401 && { "www-authenticate": challenge(sentence) }),
      ...(details.retryAfterSeconds !== undefined && { "retry-after": String(details.retryAfterSeconds) }),
    },
    body: JSON.stringify({
      ...(isOauth && oauthError(known)),
      errors: [
        { id: requestId, status: String(status), code, title, detail: sentence, source: source(known) },
      ],
    }),
    cause: status >= 500 ? (known.cause ?? known) : undefined,
  };
}

function source({ details: { pointer, parameter, position } }: KeymoorError) {
  return {
    ...(pointer !== undefined && { pointer }),
    ...(parameter !== undefined && { parameter }),
    ...(position !== undefined && { line: position.line, column: position.column }),
  };
}

/** Basic with the two parameters that Confluent's contract gives it (contract/confluent.md 4). */
function challenge(sentence: string): string {
  return `Basic error="invalid_key", error_description="${describable(sentence)}"`;
}

/** What Fastify and Node refuse by themselves, in our words: theirs repeat parts of the request. */
function frameworkError(error: unknown): KeymoorError | undefined {
  if (!(error instanceof Error) || !("statusCode" in error) || !("code" in error)) return undefined;
  const { code, statusCode } = error;
  if (typeof statusCode !== "number" || statusCode >= 500) return undefined;
  switch (code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return new KeymoorError(
        "request_too_large",
        "The body is larger than 1 MiB, the most that is taken here.",
      );
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return new KeymoorError("unsupported_media_type", "The Content-Type header is not a media type.", {
        hint: "Send application/json.",
      });
    case "FST_ERR_CTP_INVALID_CONTENT_LENGTH":
      return new KeymoorError(
        "invalid_request",
        "The body is not as long as the Content-Length header says.",
      );
    case "FST_ERR_BAD_URL":
    case "FST_ERR_MAX_PARAM_LENGTH":
      return new KeymoorError("invalid_request", "The path is not a valid URL path.", {
        hint: "Encode a percent sign as %25.",
      });
    default:
      return new KeymoorError("invalid_request", "The request could not be read.", { cause: error });
  }
}
