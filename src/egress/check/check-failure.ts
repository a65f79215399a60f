import { type ErrorCode, KeymoorError } from "../../errors.ts";
import type { CheckResult } from "../check-result.ts";

/** What ends a check: its outcome and the one phrase that says why. Nothing that came over the network stands in it. */
export class CheckFailure extends Error {
  override readonly name = "CheckFailure";
  readonly outcome: Exclude<CheckResult["outcome"], "accepted">;

  constructor(outcome: CheckFailure["outcome"], detail: string) {
    super(detail);
    this.outcome = outcome;
  }
}

/** Keymoor itself did not come to ask, which says nothing of the service. */
export class NotDone extends CheckFailure {
  constructor(detail: string) {
    super("cannot_tell", detail);
  }
}

export const forbiddenDetail = "The address rule forbids this endpoint.";

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
