import type { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import type { TokenAnswer, TokenRequest } from "../connections/define.ts";
import { KeymoorError } from "../errors.ts";
import { exchange } from "./exchange.ts";
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
    return { status: answer.status, body: parseObject(await readText(answer.body)) };
  } catch (error) {
    if (!deadline.aborted) throw error;
    throw new KeymoorError("upstream_timeout", `The token endpoint did not answer in time: ${url.host}.`);
  }
}

/** Far above any token; Entra ID's with many groups are about 8 KiB. */
const maxAnswerBytes = 256 * 1024;

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "https:" || url?.protocol === "http:") return url;
  throw new KeymoorError("call_not_possible", "The token endpoint is not an http or https URL.");
}

async function readText(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxAnswerBytes) return ""; // leaving the loop destroys the stream
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size).toString("utf8");
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined; // the parser's message would quote the answer, which may hold a token
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
