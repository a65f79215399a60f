import { Counter } from "./counter.ts";
import type { Family } from "./family.ts";
import { Histogram } from "./histogram.ts";

/** What is counted as it happens. Nothing of it names a principal, a path or a value. */
export interface Metrics {
  /** `route` is the pattern of the path. For a call it ends with the answer's last byte. */
  requestDone(method: string, route: string, status: number, seconds: number): void;
  /** A call through a connection that was sent, or could not be. */
  callDone(type: string, answeredBy: "service" | "keymoor", status: number): void;
  checkDone(outcome: string, seconds: number): void;
  /** `code` of the refusal. */
  authenticationFailed(code: string): void;
  webhookAttempted(outcome: "delivered" | "failed" | "given_up"): void;
  audited(outcome: string): void;
  /** Of changes; the end says whether they are durable. */
  writeBegun(): (outcome: "done" | "refused" | "failed") => void;
  families(): readonly Family[];
}

export function createMetrics(): Metrics {
  const requests = new Counter("keymoor_http_requests_total", "HTTP requests that were answered.", [
    "method",
    "route",
    "status",
  ]);
  const requestSeconds = new Histogram(
    "keymoor_http_request_duration_seconds",
    "Time from a request's head to the last byte of its answer.",
    ["method", "route"],
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30],
  );
  const calls = new Counter(
    "keymoor_calls_total",
    "Calls through connections: answered by the service, or by Keymoor because the service could not.",
    ["type", "answered_by", "status"],
  );
  const checks = new Counter("keymoor_checks_total", "Checks of connections by what they found.", [
    "outcome",
  ]);
  const checkSeconds = new Histogram(
    "keymoor_check_duration_seconds",
    "Time that checks of connections took.",
    [],
    [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  );
  const failures = new Counter(
    "keymoor_authentication_failures_total",
    "Requests whose credential was absent, wrong, expired or revoked, by error code.",
    ["code"],
  );
  const webhooks = new Counter(
    "keymoor_webhook_attempts_total",
    "Attempts to deliver a message to the webhook.",
    ["outcome"],
  );
  const audit = new Counter("keymoor_audit_events_total", "Events for the audit trail, by outcome.", [
    "outcome",
  ]);
  const writes = new Counter("keymoor_store_writes_total", "Changes given to the database.", ["outcome"]);
  const writeSeconds = new Histogram(
    "keymoor_store_write_duration_seconds",
    "Time until a change was durable, waiting for others included.",
    [],
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5],
  );
  // A rate needs a zero to begin with.
  for (const outcome of ["accepted", "refused", "unreachable", "cannot_tell"]) checks.add([outcome], 0);
  for (const outcome of ["delivered", "failed", "given_up"]) webhooks.add([outcome], 0);
  for (const outcome of ["done", "refused", "failed"]) writes.add([outcome], 0);
  for (const code of ["user_unauthenticated", "too_many_attempts"]) failures.add([code], 0);
  let pendingWrites = 0;
  return {
    requestDone: (method, route, status, seconds) => {
      const known = usualMethods.has(method) ? method : "OTHER";
      requests.add([known, route, statusClass(status)]);
      requestSeconds.observe([known, route], seconds);
    },
    callDone: (type, answeredBy, status) => calls.add([type, answeredBy, statusClass(status)]),
    checkDone: (outcome, seconds) => {
      checks.add([outcome]);
      checkSeconds.observe([], seconds);
    },
    authenticationFailed: (code) => failures.add([code]),
    webhookAttempted: (outcome) => webhooks.add([outcome]),
    audited: (outcome) => audit.add([outcome]),
    writeBegun: () => {
      const startedMs = performance.now();
      pendingWrites += 1;
      return (outcome) => {
        pendingWrites -= 1;
        writes.add([outcome]);
        writeSeconds.observe([], (performance.now() - startedMs) / 1000);
      };
    },
    families: () => [
      ...[requests, requestSeconds, calls, checks, checkSeconds, failures, webhooks, audit].map((metric) =>
        metric.family(),
      ),
      writes.family(),
      writeSeconds.family(),
      {
        name: "keymoor_store_writes_pending",
        help: "Changes that are not durable yet.",
        type: "gauge",
        samples: [{ labels: {}, value: pendingWrites }],
      },
    ],
  };
}

/** Calls take any method, and every other one would be a series of its own. */
const usualMethods: ReadonlySet<string> = new Set([
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "OPTIONS",
]);

function statusClass(status: number): string {
  return `${Math.floor(status / 100)}xx`;
}
