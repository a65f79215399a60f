import type { Check } from "../client/checks.ts";
import { CommandFailure } from "./command-failure.ts";
import { exitCodes } from "./exit-codes.ts";
import type { Io, Output } from "./io.ts";
import { colours } from "./output/colours.ts";
import { sentence } from "./sentence.ts";

/**
 * The steps of a check with their times, a line each:
 *
 *       ok      lookup      3 ms
 *       failed  service    84 ms  Refused by the service: 401 Unauthorized
 */
export function printCheck(io: Io, stream: Output, check: Check): void {
  const paint = colours(io, stream);
  for (const { name, outcome, duration_ms, detail } of check.steps) {
    if (outcome === "skipped" && detail === "") continue;
    const colour = outcome === "passed" ? paint.good : outcome === "failed" ? paint.bad : paint.faint;
    const time = outcome === "skipped" ? "" : `${duration_ms} ms`;
    const line = `  ${colour(words[outcome] ?? outcome)}  ${name.padEnd(7)}  ${time.padStart(8)}  ${detail}`;
    stream.write(`${line.trimEnd()}\n`);
  }
}

const words: Readonly<Record<string, string>> = { passed: "ok     ", failed: "failed ", skipped: "skipped" };

/** Whether nothing was found to be wrong. */
export function isHealthy({ outcome }: Check): boolean {
  return outcome === "accepted" || outcome === "cannot_tell";
}

/** The failure of a command whose check found something wrong. */
export function checkFailure(name: string, check: Check, consequence?: string): CommandFailure {
  const what = { refused: "is refused", unreachable: "cannot be reached" }[check.outcome] ?? "does not work";
  return new CommandFailure(`Connection "${name}" ${what}. ${sentence(check.detail)}`, {
    ...(consequence !== undefined && { hint: consequence }),
    exitCode: exitCodes.notAccepted.code,
  });
}
