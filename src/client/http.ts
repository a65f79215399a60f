import type { ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import type { Readable } from "node:stream";
import type { Secret } from "../secret.ts";
import { version } from "../version.ts";
import { ClientError } from "./client-error.ts";

/** What a client shows to a server: an API key, a use token, or a token of an external issuer. */
export type ClientCredential =
  | { readonly kind: "api_key"; readonly id: string; readonly secret: Secret }
  | { readonly kind: "use_token"; readonly token: Secret }
  | { readonly kind: "identity_token"; readonly token: Secret; readonly poolId: string | undefined };

export interface HttpOptions {
  /** Origin of the server; a path in it is kept as a prefix. */
  readonly url: string;
  readonly credential: ClientCredential | undefined;
  /** PEM that is trusted besides the usual authorities. */
  readonly ca?: string;
  /** Longest silence of the server. Default 60,000. */
  readonly timeoutMs?: number;
}

export interface HttpRequest {
  readonly method: string;
  /** From its slash on, encoded, with its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | Readable;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/**
 * One request by node:http, and the head of its answer. `fetch` would add 200 ms to a cold command (libs.md 5). Redirects are
 * answers like any other: a credential goes to no other host. Throws a ClientError when the server cannot be reached.
 */
export async function send(options: HttpOptions, request: HttpRequest): Promise<IncomingMessage> {
  const base = new URL(options.url);
  const isTls = base.protocol === "https:";
  // TLS takes 10 ms to load, and most servers on loopback have none.
  const { request: open } = isTls ? await import("node:https") : await import("node:http");
  const timeoutMs = request.timeoutMs ?? options.timeoutMs ?? 60_000;
  const settings: RequestOptions & { ca?: readonly string[] } = {
    method: request.method,
    hostname: base.hostname.replace(/^\[|\]$/g, ""),
    port: base.port === "" ? (isTls ? 443 : 80) : Number(base.port),
    path: base.pathname.replace(/\/$/, "") + request.path,
    headers: {
      "user-agent": `keymoor/${version}`,
      ...authorization(options.credential),
      ...request.headers,
    },
    timeout: timeoutMs,
    ...(request.signal === undefined ? {} : { signal: request.signal }),
    ...(options.ca === undefined ? {} : { ca: [...(await rootCertificates()), options.ca] }),
  };
  return new Promise((resolve, reject) => {
    const outgoing = open(settings as RequestOptions, resolve);
    outgoing.on("timeout", () => outgoing.destroy(new ClientError("unreachable", timedOut(base, timeoutMs))));
    outgoing.on("error", (error) => reject(unreachable(error, base)));
    write(outgoing, request.body);
  });
}

function write(outgoing: ClientRequest, body: HttpRequest["body"]): void {
  if (body === undefined || typeof body === "string" || body instanceof Uint8Array) {
    outgoing.end(body);
    return;
  }
  body.on("error", (error) => outgoing.destroy(error));
  body.pipe(outgoing);
}

function authorization(credential: ClientCredential | undefined): Readonly<Record<string, string>> {
  if (credential === undefined) return {};
  switch (credential.kind) {
    case "api_key": {
      const pair = `${credential.id}:${credential.secret.reveal()}`; // RFC 7617
      return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
    }
    case "use_token":
      return { authorization: `Bearer ${credential.token.reveal()}` };
    case "identity_token":
      return {
        authorization: `Bearer ${credential.token.reveal()}`,
        ...(credential.poolId !== undefined && { "confluent-identity-pool-id": credential.poolId }),
      };
  }
}

async function rootCertificates(): Promise<readonly string[]> {
  return (await import("node:tls")).rootCertificates;
}

function timedOut(base: URL, timeoutMs: number): string {
  return `${base.origin} did not answer within ${timeoutMs / 1000} s.`;
}

function unreachable(error: Error, base: URL): Error {
  if (error instanceof ClientError || error.name === "AbortError") return error;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const what = reasons[code] ?? (code === "" ? "the connection failed" : `the connection failed (${code})`);
  return new ClientError("unreachable", `No Keymoor server answers at ${base.origin}: ${what}.`, {
    hint: hints[code] ?? "Check the URL (`keymoor profile list`, or KEYMOOR_URL), and that the server runs.",
  });
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ENOTFOUND: "the host name does not exist",
  EAI_AGAIN: "the host name cannot be looked up now",
  ECONNRESET: "the connection was closed",
  ETIMEDOUT: "no connection in time",
  EHOSTUNREACH: "no route to the host",
  CERT_HAS_EXPIRED: "its certificate has expired",
  CERT_NOT_YET_VALID: "its certificate is not valid yet",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is self-signed",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is signed by an unknown authority",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is signed by an unknown authority",
  UNABLE_TO_GET_ISSUER_CERT: "its certificate is signed by an unknown authority",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate is signed by an unknown authority",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another host",
  EPROTO: "it does not speak TLS there",
};

const trustIt =
  "If it is your own, name the PEM file of its authority: KEYMOOR_CA_FILE, or `keymoor login --ca-file FILE`.";
const renewIt = "Renew the certificate at the server; if it is new, look at this machine's clock.";

const hints: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: renewIt,
  CERT_NOT_YET_VALID: renewIt,
  DEPTH_ZERO_SELF_SIGNED_CERT: trustIt,
  SELF_SIGNED_CERT_IN_CHAIN: trustIt,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: trustIt,
  UNABLE_TO_GET_ISSUER_CERT: trustIt,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: trustIt,
  ERR_TLS_CERT_ALTNAME_INVALID:
    "Use a host name that the certificate has: change the URL (`keymoor profile list`, or KEYMOOR_URL).",
};
