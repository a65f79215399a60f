import type { Dispatcher } from "undici";
import { KeymoorError } from "../errors.ts";
import { exchange } from "./exchange.ts";
import { readJsonObject } from "./json-answer.ts";
import type { EgressLimits } from "./limits.ts";

export interface JsonDocument {
  readonly status: number;
  /** Undefined when it is no JSON object, or too large. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

/** Reads a public document, such as an issuer's keys. Redirects are answers like any other: they could lead anywhere. */
export async function fetchJson(
  dispatcher: Dispatcher,
  url: URL,
  { documentTimeoutMs }: Pick<EgressLimits, "documentTimeoutMs">,
): Promise<JsonDocument> {
  const deadline = AbortSignal.timeout(documentTimeoutMs);
  try {
    const answer = await exchange(dispatcher, {
      method: "GET",
      url,
      headers: ["accept", "application/json", "accept-encoding", "identity"],
      body: undefined,
      signal: deadline,
      search: undefined,
      onWithheld: () => {},
    });
    return { status: answer.status, body: await readJsonObject(answer.body) };
  } catch (error) {
    if (!deadline.aborted) throw error;
    throw new KeymoorError("upstream_timeout", `No answer in time: ${url.host}.`);
  }
}
