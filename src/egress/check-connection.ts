import type { ConnectionType, LoginDriver } from "../connections/define.ts";
import type { AddressPolicy } from "./address-policy.ts";
import { asFailure, CheckFailure, NotDone } from "./check/check-failure.ts";
import { endpointLead } from "./check/endpoint-lead.ts";
import { createInjector, type Injector } from "./check/injector.ts";
import type { Login } from "./check/login.ts";
import { createProbes, type Probes } from "./check/probe.ts";
import { reach } from "./check/reach.ts";
import { askService } from "./check/service.ts";
import { NoTurn, type Turns } from "./check/turns.ts";
import type { Verdict } from "./check/verdict.ts";
import type { CheckResult, CheckStep, CheckStepName } from "./check-result.ts";
import type { Dialler } from "./dialler.ts";
import type { CallTarget } from "./egress.ts";
import { fieldValues } from "./inject-credential.ts";
import type { EgressLimits } from "./limits.ts";

export interface CheckParts {
  readonly policy: AddressPolicy;
  readonly dialler: Dialler;
  readonly limits: EgressLimits;
  readonly now: () => Date;
  readonly driverFile: URL | undefined;
  /** Threads and answers take memory, so that few may have them at once. */
  readonly loginTurns: Turns;
  readonly mcpTurns: Turns;
}

/** Whether a connection works: look-up, TCP, TLS, token, and the harmless request of its type or its driver's login. */
export async function checkConnection(
  parts: CheckParts,
  target: CallTarget,
  signal: AbortSignal,
): Promise<CheckResult> {
  const { policy, dialler, limits } = parts;
  const stepTimeoutMs = limits.checkStepTimeoutMs;
  const { secureContext } = dialler;
  const ending = new AbortController();
  const leave = () => ending.abort();
  signal.addEventListener("abort", leave, { once: true });
  if (signal.aborted) leave();
  const seconds = limits.checkTimeoutMs / 1000;
  const late = new CheckFailure("unreachable", `Not done after ${seconds} seconds`);
  const timer = setTimeout(() => ending.abort(late), limits.checkTimeoutMs);
  const probes = createProbes({ policy, secureContext, stepTimeoutMs, signal: ending.signal });
  const finished = (verdict: Verdict & Partial<CheckResult>): CheckResult => ({
    steps: withSkipped(target, probes.steps, verdict.isUndone === true),
    certificateExpiresAt: probes.certificateExpiresAt,
    ...verdict,
  });
  try {
    const driver = driverOf(target);
    if (driver === undefined) return finished(await checkByNetwork(parts, target, probes, ending.signal));
    const login = await logins[driver]();
    const { endpoint, method, credential, options } = target;
    const values = fieldValues(method, credential, options);
    const { driverFile, loginTurns: turns } = parts;
    if (driverFile === undefined)
      throw new Error("an egress that checks by drivers is told where their thread is");
    return finished(await login({ endpoint, values, probes, driverFile, turns, signal: ending.signal }));
  } catch (error) {
    // Of several hosts, what is told is usually the first one's failure.
    const isLate = ending.signal.reason === late && !(error instanceof NotDone);
    // Each step has its own limit. Where none failed by itself, the time went by in waiting for a turn.
    const hasFailed = probes.steps.some((step) => step.outcome === "failed" && step.detail !== late.message);
    const ended = hasFailed ? late : new NoTurn();
    const failure = isLate ? ended : asFailure(error);
    const { outcome, message } = failure;
    return finished({ outcome, detail: message, ...(failure instanceof NotDone && { isUndone: true }) });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", leave);
    probes.close();
  }
}

/** Loaded by the first check that needs them: a driver is megabytes. */
const logins: Readonly<Record<LoginDriver, () => Promise<Login>>> = {
  postgresql: async () => (await import("./check/logins/postgresql.ts")).loginPostgresql,
  mongodb: async () => (await import("./check/logins/mongodb.ts")).loginMongodb,
};

function driverOf({ type, endpoint }: CallTarget): LoginDriver | undefined {
  if (type.verify?.kind !== "login") return undefined;
  const lower = endpoint.toLowerCase();
  return Object.entries(type.verify.drivers).find(([prefix]) => lower.startsWith(prefix))?.[1];
}

async function checkByNetwork(
  parts: CheckParts,
  target: CallTarget,
  probes: Probes,
  signal: AbortSignal,
): Promise<Verdict> {
  const { type, endpoint, method } = target;
  await reach(probes, type, endpoint);
  if (method.apply === undefined) return { outcome: "cannot_tell", detail: withoutLogin(type, endpoint) };
  const inject = createInjector(parts, target, probes);
  const { verify } = type;
  switch (verify?.kind) {
    case "request":
      return await askService({ target, probes, inject, dialler: parts.dialler }, verify);
    case "mcp": {
      const { askMcp } = await import("./check/mcp.ts");
      const asking = { target, probes, inject, dialler: parts.dialler };
      return await parts.mcpTurns.take(signal, () => askMcp(asking));
    }
    case "token":
    case "login":
    case undefined:
      return await withoutRequest(target, inject);
  }
}

function withoutLogin({ endpoint: { example } }: ConnectionType, endpoint: string): string {
  const why = /^https?:/i.test(endpoint)
    ? `a driver needs an endpoint such as ${example}`
    : "Keymoor has no driver for this endpoint";
  return `Reached; no login was tried: ${why}`;
}

/** The credential is put on a request that is not sent: that fetches its token, and finds values that fit no header. */
async function withoutRequest({ type, endpoint, method }: CallTarget, inject: Injector): Promise<Verdict> {
  const { isAnonymous } = await inject({
    method: "GET",
    url: new URL(endpoint),
    headers: [],
    body: undefined,
  });
  if (isAnonymous) return { outcome: "accepted", detail: "Reached; no credential is sent" };
  if (type.verify?.kind === "token" && method.fetchesToken) {
    return { outcome: "accepted", detail: "Accepted by the token endpoint; the service was reached" };
  }
  return {
    outcome: "cannot_tell",
    detail: "Reached; no harmless request is known that would tell whether the credential is accepted",
  };
}

/** What was tried, in its order, and between it what this connection has besides. */
function withSkipped(target: CallTarget, steps: readonly CheckStep[], isUndone: boolean): CheckStep[] {
  const all = [...steps];
  const hasFailed = steps.at(-1)?.outcome === "failed";
  for (const [index, name] of stepNames.entries()) {
    if (all.some((step) => step.name === name) || !hasStep(target, name)) continue;
    const later = all.findIndex((step) => stepNames.indexOf(step.name) > index);
    const isMissed = (hasFailed || isUndone) && later === -1 && (name !== "tls" || hasTls(target));
    const why = hasFailed ? "A step before it failed" : "Not done: the check got no turn";
    const detail = isMissed ? why : "Not for this endpoint";
    all.splice(later === -1 ? all.length : later, 0, { name, outcome: "skipped", durationMs: 0, detail });
  }
  return all;
}

const stepNames: readonly CheckStepName[] = ["lookup", "connect", "tls", "token", "login", "service"];

function hasStep({ type, method }: CallTarget, name: CheckStepName): boolean {
  const kind = type.verify?.kind;
  if (name === "token") return method.fetchesToken === true;
  if (name === "login") return kind === "login";
  return name !== "service" || kind === "request" || kind === "mcp";
}

/** As far as the endpoint's text says. A login's TLS is asked for on the way. */
function hasTls(target: CallTarget): boolean {
  return driverOf(target) !== undefined || endpointLead(target.type, target.endpoint)?.tls === true;
}
