import type { Readable } from "node:stream";
import { awsRegion } from "../connections/auth/aws-region.ts";
import type {
  AuthMethod,
  ConnectionType,
  Credential,
  TokenAnswer,
  TokenRequest,
} from "../connections/define.ts";
import { KeymoorError } from "../errors.ts";
import type { AddressPolicy } from "./address-policy.ts";
import { takeBody } from "./call-body.ts";
import {
  answerHeaders,
  askingForPlainAnswer,
  type HeaderLines,
  headerValue,
  travellingHeaders,
} from "./call-headers.ts";
import { callUrl } from "./call-url.ts";
import { Turns } from "./check/turns.ts";
import { checkConnection } from "./check-connection.ts";
import type { CheckResult } from "./check-result.ts";
import { type Delivery, deliver } from "./deliver.ts";
import { createDialler, type Dialler } from "./dialler.ts";
import { EchoSearch } from "./echo-search.ts";
import { exchange, type WireAnswer } from "./exchange.ts";
import { fetchJson, type JsonDocument } from "./fetch-json.ts";
import { injectCredential } from "./inject-credential.ts";
import { defaultLimits, type EgressLimits } from "./limits.ts";
import { TokenCache } from "./token-cache.ts";
import { postForToken } from "./token-endpoint.ts";

/** A connection, opened for one call. */
export interface CallTarget {
  readonly type: ConnectionType;
  readonly endpoint: string;
  /** Public options, those of the auth method included. */
  readonly options: Readonly<Record<string, string>>;
  readonly method: AuthMethod;
  readonly credential: Credential;
  /** Names the credential version, `uid/version`: access tokens are kept under it. */
  readonly cacheKey: string;
  /** The connection's region, for AWS services whose host name does not say. */
  readonly region: string;
}

/** What the caller sent, as Node's server gives it. */
export interface IncomingCall {
  readonly method: string;
  /** Behind the connection's name, undecoded: "" or starting with `/`. */
  readonly morePath: string;
  /** Undecoded, without `?`. */
  readonly query: string;
  readonly rawHeaders: HeaderLines;
  readonly body: Readable | undefined;
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal;
  /** The answer held the secret and was withheld. */
  readonly onWithheld: () => void;
  /** Lower-case names of headers that were meant for Keymoor, such as the one that carried the use token. */
  readonly dropHeaders: readonly string[];
}

export interface CallAnswer {
  readonly status: number;
  readonly headers: [string, string][];
  /** Destroying it ends the call. It fails with a KeymoorError when the service breaks off. */
  readonly body: Readable;
}

export interface EgressOptions {
  readonly policy: AddressPolicy;
  /** PEM of KEYMOOR_EGRESS_CA. */
  readonly ca: string | undefined;
  /** The bundle of `check/logins/thread/login-driver.ts`. Checks that log in by a driver need it. */
  readonly driverFile?: URL;
  readonly limits?: Partial<EgressLimits>;
  readonly now?: () => Date;
}

/** Everything that leaves Keymoor for a service: calls with the credential on them, and requests for tokens. */
export interface Egress {
  call(target: CallTarget, incoming: IncomingCall): Promise<CallAnswer>;
  /** Whether a connection works, step by step. What the network or the service does is a result, never an exception. */
  check(target: CallTarget, signal?: AbortSignal): Promise<CheckResult>;
  /** A form to a token endpoint, through the same address rule and dialler. */
  post(request: TokenRequest): Promise<TokenAnswer>;
  /** JSON to a receiver of ours that is no connection, through the same address rule and dialler. */
  deliver(delivery: Delivery): Promise<{ readonly status: number }>;
  /** A public JSON document, through the same address rule and dialler. */
  fetchJson(url: URL): Promise<JsonDocument>;
  /** Drops the access tokens of a connection that was rotated or deleted; `uid` as in `cacheKey`. */
  forget(uid: string): void;
  /** Ends all calls under way and closes the pooled connections. */
  close(): Promise<void>;
}

/** Those with a driver's thread, and those with an MCP server's answers. */
const hungryChecksAtOnce = 4;

export function createEgress(options: EgressOptions): Egress {
  const limits = { ...defaultLimits, ...options.limits };
  const now = options.now ?? (() => new Date());
  const dialler = createDialler({ policy: options.policy, ca: options.ca, limits });
  const checkParts = {
    policy: options.policy,
    driverFile: options.driverFile,
    dialler,
    limits,
    now,
    loginTurns: new Turns(hungryChecksAtOnce),
    mcpTurns: new Turns(hungryChecksAtOnce),
  };
  const tokens = new TokenCache(() => now().getTime());
  const post = async (request: TokenRequest): Promise<TokenAnswer> =>
    postForToken(await dialler.dispatcher(), request, limits);

  return {
    post,
    check: (target, signal = new AbortController().signal) => checkConnection(checkParts, target, signal),
    deliver: async (delivery) => deliver(await dialler.dispatcher(), delivery),
    fetchJson: async (url) => fetchJson(await dialler.dispatcher(), url, limits),
    forget: (uid) => tokens.forgetAll(`${uid}/`),
    call: (target, incoming) => call({ dialler, tokens, limits, now, post }, target, incoming),
    close: () => dialler.close(),
  };
}

interface Parts {
  readonly dialler: Dialler;
  readonly tokens: TokenCache;
  readonly limits: EgressLimits;
  readonly now: () => Date;
  readonly post: (request: TokenRequest) => Promise<TokenAnswer>;
}

/** Design 9: where it goes, what travels, one more try after a 401, what comes back. */
async function call(parts: Parts, target: CallTarget, incoming: IncomingCall): Promise<CallAnswer> {
  refuse(target, incoming);
  const url = callUrl(target.endpoint, target.type.call, incoming);
  const { method } = target;
  const body = await takeBody(incoming.body, {
    lengthBytes: lengthOf(incoming.rawHeaders),
    isSigned: method.signsBody ?? false,
    isRetried: method.fetchesToken ?? false,
    limits: parts.limits,
  });
  const isReplayable = body === undefined || Buffer.isBuffer(body);
  const headers = headersToSend(target, incoming, isReplayable);

  async function send(): Promise<{ answer: WireAnswer; token: string | undefined }> {
    let token: string | undefined;
    const injected = await injectCredential({
      method,
      credential: target.credential,
      options: target.options,
      request: { method: incoming.method, url, headers, body: Buffer.isBuffer(body) ? body : undefined },
      context: {
        region: awsRegion(url.hostname) ?? target.region,
        service: target.type.signingService,
        now: parts.now(),
        async token(fetch) {
          token = await parts.tokens.get(target.cacheKey, (memory) => fetch(parts.post, memory));
          return token;
        },
      },
    });
    const search = new EchoSearch(injected.secrets);
    const answer = await exchange(await parts.dialler.dispatcher(), {
      method: incoming.method,
      url: injected.url,
      headers: search.isNeeded ? askingForPlainAnswer(injected.headers) : injected.headers,
      body,
      signal: incoming.signal,
      search,
      onWithheld: incoming.onWithheld,
    });
    return { answer, token };
  }

  try {
    let { answer, token } = await send();
    if (answer.status === 401 && token !== undefined) {
      // Whatever happens to this call, the next one must not go out with a token that was refused.
      parts.tokens.forget(target.cacheKey, token);
      if (isReplayable) {
        answer.body.destroy();
        ({ answer } = await send());
      }
    }
    return { status: answer.status, headers: answerHeaders(answer.headers), body: answer.body };
  } catch (error) {
    if (!isReplayable) body.destroy(); // lets go of the caller's request, which has to be read to its end
    throw error;
  }
}

function refuse({ type, options }: CallTarget, { method, rawHeaders }: IncomingCall): void {
  const because = type.call.kind === "none" ? type.call.because : type.refuseCall?.(options);
  if (because !== undefined) throw new KeymoorError("call_not_possible", because);
  if (method === "TRACE" || method === "CONNECT") {
    // TRACE would answer with the credential (RFC 9110 9.3.8); CONNECT would make us a tunnel.
    throw new KeymoorError("call_method_not_allowed", `A call by ${method} is not passed on.`);
  }
  if (headerValue(rawHeaders, "upgrade") !== undefined) {
    throw new KeymoorError(
      "call_method_not_allowed",
      "A call that asks for another protocol is not passed on.",
      {
        hint: "Send it without the Upgrade header.",
      },
    );
  }
}

function headersToSend(target: CallTarget, incoming: IncomingCall, isReplayable: boolean): string[] {
  const drop = new Set([...target.method.sets, ...incoming.dropHeaders]);
  // Of a body in one piece the dispatcher knows the length; a streamed one keeps the caller's.
  if (isReplayable) drop.add("content-length");
  const headers = travellingHeaders(incoming.rawHeaders, drop);
  for (const [name, value] of Object.entries(target.type.defaultHeaders ?? {})) {
    if (headerValue(headers, name) === undefined) headers.push(name, value);
  }
  return headers;
}

function lengthOf(headers: HeaderLines): number | undefined {
  const text = headerValue(headers, "content-length");
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
