import { type IncomingMessage, STATUS_CODES } from "node:http";
import { pathOf, refusal } from "./client.ts";
import { ClientError } from "./client-error.ts";
import { type NodeClient, readText } from "./create-client.ts";
import type { HttpRequest } from "./http.ts";
import { environmentPath, type Place, regionHeaders } from "./place.ts";

export interface ConnectionCall {
  readonly name: string;
  /** undefined: the use token, or Flink API key, says it. */
  readonly place: Place | undefined;
  readonly method: string;
  /** What comes behind the connection: empty, or from `/` or `?` on, encoded. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: HttpRequest["body"];
  readonly signal: AbortSignal;
}

/** As long as Keymoor itself waits for a silent caller or service (docs/calls.md). */
const silenceMs = 330_000;

/**
 * Calls a service through a connection: its answer as it comes, whatever its status. Throws a ClientError when the answer is
 * Keymoor's own, which is always an error.
 */
export async function callConnection(client: NodeClient, call: ConnectionCall): Promise<IncomingMessage> {
  const { name, place, method, target, headers, body, signal } = call;
  const base =
    place === undefined
      ? pathOf("c", name)
      : `/keymoor/v1${environmentPath(place)}${pathOf("connections", name, "call")}`;
  const answer = await client.stream({
    method,
    path: base + target,
    headers: { ...headers, ...(place !== undefined && regionHeaders(place)) },
    signal,
    timeoutMs: silenceMs,
    ...(body !== undefined && { body }),
  });
  const source = answer.headers["keymoor-answer"];
  if (source === "upstream") return answer;
  const status = answer.statusCode ?? 0;
  const text = await readText(answer, client.url);
  if (source !== "keymoor" || method !== "HEAD") throw refusal(status, text, client.url);
  // An answer to HEAD has no body that says more.
  throw new ClientError("answered", `Keymoor refused the call: ${status} ${STATUS_CODES[status] ?? ""}.`, {
    status,
    hint: "The same call by GET says why.",
  });
}
