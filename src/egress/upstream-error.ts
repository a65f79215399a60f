import { KeymoorError } from "../errors.ts";

/**
 * One clear sentence for what went wrong on the way to a service. It names the host and nothing else: the library's own
 * messages and their properties can hold bytes of the exchange, so not even the log gets them, only name and code.
 */
export function upstreamError(
  error: unknown,
  url: { readonly hostname: string; readonly host: string },
): KeymoorError {
  if (error instanceof KeymoorError) return error;
  const code = codeOf(error);
  const cause = { name: error instanceof Error ? error.name : typeof error, code };
  const { hostname: host } = url;
  const where = url.host;

  const timeout = timeouts[code];
  if (timeout !== undefined) return new KeymoorError("upstream_timeout", `${timeout}: ${where}.`, { cause });

  const unreachable = (what: string, hint?: string): KeymoorError =>
    new KeymoorError("upstream_unreachable", what, hint === undefined ? { cause } : { cause, hint });
  if (code === "ENOTFOUND" || code.startsWith("EAI_")) return unreachable(`Lookup failed: ${host}.`);
  const failure = failures[code];
  if (failure !== undefined) return unreachable(`${failure}: ${where}.`);
  const certificate = certificates[code];
  if (certificate !== undefined) return unreachable(`TLS: ${certificate}: ${host}.`, hints[code]);
  if (code === "EPROTO" || code.startsWith("ERR_SSL") || code.startsWith("ERR_TLS")) {
    return unreachable(`TLS: the handshake failed: ${where}.`, "Check that this port speaks TLS.");
  }
  // undici loses the parser's code on the way.
  if (cause.name === "HTTPParserError") return unreachable(`The answer is not valid HTTP: ${where}.`);
  return unreachable(`The call failed: ${where}.`);
}

/** What is wrong with a certificate, and how to mend it, by the code that Node's `tls` gives. */
export function certificateFault(code: string): { what: string; hint?: string } | undefined {
  const what = certificates[code];
  if (what === undefined) return undefined;
  const hint = hints[code];
  return hint === undefined ? { what } : { what, hint };
}

const timeouts: Readonly<Record<string, string>> = {
  UND_ERR_CONNECT_TIMEOUT: "No connection in time",
  ETIMEDOUT: "No connection in time",
  UND_ERR_HEADERS_TIMEOUT: "No answer in time",
  UND_ERR_BODY_TIMEOUT: "The answer stopped coming",
};

const failures: Readonly<Record<string, string>> = {
  ECONNREFUSED: "Connection refused",
  ECONNRESET: "Connection closed by the service",
  EPIPE: "Connection closed by the service",
  UND_ERR_SOCKET: "Connection closed by the service",
  EHOSTUNREACH: "No route to the host",
  ENETUNREACH: "No route to the network",
  EADDRNOTAVAIL: "Address not available",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "The answer is not as long as it says",
  UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: "The body is not as long as its content-length says",
  UND_ERR_HEADERS_OVERFLOW: "The answer's headers are too large",
};

/** X509_V_ERR_* as Node's `tls` names them, https://nodejs.org/docs/latest-v20.x/api/tls.html#x509-certificate-error-codes */
const certificates: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "certificate expired",
  CERT_NOT_YET_VALID: "certificate not valid yet",
  CERT_REVOKED: "certificate revoked",
  DEPTH_ZERO_SELF_SIGNED_CERT: "certificate is self-signed",
  SELF_SIGNED_CERT_IN_CHAIN: "certificate is signed by an unknown authority",
  UNABLE_TO_GET_ISSUER_CERT: "certificate is signed by an unknown authority",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "certificate is signed by an unknown authority",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "certificate is signed by an unknown authority",
  CERT_UNTRUSTED: "certificate is not trusted",
  CERT_SIGNATURE_FAILURE: "certificate has a wrong signature",
  INVALID_PURPOSE: "certificate is not meant for servers",
  HOSTNAME_MISMATCH: "certificate is for another host",
  ERR_TLS_CERT_ALTNAME_INVALID: "certificate is for another host",
};

const addAuthority = "KEYMOOR_EGRESS_CA adds an authority to those that are trusted.";
const hints: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: addAuthority,
  SELF_SIGNED_CERT_IN_CHAIN: addAuthority,
  UNABLE_TO_GET_ISSUER_CERT: addAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: addAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: addAuthority,
};

/** Several addresses tried give an AggregateError, whose first code is as good as any. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  if ("code" in error && typeof error.code === "string") return error.code;
  return error instanceof AggregateError ? codeOf(error.errors[0]) : "";
}
