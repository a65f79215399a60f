import type { Dispatcher } from "undici";
import { KeymoorError } from "../errors.ts";
import { exchange } from "./exchange.ts";

/** JSON for a receiver of ours that is no connection, such as the webhook. */
export interface Delivery {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

const timeoutMs = 10_000;

/** Posts it and gives the status of the answer, whose body nobody reads. Redirects are answers like any other. */
export async function deliver(
  dispatcher: Dispatcher,
  { url, headers, body, signal }: Delivery,
): Promise<{ readonly status: number }> {
  const deadline = AbortSignal.timeout(timeoutMs);
  const lines = ["content-type", "application/json", ...Object.entries(headers).flat()];
  const target = new URL(url);
  try {
    const answer = await exchange(dispatcher, {
      method: "POST",
      url: target,
      headers: lines,
      body: Buffer.from(body),
      signal: AbortSignal.any([signal, deadline]),
      search: undefined,
      onWithheld: () => {},
    });
    answer.body.destroy();
    return { status: answer.status };
  } catch (error) {
    if (!deadline.aborted) throw error;
    throw new KeymoorError("upstream_timeout", "The receiver did not answer in time.");
  }
}
