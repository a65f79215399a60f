import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { request as httpsRequest } from "node:https";
import { gunzipSync } from "node:zlib";

/** What a client puts on the wire. `body` is the very text. */
export interface Sent {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** The one authority that the client trusts, as `SSL_CERT_FILE` makes it (contract/cli.md 1.2). */
  readonly ca?: string | undefined;
}

export interface Received {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** One request and its answer, kept so that a test can say what a command costs and what went over the wire. */
export interface Exchange {
  readonly sent: Sent;
  readonly received: Received;
}

/**
 * Node's own HTTP instead of fetch: official clients send a GET with a body (contract/cli.md 9.11), which fetch refuses, and
 * they unpack gzip themselves.
 */
export function exchange(sent: Sent): Promise<Received> {
  return new Promise((resolve, reject) => {
    const headers = {
      ...sent.headers,
      ...(sent.body !== undefined && { "content-length": String(Buffer.byteLength(sent.body)) }),
    };
    const request = sent.url.startsWith("https:") ? httpsRequest : httpRequest;
    const { method, ca } = sent;
    const options = { method, headers, agent: false, ...(ca !== undefined && { ca }) };
    const outgoing = request(sent.url, options, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        const bytes = Buffer.concat(chunks);
        const isPacked = answer.headers["content-encoding"] === "gzip";
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          text: (isPacked ? gunzipSync(bytes) : bytes).toString("utf8"),
        });
      });
    });
    outgoing.on("error", reject);
    outgoing.end(sent.body);
  });
}

/** Go's encoding/json, by which both clients write bodies: keys of a map sorted; `<`, `>` and `&` escaped. */
export function goJson(value: Readonly<Record<string, unknown>>): string {
  const sorted = Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
  return escapeAsGo(JSON.stringify(sorted));
}

export function escapeAsGo(json: string): string {
  return json.replace(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** `method path?query`, without the origin: how tests name a request. */
export function requestLine({ sent: { method, url } }: Exchange): string {
  return `${method} ${url.replace(/^https?:\/\/[^/]+/, "")}`;
}
