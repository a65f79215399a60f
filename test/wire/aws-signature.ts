import { createHash, createHmac } from "node:crypto";
import type { Recorded } from "../../src/egress/fixtures/service.ts";

export interface AwsKey {
  readonly id: string;
  readonly secret: string;
}

/**
 * The signature that AWS would compute for a request as it came in, written from the specification alone:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function expectedSignature({ method, url, headers, body }: Recorded, key: AwsKey) {
  const { scope, signedHeaders, signature } = parseAuthorization(headers.authorization ?? "");
  const [path = "", query = ""] = url.split("?", 2);
  const canonical = [
    method,
    path.split("/").map(uriEncode).join("/"), // encoded once by the client, and once more as every service but S3 has it
    canonicalQuery(query),
    ...signedHeaders.map((name) => `${name}:${String(headers[name]).trim().replace(/ +/g, " ")}`),
    "",
    signedHeaders.join(";"),
    sha256(body),
  ].join("\n");
  const toSign = ["AWS4-HMAC-SHA256", String(headers["x-amz-date"]), scope, sha256(canonical)].join("\n");
  const [date = "", region = "", service = "", terminal = ""] = scope.split("/");
  let signingKey: string | Buffer = `AWS4${key.secret}`;
  for (const part of [date, region, service, terminal]) signingKey = hmac(signingKey, part);
  return { expected: hmac(signingKey, toSign).toString("hex"), signature, scope, signedHeaders };
}

export function parseAuthorization(header: string) {
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\S+), SignedHeaders=(\S+), Signature=([0-9a-f]{64})$/.exec(
      header,
    );
  const [, keyId = "", scope = "", signedHeaders = "", signature = ""] = match ?? [];
  return { keyId, scope, signedHeaders: signedHeaders.split(";"), signature };
}

function canonicalQuery(query: string): string {
  const pairs = query
    .split("&")
    .filter(Boolean)
    .map((part) => {
      const [name = "", ...value] = part.split("=");
      return [uriEncode(decodeURIComponent(name)), uriEncode(decodeURIComponent(value.join("=")))] as const;
    });
  const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  pairs.sort(([nameA, valueA], [nameB, valueB]) => order(nameA, nameB) || order(valueA, valueB));
  return pairs.map(([name, value]) => `${name}=${value}`).join("&");
}

/** Every byte but the unreserved characters of RFC 3986. */
function uriEncode(text: string): string {
  return [...Buffer.from(text, "utf8")]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[A-Za-z0-9._~-]/.test(character)
        ? character
        : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    })
    .join("");
}

const sha256 = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");
const hmac = (key: string | Buffer, text: string): Buffer =>
  createHmac("sha256", key).update(text, "utf8").digest();
