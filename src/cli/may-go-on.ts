import { type Command, Option } from "commander";
import { CommandFailure } from "./command-failure.ts";
import { answerTo } from "./confirm.ts";
import type { Io } from "./io.ts";
import { UsageError } from "./usage-error.ts";

export interface ConsentFlags {
  readonly yes?: boolean;
  readonly force?: boolean;
}

/** Adds `--yes`, and unseen `--force`, which says the same in Confluent's CLI. */
export function addConsentOptions(command: Command): Command {
  return command
    .option("--yes", "Do not ask.")
    .addOption(
      new Option("--force", "Do not ask: --yes under the name that Confluent's CLI has.").hideHelp(),
    );
}

/**
 * Asks on a terminal unless a flag agreed already. Without a terminal the flag is needed: what comes through a pipe was meant
 * for something else. `hint` says more for those who have none.
 */
export async function mayGoOn(
  io: Io,
  flags: ConsentFlags,
  question: string,
  hint = "Give --yes to go on without a question.",
): Promise<boolean> {
  if (isAgreed(flags)) return true;
  if (io.stdin.isTTY !== true) throw new UsageError("Nobody is there to ask.", { hint });
  const answer = await answerTo(io, question, io.stderr);
  if (answer !== undefined) return answer;
  throw new CommandFailure("The answer is neither y nor n.", { hint: "Nothing was done." });
}

export function isAgreed({ yes, force }: ConsentFlags): boolean {
  return yes === true || force === true;
}
