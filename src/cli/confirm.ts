import { CommandFailure } from "./command-failure.ts";
import type { Io, Output } from "./io.ts";
import { printable } from "./output/printable.ts";
import { readLine } from "./read-line.ts";

/**
 * Asks a question that is answered with y or n; anything else, also the end of the input, is a failure, so that a script
 * without an answer notices (contract/cli.md 6).
 */
export async function confirm(io: Io, question: string, stream: Output = io.stderr): Promise<boolean> {
  const answer = await answerTo(io, question, stream);
  if (answer !== undefined) return answer;
  throw new CommandFailure("failed to read input");
}

/** The same for who says it in other words: undefined is neither y nor n. */
export async function answerTo(io: Io, question: string, stream: Output): Promise<boolean | undefined> {
  stream.write(`${printable(question)} (y/n): `);
  const answer = (await readLine(io))?.trim().toLowerCase();
  if (io.stdin.isTTY !== true) stream.write("\n"); // a terminal shows the one that was typed
  if (answer === "y" || answer === "yes") return true;
  if (answer === "n" || answer === "no") return false;
  return undefined;
}
