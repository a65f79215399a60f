/** What was tried, in this order as far as the endpoint has it. */
export type CheckStepName = "lookup" | "connect" | "tls" | "token" | "login" | "service";

export interface CheckStep {
  readonly name: CheckStepName;
  /** `skipped`: this endpoint has no such step, one before it failed, or the check got no turn. */
  readonly outcome: "passed" | "failed" | "skipped";
  readonly durationMs: number;
  /** One phrase in our own words; nothing that the service wrote stands in it. */
  readonly detail: string;
}

export interface CheckResult {
  /** `cannot_tell`: reached, but nothing that came back says whether the credential is taken. */
  readonly outcome: "accepted" | "refused" | "unreachable" | "cannot_tell";
  /** What was found, or what to mend, in one phrase. */
  readonly detail: string;
  readonly steps: readonly CheckStep[];
  /** ISO time at which the first certificate of the endpoint's chain to expire does so; null without TLS. */
  readonly certificateExpiresAt: string | null;
  /** The check got no turn in its time: that says nothing of the connection, whatever else stands here. */
  readonly isUndone?: true;
}
