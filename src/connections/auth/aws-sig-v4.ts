import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { KeymoorError } from "../../errors.ts";
import type { AuthMethod, OutgoingRequest } from "../define.ts";
import { withHeader } from "./with-header.ts";

/**
 * AWS Signature Version 4 in headers.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 *
 * Signed are `host`, `content-type`, every `x-amz-*` and `x-amzn-*` header (AWS demands host and x-amz-*), method, path,
 * query and the SHA-256 of the body; never UNSIGNED-PAYLOAD. Other headers may be added or changed afterwards.
 *
 * Whoever sends the request sends what is returned here: `url` with its query rewritten the way it was signed,
 * `url.pathname` byte for byte, `Host: url.host`, and the same body.
 */
export function awsSigV4(): AuthMethod {
  return {
    name: "aws_sigv4",
    label: "AWS access key",
    fields: {
      "aws-access-key": { label: "Access key ID", wire: "AWS_ACCESS_KEY_ID" },
      "aws-secret-key": { label: "Secret access key", wire: "AWS_SECRET_ACCESS_KEY", secret: true },
      "aws-session-token": {
        label: "Session token",
        wire: "AWS_SESSION_TOKEN",
        secret: true,
        optional: true,
        belongsTo: "aws-access-key",
        hint: "Only for temporary credentials; it expires with them.",
      },
    },
    // A caller's own hash would be believed by the signer, and a `date` would compete with x-amz-date.
    sets: ["authorization", "date", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token"],
    signsBody: true,
    apply: async (request, values, context) => {
      if (context.service === undefined) throw new Error("The type names no signing service.");
      const url = withStrictQuery(request.url);
      // Loaded by the first signed call: it costs 16 MiB that most servers never need.
      const { SignatureV4, clearCredentialCache } = await import("./aws-signer.ts");
      const signer = new SignatureV4({
        service: context.service,
        region: context.region,
        credentials: credentials(
          values["aws-access-key"],
          values["aws-secret-key"],
          values["aws-session-token"],
        ),
        sha256: Sha256,
        // S3 is the one service whose canonical path is not encoded a second time (s3vectors is not S3 here).
        uriEscapePath: context.service !== "s3",
      });
      const signed = await signer.sign(
        {
          method: request.method,
          protocol: url.protocol,
          hostname: url.hostname,
          path: url.pathname,
          query: queryOf(url),
          headers: { ...signedHeaders(request), host: url.host },
          body: request.body ?? new Uint8Array(),
        },
        { signingDate: context.now },
      );
      // The library keeps session tokens and derived keys of the last 50 credentials, rotated ones included.
      clearCredentialCache();
      let sent: OutgoingRequest = { ...request, url };
      for (const [name, value] of Object.entries(signed.headers)) {
        const field = name === "x-amz-security-token" ? "aws-session-token" : "aws-access-key";
        if (setByUs.has(name)) sent = withHeader(sent, name, value, field);
      }
      return sent;
    },
  };
}

const setByUs = new Set(["authorization", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token"]);

function credentials(accessKeyId = "", secretAccessKey = "", sessionToken = "") {
  return sessionToken === ""
    ? { accessKeyId, secretAccessKey }
    : { accessKeyId, secretAccessKey, sessionToken };
}

function signedHeaders({ headers }: OutgoingRequest): Record<string, string> {
  return Object.fromEntries(
    [...headers].filter(
      ([name]) => (name === "content-type" || name.startsWith("x-amz")) && !setByUs.has(name),
    ),
  );
}

/**
 * The URL with its query in RFC 3986 encoding, order kept: a space as `+`, or a bare `=` inside a value, would be signed
 * one way and read another. A name without `=` gets one, as the canonical query has it.
 */
function withStrictQuery(url: URL): URL {
  const pairs = queryPairs(url).map(([name, value]) => `${encodeStrictly(name)}=${encodeStrictly(value)}`);
  const strict = new URL(url);
  strict.search = pairs.join("&");
  return strict;
}

function queryPairs(url: URL): [string, string][] {
  const parts = url.search.slice(1).split("&");
  return parts.filter(Boolean).map((part) => {
    const equals = part.indexOf("=");
    return equals < 0 ? [decode(part), ""] : [decode(part.slice(0, equals)), decode(part.slice(equals + 1))];
  });
}

function queryOf(url: URL): Record<string, string[]> {
  const query: Record<string, string[]> = Object.create(null);
  for (const [name, value] of queryPairs(url)) {
    query[name] = [...(query[name] ?? []), value];
  }
  return query;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch (cause) {
    throw new KeymoorError("call_path_invalid", "The query is not valid percent-encoded UTF-8.", {
      hint: "AWS signatures cover the query; encode it as RFC 3986 says.",
      cause,
    });
  }
}

function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** SHA-256 and, with a key, HMAC-SHA-256 of Node's crypto in the shape that the signer takes. */
class Sha256 {
  readonly #make: () => Hash | Hmac;
  #hash: Hash | Hmac;

  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    this.#make = () => (key === undefined ? createHash("sha256") : createHmac("sha256", bytesOf(key)));
    this.#hash = this.#make();
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    this.#hash = this.#make();
  }
}

function bytesOf(key: string | ArrayBuffer | ArrayBufferView): string | Uint8Array {
  if (typeof key === "string") return key;
  return ArrayBuffer.isView(key)
    ? new Uint8Array(key.buffer, key.byteOffset, key.byteLength)
    : new Uint8Array(key);
}
