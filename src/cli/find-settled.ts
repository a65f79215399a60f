import { CommandFailure } from "./command-failure.ts";
import { UsageError } from "./usage-error.ts";

/** What a session settles on; undefined where it would have to be told. */
export async function findSettled<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof UsageError || error instanceof CommandFailure) return undefined;
    throw error;
  }
}
