import type { VerifyRequest } from "../../connections/define.ts";
import { type HeaderLines, headerValue } from "../call-headers.ts";
import { callUrl } from "../call-url.ts";
import type { CallTarget } from "../egress.ts";
import { exchange, type WireAnswer } from "../exchange.ts";
import { type Asking, cannotTell, refused, type Verdict } from "./verdict.ts";

/** Sends the type's harmless request. Of the answer only its status and an error code that the type lists are looked at. */
export async function askService(asking: Asking, verify: VerifyRequest): Promise<Verdict> {
  const { target, probes } = asking;
  const url = verifyUrl(target, verify);
  return await probes.step("service", `No answer in time: ${url.host}`, async (ended) => {
    const verdict = await ask(asking, verify, ended);
    return { detail: verdict.detail, value: verdict };
  });
}

async function ask(asking: Asking, verify: VerifyRequest, ended: AbortSignal): Promise<Verdict> {
  const { target, inject, dialler } = asking;
  const url = verifyUrl(target, verify);
  const body = verify.body === undefined ? undefined : Buffer.from(verify.body);
  const headers = headersOf(target, verify);
  const injected = await inject({ method: verify.method, url, headers, body });
  const what = `${verify.method} ${verify.path || url.pathname}`;
  const answer = await exchange(await dialler.dispatcher(), {
    method: verify.method,
    url: injected.url,
    headers: injected.headers,
    body,
    signal: ended,
    search: undefined, // nothing of the answer is handed on
    onWithheld: () => {},
  });
  try {
    if (!verify.elsewhere?.answered.includes(answer.status)) {
      return await judge(answer, verify, what, {
        isAnonymous: injected.isAnonymous,
        isProvenByToken: target.method.fetchesToken === true,
      });
    }
  } finally {
    answer.body.destroy();
  }
  return await ask(asking, { ...verify, path: verify.elsewhere.path, elsewhere: undefined }, ended);
}

/** Where the request goes: below the endpoint or in the place of its operation, always at its origin. */
export function verifyUrl(
  { endpoint, type }: Pick<CallTarget, "endpoint" | "type">,
  verify: VerifyRequest,
): URL {
  if (verify.replaces === undefined) {
    return callUrl(endpoint, type.call, { morePath: verify.path, query: "" });
  }
  const url = callUrl(endpoint, type.call, { morePath: "", query: "" });
  url.pathname = url.pathname.replace(/\/+$/, "").replace(verify.replaces, "") + verify.path;
  return url;
}

function headersOf({ type }: CallTarget, verify: VerifyRequest): HeaderLines {
  const plain = { accept: "application/json", "accept-encoding": "identity" };
  return Object.entries({ ...plain, ...type.defaultHeaders, ...verify.headers }).flat();
}

async function judge(
  answer: WireAnswer,
  verify: VerifyRequest,
  what: string,
  { isAnonymous, isProvenByToken }: { isAnonymous: boolean; isProvenByToken: boolean },
): Promise<Verdict> {
  const { status } = answer;
  if (verify.accepted.includes(status)) {
    if (verify.isPublic && !isAnonymous && !isProvenByToken) {
      const detail = `Reached: ${what} answered ${status}, as it may without a credential`;
      return { outcome: "cannot_tell", detail };
    }
    return { outcome: "accepted", detail: `Accepted: ${what} answered ${status}` };
  }
  const code = status >= 400 ? await knownCode(answer, verify.codes) : undefined;
  const meaning = code === undefined ? undefined : verify.codes?.[code];
  if (verify.refused.includes(status) || meaning === "refused") throw refused(status, code);
  if (meaning === "denied") {
    throw cannotTell(
      what,
      status,
      ` (${code}): the service knows the credential, but denies it this request`,
    );
  }
  if (isAnonymous && status < 500) return { outcome: "accepted", detail: "Reached; no credential is sent" };
  throw cannotTell(what, status);
}

/** Error bodies are small; of a larger one the beginning has to do. */
const codeBytes = 64 * 1024;

/** The first of the listed codes that the answer names. Nothing else of it is repeated. */
async function knownCode(answer: WireAnswer, codes: VerifyRequest["codes"]): Promise<string | undefined> {
  if (codes === undefined) return undefined;
  // AWS: a name, and behind a colon where it comes from.
  const inHeader = headerValue(answer.headers, "x-amzn-errortype")?.split(":")[0] ?? "";
  if (Object.hasOwn(codes, inHeader)) return inHeader;
  for (const [, code = ""] of (await beginning(answer)).matchAll(quotedNames)) {
    if (Object.hasOwn(codes, code)) return code;
  }
  return undefined;
}

/** A JSON string that is a name, with a namespace before it as AWS has it, or such a name in XML's `<Code>`. */
const quotedNames = /(?:"(?:[\w.]{1,200}#)?|<Code>)(\w{1,100})["<]/g;

async function beginning({ body }: WireAnswer): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= codeBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, codeBytes).toString("latin1");
}
