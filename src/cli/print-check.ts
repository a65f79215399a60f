import type { Check } from "../client/checks.ts";
import { CommandFailure } from "./command-failure.ts";
import { exitCodes } from "./exit-codes.ts";
import type { Io, Output } from "./io.ts";
import { colours } from "./output/colours.ts";
import { printable } from "./output/printable.ts";
import { sentence } from "./sentence.ts";

/**
 * The steps of a check with their times, a line each:
 *
 *       ok      lookup      3 ms
 *       failed  service    84 ms  Refused by the service: 401 Unauthorized
 */
export function printCheck(io: Io, stream: Output, check: Check): void {
  const paint = colours(io, stream);
  const screen = stream.drawing ?? stream;
  for (const { name, outcome, duration_ms, detail } of check.steps) {
    if (outcome === "skipped" && detail === "") continue;
    const colour = outcome === "passed" ? paint.good : outcome === "failed" ? paint.bad : paint.faint;
    const time = outcome === "skipped" ? "" : `${duration_ms} ms`;
    const line = `  ${colour(words[outcome])}  ${printable(name).padEnd(7)}  ${time.padStart(8)}  ${printable(detail)}`;
    screen.write(`${line.trimEnd()}\n`);
  }
}

const words: Readonly<Record<Check["steps"][number]["outcome"], string>> = {
  passed: "ok     ",
  failed: "failed ",
  skipped: "skipped",
};

/** Whether nothing was found to be wrong. */
export function isHealthy({ outcome }: Check): boolean {
  return outcome === "accepted" || outcome === "cannot_tell";
}

/** The failure of a command whose check found something wrong. */
export function checkFailure(name: string, { outcome, detail }: Check): CommandFailure {
  return new CommandFailure(failureText(name, outcome, sentence(detail)), {
    exitCode: exitCodes.notAccepted.code,
  });
}

function failureText(name: string, outcome: string, detail: string): string {
  // What refuses says so itself: "Refused by the service: 401 Unauthorized."
  if (outcome === "refused" && detail.startsWith("Refused by ")) {
    return `The credential of connection "${name}" is r${detail.slice(1)}`;
  }
  return `Connection "${name}" ${outcome === "unreachable" ? "cannot be reached" : "does not work"}. ${detail}`;
}
