import type { Command } from "commander";
import { expect, test } from "vitest";
import { processIo } from "./io.ts";
import { onlyReads } from "./only-reads.ts";
import { pathOf } from "./prepare-commands.ts";
import { createProgram } from "./run.ts";

test("only commands that change nothing may end when nobody reads on", async () => {
  const paths = [...leaves(await createProgram(processIo()))].map(pathOf);
  expect(paths.filter(onlyReads).map((path) => path.replace("keymoor ", ""))).toMatchInlineSnapshot(`
    [
      "whoami",
      "profile list",
      "profile show",
      "flink connection describe",
      "flink connection list",
      "flink statement describe",
      "flink statement exception list",
      "flink statement list",
      "flink region list",
      "flink compute-pool list",
      "flink compute-pool describe",
      "connection list",
      "connection describe",
      "connection versions",
      "connection checks",
      "connection usage",
      "connection dependants",
      "connection call",
      "statement describe",
      "statement exception list",
      "statement list",
      "environment list",
      "environment describe",
      "compute-pool list",
      "compute-pool describe",
      "service-account list",
      "service-account describe",
      "api-key list",
      "api-key describe",
      "role-binding list",
      "token list",
      "export",
      "audit list",
      "completion",
      "complete",
    ]
  `);
});

function* leaves(command: Command): Generator<Command> {
  if (command.commands.length === 0) yield command;
  for (const child of command.commands) yield* leaves(child);
}
