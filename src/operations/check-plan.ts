import type { CheckOutcome, CheckPlanRecord, StatusPhase } from "../storage/records.ts";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** After the first, second ... check in a row that did not reach the service; daily behind the last. */
const backOffMs = [5 * minuteMs, 15 * minuteMs, 60 * minuteMs, 240 * minuteMs];

/** So often in a row a check may have no end before it waits as long as one can. */
const mostUnfinished = 3;

/** A check that got no turn: it is tried again soon, when fewer are under way. */
export const afterNoTurnMs = minuteMs;

/** How often it is looked whether the value behind a reference has changed after a refusal; nothing is dialled for that. */
export const referenceLookMs = 5 * minuteMs;

/** What the checks so far have left in the plan. */
export type PlanSoFar = Pick<CheckPlanRecord, "failures" | "unfinished" | "refused">;

export const neverChecked: PlanSoFar = { failures: 0, unfinished: 0, refused: false };

export interface NextCheck extends PlanSoFar {
  readonly phase: StatusPhase;
  /** null: not until somebody asks or the credential changes. */
  readonly inMs: number | null;
}

export interface Found {
  readonly outcome: CheckOutcome;
  /** A reference of the credential cannot be read, so that nothing was sent. */
  readonly isUnreadable: boolean;
  readonly hasReference: boolean;
  /** Its process died during the check, again and again. */
  readonly isUnfinished?: boolean;
}

/**
 * What a check means for the status and for the next check. A credential that was refused is not shown to the service again
 * unless somebody asks: a wrong password tried every day locks an account.
 */
export function nextCheck(before: PlanSoFar, found: Found): NextCheck {
  const refused = isRefused(before.refused, found);
  const isUnfinished = found.isUnfinished === true;
  const isFailure = found.outcome === "unreachable" || found.isUnreadable;
  const failures = isUnfinished ? before.failures : isFailure ? before.failures + 1 : 0;
  const waitMs = (isFailure ? backOffMs[failures - 1] : undefined) ?? dayMs;
  const whenRefused = found.hasReference ? referenceLookMs : null;
  return {
    phase: phaseOf(found.outcome, refused),
    refused,
    failures,
    unfinished: isUnfinished ? before.unfinished + 1 : 0,
    inMs: refused && !isUnfinished ? whenRefused : jittered(waitMs),
  };
}

/** How long a check waits that its process did not survive; undefined: a day, and the status says why. */
export function afterUnfinishedMs({ unfinished }: Pick<CheckPlanRecord, "unfinished">): number | undefined {
  return unfinished + 1 < mostUnfinished ? backOffMs[unfinished] : undefined;
}

function isRefused(before: boolean, { outcome, isUnreadable }: Found): boolean {
  if (outcome === "accepted") return false;
  return before || (outcome === "refused" && !isUnreadable);
}

/** Where one cannot tell, what was known of this credential stays. */
function phaseOf(outcome: CheckOutcome, refused: boolean): StatusPhase {
  switch (outcome) {
    case "accepted":
      return "READY";
    case "refused":
      return "INVALID_AUTH";
    case "unreachable":
      return "UNREACHABLE";
    case "cannot_tell":
      return refused ? "INVALID_AUTH" : "READY";
  }
}

/** A tenth more or less, so that what began together does not stay together. */
function jittered(ms: number): number {
  return Math.round(ms * (0.9 + 0.2 * Math.random()));
}
