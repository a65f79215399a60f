import type { FieldValues } from "../../connections/define.ts";
import type { CheckResult } from "../check-result.ts";
import type { Probes } from "./probe.ts";
import type { Turns } from "./turns.ts";

/** A service whose own driver logs in, in place of a request over HTTP. */
export interface LoginInput {
  /** As stored, such as `jdbc:postgresql://db.example.com:5432/my-database`. */
  readonly endpoint: string;
  /** Plain values of the credential: `username` and `password`. */
  readonly values: FieldValues;
  /** Looks up, dials and writes down the steps. A driver gets sockets to judged addresses and nothing else. */
  readonly probes: Probes;
  /** The bundle of `logins/thread/login-driver.ts`, the thread that a driver runs in. */
  readonly driverFile: URL;
  /** A thread takes its memory, so a login waits for its turn. */
  readonly turns: Turns;
  /** Ends the check. */
  readonly signal: AbortSignal;
}

/**
 * A login goes from the look-up to the end and throws CheckFailure on the way, or returns this. The steps are those of
 * `probes`, unless it says otherwise.
 */
export type LoginVerdict = Pick<CheckResult, "outcome" | "detail"> &
  Partial<Pick<CheckResult, "steps" | "certificateExpiresAt">>;

export type Login = (input: LoginInput) => Promise<LoginVerdict>;
