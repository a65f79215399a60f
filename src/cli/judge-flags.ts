import { KeymoorError } from "../errors.ts";
import { UsageError } from "./usage-error.ts";

/** Runs a rule of `connections/` on what flags say: what it refuses is a wrong command line. */
export function judgeFlags<Result>(judge: () => Result): Result {
  try {
    return judge();
  } catch (error) {
    if (!(error instanceof KeymoorError)) throw error;
    const { hint } = error.details;
    throw new UsageError(error.message, hint === undefined ? {} : { hint });
  }
}
