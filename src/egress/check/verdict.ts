import { STATUS_CODES } from "node:http";
import type { CheckResult } from "../check-result.ts";
import type { Dialler } from "../dialler.ts";
import type { CallTarget } from "../egress.ts";
import { CheckFailure } from "./check-failure.ts";
import type { Injector } from "./injector.ts";
import type { Probes } from "./probe.ts";

export type Verdict = Pick<CheckResult, "outcome" | "detail">;

/** What it takes to ask a service that was reached. */
export interface Asking {
  readonly target: CallTarget;
  readonly probes: Probes;
  readonly inject: Injector;
  readonly dialler: Dialler;
}

/** `401 Unauthorized`: the standard's phrase, never the one that came, which may hold anything. */
function statusText(status: number): string {
  const phrase = STATUS_CODES[status];
  return phrase === undefined ? String(status) : `${status} ${phrase}`;
}

export function refused(status: number, code?: string): CheckFailure {
  const more = code === undefined ? "" : ` (${code})`;
  return new CheckFailure("refused", `Refused by the service: ${statusText(status)}${more}`);
}

/** `what` is the request, in our own words. */
export function cannotTell(what: string, status: number, because = ""): CheckFailure {
  const isRedirect = status >= 300 && status <= 399;
  const more = isRedirect ? ", and redirects are not followed" : because;
  return new CheckFailure("cannot_tell", `Cannot tell: ${what} answered ${statusText(status)}${more}`);
}
