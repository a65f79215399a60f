import { KeymoorError } from "../errors.ts";

/** How the command line renders errors: one sentence on standard error, exit code 1. */
export function reportFailure(error: unknown): void {
  process.exitCode = 1;
  if (error instanceof KeymoorError) {
    process.stderr.write(`keymoor: ${error.sentence}\n`);
    return;
  }
  // Our bug. A stack names places in our code; a message might quote data.
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
  const type = error instanceof Error ? error.name : typeof error;
  process.stderr.write(
    `keymoor: a fault of Keymoor itself (${type}). Please report it with these lines:\n${frames.join("\n")}\n`,
  );
}
