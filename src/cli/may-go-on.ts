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

/** Asks unless a flag agreed already. A script may answer on standard input; one that does not is told the flag. */
export async function mayGoOn(io: Io, { yes, force }: ConsentFlags, question: string): Promise<boolean> {
  if (yes === true || force === true) return true;
  const answer = await answerTo(io, question, io.stderr);
  if (answer !== undefined) return answer;
  if (io.stdin.isTTY === true) {
    throw new CommandFailure("The answer is neither y nor n.", { hint: "Nothing was done." });
  }
  throw new UsageError("Nobody is there to ask.", { hint: "Give --yes to go on without a question." });
}
