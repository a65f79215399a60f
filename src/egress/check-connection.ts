import type { ConnectionType, LoginDriver } from "../connections/define.ts";
import type { AddressPolicy } from "./address-policy.ts";
import { createInjector, type Injector } from "./check/injector.ts";
import type { Login } from "./check/login.ts";
import { asFailure, createProbes, type Probes } from "./check/probe.ts";
import { reach } from "./check/reach.ts";
import { askService } from "./check/service.ts";
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
  const probes = createProbes({ policy, secureContext, stepTimeoutMs, signal });
  const finished = (verdict: Verdict & Partial<CheckResult>): CheckResult => ({
    steps: withSkipped(target, probes.steps),
    certificateExpiresAt: probes.certificateExpiresAt,
    ...verdict,
  });
  try {
    const driver = driverOf(target);
    if (driver === undefined) return finished(await checkByNetwork(parts, target, probes));
    const login = await logins[driver]();
    const { endpoint, method, credential, options } = target;
    const values = fieldValues(method, credential, options);
    return finished(await login({ endpoint, values, probes, secureContext, stepTimeoutMs, signal }));
  } catch (error) {
    const { outcome, message } = asFailure(error);
    return finished({ outcome, detail: message });
  } finally {
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

async function checkByNetwork(parts: CheckParts, target: CallTarget, probes: Probes): Promise<Verdict> {
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
      return await askMcp({ target, probes, inject, dialler: parts.dialler });
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

/** All steps that this connection has, in their order. */
function withSkipped({ type, method }: CallTarget, steps: readonly CheckStep[]): CheckStep[] {
  const kind = type.verify?.kind;
  const names: CheckStepName[] = [
    "lookup",
    "connect",
    "tls",
    ...(method.fetchesToken ? (["token"] as const) : []),
    ...(kind === "login" ? (["login"] as const) : []),
    ...(kind === "request" || kind === "mcp" ? (["service"] as const) : []),
  ];
  const hasFailed = steps.some(({ outcome }) => outcome === "failed");
  const skipped = (name: CheckStepName): CheckStep => ({
    name,
    outcome: "skipped",
    durationMs: 0,
    detail: hasFailed ? "A step before it failed" : "Not for this endpoint",
  });
  return names.flatMap((name) => {
    const done = steps.filter((step) => step.name === name);
    return done.length === 0 ? [skipped(name)] : done;
  });
}
