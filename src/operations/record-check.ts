import type { CheckResult } from "../egress/check-result.ts";
import { KeymoorError } from "../errors.ts";
import type { CheckRecord, CheckTrigger, ConnectionRecord } from "../storage/records.ts";
import type { Step } from "../storage/store.ts";
import type { Actor } from "./actor.ts";
import { nextCheck, type PlanSoFar } from "./check-plan.ts";
import type { Services } from "./services.ts";
import { statusReport } from "./status-report.ts";

/** A check that was made and is not recorded yet. */
export interface MadeCheck {
  readonly trigger: CheckTrigger;
  /** ISO time at which it began. */
  readonly at: string;
  readonly durationMs: number;
  readonly result: CheckResult;
  readonly isUnreadable: boolean;
  readonly hasReference: boolean;
  /** It has no result: its process died each time. */
  readonly isUnfinished?: boolean;
}

/** What a connection was before the check. */
export interface CheckedConnection {
  readonly connection: ConnectionRecord;
  readonly plan: PlanSoFar;
  /** The phase that the check may have changed; that of the connection, unless the same transaction resets it. */
  readonly previousPhase: ConnectionRecord["status"]["phase"];
}

// Each lost race means that another check of the same connection was recorded.
const mostTries = 20;

/**
 * Records a check: `resource_version_conflict` when the connection has another credential by now, of which the check says
 * nothing.
 */
export async function recordCheck(
  actor: Actor,
  { uid, credentialVersion }: Pick<ConnectionRecord, "uid" | "credentialVersion">,
  made: MadeCheck,
): Promise<CheckRecord> {
  const { store, nudge } = actor.services;
  for (let tries = 0; tries < mostTries; tries += 1) {
    const connection = await store.read.connectionByUid(uid);
    const plan = await store.read.checkPlan(uid);
    if (connection?.credentialVersion !== credentialVersion || plan === undefined) break;
    const before = { connection, plan, previousPhase: connection.status.phase };
    const { check, steps } = recordSteps(actor, before, made);
    try {
      await store.write(steps);
      nudge.reports();
      return check;
    } catch (error) {
      if (!(error instanceof KeymoorError) || error.code !== "resource_version_conflict") throw error;
    }
  }
  throw new KeymoorError("resource_version_conflict", "The connection changed while it was checked.", {
    hint: "Check it again.",
  });
}

/** What is recorded of a check when its process did not survive it again and again. */
export function unfinished({ now }: Pick<Services, "now">, trigger: CheckTrigger): MadeCheck {
  return {
    trigger,
    at: now().toISOString(),
    durationMs: 0,
    result: {
      outcome: "cannot_tell",
      detail: "The check could not be finished: the server ended during it each time",
      steps: [],
      certificateExpiresAt: null,
    },
    isUnreadable: false,
    hasReference: false,
    isUnfinished: true,
  };
}

/** The check, the status it gives, and the word of it where the phase changes: one transaction. */
export function recordSteps(
  { services, event }: Actor,
  { connection, plan, previousPhase }: CheckedConnection,
  made: MadeCheck,
): {
  readonly check: CheckRecord;
  readonly status: ConnectionRecord["status"];
  readonly steps: readonly Step[];
} {
  const now = services.now();
  const { trigger, at, durationMs, result } = made;
  const { failures, unfinished, refused, inMs, ...next } = nextCheck(plan, {
    ...made,
    outcome: result.outcome,
  });
  // What found out nothing changes nothing that is known.
  const phase = made.isUnfinished === true ? connection.status.phase : next.phase;
  const check: CheckRecord = {
    connectionUid: connection.uid,
    id: crypto.randomUUID(),
    at,
    trigger,
    outcome: result.outcome,
    phase,
    detail: result.detail,
    credentialVersion: connection.credentialVersion,
    durationMs,
    certificateExpiresAt: result.certificateExpiresAt,
    steps: result.steps,
  };
  const isOldRefusal = phase === "INVALID_AUTH" && result.outcome === "cannot_tell";
  const detail = isOldRefusal ? `Refused by the service before; now: ${check.detail}` : check.detail;
  const record: Step = {
    do: "record_check",
    check,
    expectedPhase: connection.status.phase,
    statusDetail: detail,
    dueAt: inMs === null ? null : new Date(now.getTime() + inMs).toISOString(),
    failures,
    unfinished,
    refused,
  };
  const status = { phase, detail, checkedAt: at };
  if (phase === previousPhase) return { check, status, steps: [record] };
  const changed = {
    ...event({ kind: "connection", name: connection.name }),
    action: "connection.status_changed",
  };
  const steps: Step[] = [record, { do: "append_audit", event: changed }];
  if (services.settings.reportsStatus) {
    steps.push({
      do: "insert_webhook",
      record: statusReport({
        connection,
        status,
        previousPhase,
        organizationId: changed.organizationId,
        now,
      }),
    });
  }
  return { check, status, steps };
}
