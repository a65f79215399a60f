import type { Dispatcher } from "undici";
import type { TokenAnswer, TokenRequest } from "../connections/define.ts";
import { KeymoorError } from "../errors.ts";
import { exchange } from "./exchange.ts";
import { readJsonObject } from "./json-answer.ts";
import type { EgressLimits } from "./limits.ts";

/** Posts a form to a token endpoint. Redirects are answers like any other: the client's secret goes nowhere else. */
export async function postForToken(
  dispatcher: Dispatcher,
  request: TokenRequest,
  limits: Pick<EgressLimits, "tokenTimeoutMs">,
  signal?: AbortSignal,
): Promise<TokenAnswer> {
  const url = parseUrl(request.url);
  const headers = ["content-type", "application/x-www-form-urlencoded", "accept", "application/json"];
  for (const [name, value] of Object.entries(request.headers)) headers.push(name, value);
  const deadline = AbortSignal.timeout(limits.tokenTimeoutMs);
  const ended = signal === undefined ? deadline : AbortSignal.any([deadline, signal]);
  try {
    const answer = await exchange(dispatcher, {
      method: "POST",
      url,
      headers,
      body: Buffer.from(new URLSearchParams(request.form).toString()),
      signal: ended,
      search: undefined,
      onWithheld: () => {},
    });
    return { status: answer.status, body: await readJsonObject(answer.body) };
  } catch (error) {
    if (!deadline.aborted) throw error;
    throw new KeymoorError("upstream_timeout", `The token endpoint did not answer in time: ${url.host}.`);
  }
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "https:" || url?.protocol === "http:") return url;
  throw new KeymoorError("call_not_possible", "The token endpoint is not an http or https URL.");
}
