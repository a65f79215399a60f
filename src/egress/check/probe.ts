import { setMaxListeners } from "node:events";
import { connect as dial, isIP, type Socket } from "node:net";
import {
  type DetailedPeerCertificate,
  type SecureContext,
  connect as secure,
  type TLSSocket,
} from "node:tls";
import { type ErrorCode, KeymoorError } from "../../errors.ts";
import type { AddressPolicy, ResolvedAddress } from "../address-policy.ts";
import type { CheckResult, CheckStep, CheckStepName } from "../check-result.ts";
import { certificateFault, upstreamError } from "../upstream-error.ts";

/** What ends a check: its outcome and the one phrase that says why. Nothing that came over the network stands in it. */
export class CheckFailure extends Error {
  override readonly name = "CheckFailure";
  readonly outcome: Exclude<CheckResult["outcome"], "accepted">;

  constructor(outcome: CheckFailure["outcome"], detail: string) {
    super(detail);
    this.outcome = outcome;
  }
}

/** What a step found: a phrase for people, and what the next step goes on with. */
export interface Found<T> {
  readonly detail: string;
  readonly value: T;
}

/** Host without brackets, and port. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

/** What has to be right about a certificate: all of it, all but the host name, or nothing, as some drivers can be told. */
export type TlsVerification = "host" | "authority" | "nothing";

export interface ProbesOptions {
  readonly policy: AddressPolicy;
  /** Trusts the authorities of KEYMOOR_EGRESS_CA beside the usual ones. */
  readonly secureContext: SecureContext;
  readonly stepTimeoutMs: number;
  /** Ends the check. */
  readonly signal: AbortSignal;
}

/** The steps of one check. Each fails with a CheckFailure, takes at most its time, and is written down either way. */
export interface Probes {
  /** All addresses of the host, judged; only these may be dialled. */
  lookup(place: Place): Promise<readonly ResolvedAddress[]>;
  /** A socket to the first of these addresses that takes one. It is destroyed with the check. */
  connect(place: Place, addresses: readonly ResolvedAddress[]): Promise<Socket>;
  /** TLS on that socket, which belongs to the TLS socket from then on: chain and host name are verified unless less is asked for. What goes wrong in it is the step's failure. */
  tls(place: Place, socket: Socket, verify?: TlsVerification): Promise<TLSSocket>;
  /** A step of one's own. Its signal is aborted when its time is over, or the check is. */
  step<T>(name: CheckStepName, late: string, work: (signal: AbortSignal) => Promise<Found<T>>): Promise<T>;
  /** What was tried so far, in the order in which it was. */
  readonly steps: readonly CheckStep[];
  /** ISO time at which the first certificate seen so far expires; null before and without TLS. */
  readonly certificateExpiresAt: string | null;
  /** Destroys every socket. */
  close(): void;
}

export const forbiddenDetail = "The address rule forbids this endpoint.";

export function createProbes({ policy, secureContext, stepTimeoutMs, signal }: ProbesOptions): Probes {
  setMaxListeners(0, signal); // one signal may end hundreds of checks
  const steps: CheckStep[] = [];
  const sockets = new Set<Socket>();
  let certificateExpiresAt: string | null = null;

  async function step<T>(
    name: CheckStepName,
    late: string,
    work: (signal: AbortSignal) => Promise<Found<T>>,
  ): Promise<T> {
    const startedMs = performance.now();
    const note = (outcome: CheckStep["outcome"], detail: string): void => {
      steps.push({ name, outcome, durationMs: Math.round(performance.now() - startedMs), detail });
    };
    try {
      const { detail, value } = await inTime(work, late, stepTimeoutMs, signal);
      note("passed", detail);
      return value;
    } catch (error) {
      const failure = asFailure(error);
      note("failed", failure.message);
      throw failure;
    }
  }

  return {
    step,
    steps,
    get certificateExpiresAt() {
      return certificateExpiresAt;
    },

    lookup: (place) =>
      step("lookup", `Lookup took too long: ${place.host}`, () => judgedAddresses(policy, place)),

    connect: (place, addresses) =>
      step("connect", `No connection in time: ${textOf(place)}`, async (ended) => {
        const socket = await dialFirst(place, addresses, stepTimeoutMs, ended);
        sockets.add(socket);
        return { detail: `Connected: ${textOf(place)}`, value: socket };
      }),

    tls: (place, socket, verify = "host") =>
      step("tls", `No TLS handshake in time: ${textOf(place)}`, async (ended) => {
        // From here on it belongs to the TLS socket and ends with it. To destroy it below one crashes Node 20.
        sockets.delete(socket);
        const { tlsSocket, expiresAt } = await handshake(place, socket, {
          secureContext,
          verify,
          signal: ended,
        });
        sockets.add(tlsSocket);
        if (expiresAt === undefined)
          return { detail: "Encrypted; the certificate is not verified", value: tlsSocket };
        certificateExpiresAt = earlier(certificateExpiresAt, expiresAt);
        return { detail: validityText(expiresAt), value: tlsSocket };
      }),

    close() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

export function textOf({ host, port }: Place): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

async function inTime<T>(
  work: (signal: AbortSignal) => Promise<T>,
  late: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<T> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(new CheckFailure("unreachable", late)), timeoutMs);
  const leave = (): void =>
    over.abort(new CheckFailure("cannot_tell", "The check was ended before it was done"));
  signal.addEventListener("abort", leave, { once: true });
  if (signal.aborted) leave();
  // Not everything that is waited for can be ended (a look-up cannot), so nothing is waited for longer than this.
  const ended = new Promise<never>((_, reject) => {
    if (over.signal.aborted) reject(over.signal.reason);
    else over.signal.addEventListener("abort", () => reject(over.signal.reason), { once: true });
  });
  try {
    if (over.signal.aborted) return await ended;
    return await Promise.race([ended, work(over.signal)]);
  } catch (error) {
    // What is said of a work that was cut short is not about the service.
    throw over.signal.aborted ? over.signal.reason : error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", leave);
    ended.catch(() => {}); // nobody waits for it any more
  }
}

/** A failure of the network or the address rule as one of the check; anything else is our bug and is thrown on. */
export function asFailure(error: unknown): CheckFailure {
  if (error instanceof CheckFailure) return error;
  if (!(error instanceof KeymoorError)) throw error; // our bug
  // The rule's own sentence names the address behind the name, which a stranger could collect.
  if (error.code === "address_forbidden") return new CheckFailure("unreachable", forbiddenDetail);
  return new CheckFailure(outcomes[error.code] ?? "cannot_tell", phraseOf(error));
}

const outcomes: Partial<Record<ErrorCode, CheckFailure["outcome"]>> = {
  upstream_unreachable: "unreachable",
  upstream_timeout: "unreachable",
  // A value that no request can carry, such as a key file that is none: no service will ever take it.
  call_not_possible: "refused",
};

/** Sentences end in a full stop; a detail of one phrase does not. */
function phraseOf({ message, details: { hint } }: KeymoorError): string {
  return hint === undefined ? message.replace(/\.$/, "") : `${message} ${hint}`;
}

async function judgedAddresses(
  policy: AddressPolicy,
  { host, port }: Place,
): Promise<Found<readonly ResolvedAddress[]>> {
  let addresses: readonly ResolvedAddress[];
  try {
    addresses = await policy.resolve(host, port);
  } catch (error) {
    throw error instanceof KeymoorError ? error : new CheckFailure("unreachable", `Lookup failed: ${host}`);
  }
  if (addresses.length === 0) throw new CheckFailure("unreachable", `Lookup failed: ${host}`);
  return { detail: addresses.length === 1 ? "1 address" : `${addresses.length} addresses`, value: addresses };
}

/** In their order, each with its share of the time, so that a silent one does not use up that of the next. */
async function dialFirst(
  place: Place,
  addresses: readonly ResolvedAddress[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Socket> {
  let failure: unknown;
  for (const { address, family } of addresses) {
    try {
      return await dialOne({ host: address, port: place.port, family }, signal, timeoutMs / addresses.length);
    } catch (error) {
      failure = error;
      if (signal.aborted) break;
    }
  }
  throw upstreamError(failure, urlLike(place));
}

/** `host` is an address, so that nothing is looked up any more. */
function dialOne(
  to: { host: string; port: number; family: number },
  signal: AbortSignal,
  timeoutMs: number,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = dial(to);
    const settle = (error: Error | undefined): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      socket.off("connect", onConnect).off("error", settle);
      // Whoever holds it next may not listen yet when it breaks.
      socket.on("error", () => {});
      if (error === undefined) resolve(socket);
      else {
        socket.destroy();
        reject(error);
      }
    };
    const onConnect = (): void => settle(undefined);
    const timedOut = (): void => settle(Object.assign(new Error("no connection"), { code: "ETIMEDOUT" }));
    const onAbort = timedOut;
    const timer = setTimeout(timedOut, timeoutMs);
    signal.addEventListener("abort", onAbort, { once: true });
    socket.once("connect", onConnect).once("error", settle);
  });
}

function handshake(
  place: Place,
  socket: Socket,
  how: { secureContext: SecureContext; verify: TlsVerification; signal: AbortSignal },
): Promise<{ tlsSocket: TLSSocket; expiresAt: Date | undefined }> {
  const { secureContext, verify, signal } = how;
  return new Promise((resolve, reject) => {
    const tlsSocket = secure({
      socket,
      host: place.host,
      ...(isIP(place.host) === 0 && { servername: place.host }),
      secureContext,
      ...(verify !== "host" && { checkServerIdentity: () => undefined }),
      // Judged below, where the certificate can still be read to say when it expired. Nothing is sent before that.
      rejectUnauthorized: false,
    });
    const settle = (error: Error | undefined, expiresAt?: Date): void => {
      signal.removeEventListener("abort", onAbort);
      tlsSocket.off("secureConnect", onSecure).off("error", onError).off("close", onClose);
      tlsSocket.on("error", () => {});
      if (error === undefined) resolve({ tlsSocket, expiresAt });
      else {
        tlsSocket.destroy();
        reject(error);
      }
    };
    const onSecure = (): void => {
      if (verify === "nothing") {
        settle(undefined);
        return;
      }
      const chain = chainOf(tlsSocket);
      const fault = tlsSocket.authorized
        ? undefined
        : certificateDetail(String(tlsSocket.authorizationError), chain, place);
      if (fault === undefined) settle(undefined, firstToExpire(chain, new Date()));
      else settle(new CheckFailure("unreachable", fault));
    };
    const failed = (error: unknown): void => settle(upstreamError(error, urlLike(place)));
    const onError = (error: Error): void => failed(error);
    const onClose = (): void => failed(Object.assign(new Error("closed"), { code: "ECONNRESET" }));
    const onAbort = (): void => failed(undefined);
    signal.addEventListener("abort", onAbort, { once: true });
    tlsSocket.once("secureConnect", onSecure).once("error", onError).once("close", onClose);
  });
}

/** The service's own certificate first. */
function chainOf(tlsSocket: TLSSocket): readonly DetailedPeerCertificate[] {
  const chain: DetailedPeerCertificate[] = [];
  let next: DetailedPeerCertificate | undefined = tlsSocket.getPeerCertificate(true);
  // The last one is its own issuer.
  while (next?.valid_to !== undefined && !chain.includes(next)) {
    chain.push(next);
    next = next.issuerCertificate;
  }
  return chain;
}

function certificateDetail(code: string, chain: readonly DetailedPeerCertificate[], { host }: Place): string {
  if (code === "CERT_HAS_EXPIRED") {
    return `Certificate expired on ${day(firstToExpire(chain, undefined))}: ${host}`;
  }
  const { what, hint } = certificateFault(code) ?? { what: "certificate is not trusted" };
  const phrase = `${what.charAt(0).toUpperCase()}${what.slice(1)}: ${host}`;
  return hint === undefined ? phrase : `${phrase}. ${hint}`;
}

/**
 * `after`: what expired before is no part of the chain that was verified. Servers send such certificates along for old
 * clients, cross-signed by an authority that is gone.
 */
function firstToExpire(chain: readonly DetailedPeerCertificate[], after: Date | undefined): Date {
  const times = chain
    .map(({ valid_to }) => Date.parse(valid_to))
    .filter((time) => after === undefined || time > after.getTime());
  return new Date(Math.min(...times));
}

function validityText(expiresAt: Date): string {
  const days = Math.floor((expiresAt.getTime() - Date.now()) / 86_400_000);
  return `Certificate valid until ${day(expiresAt)} (${days === 1 ? "1 day" : `${days} days`})`;
}

function day(date: Date): string {
  return date.toISOString().slice(0, "2026-10-01".length);
}

function earlier(before: string | null, date: Date): string {
  const text = date.toISOString();
  return before !== null && before < text ? before : text;
}

function urlLike(place: Place): { hostname: string; host: string } {
  return { hostname: place.host, host: textOf(place) };
}
