import { Command } from "commander";
import { completedArgument } from "../completion/completed-argument.ts";
import type { Io } from "../io.ts";
import { addOutputOption, type OutputFormat } from "../output/output-format.ts";
import { printData, printLine, printList } from "../output/print.ts";
import { textOf } from "../output/value.ts";
import { addPlaceOptions, openSession, type PlaceFlags } from "../session.ts";

interface Flags extends PlaceFlags {
  readonly output: OutputFormat;
}

/** `keymoor connection usage`: the last use, and the calls of 30 days by day and caller. */
export function connectionUsageCommand(io: Io): Command {
  const command = new Command("usage")
    .description("Show who called through a connection in the last 30 days.")
    .addArgument(completedArgument("<name>", "Connection.", "connection"))
    .action(async (name: string, flags: Flags) => {
      const { client, place } = await openSession(io, flags);
      const { connectionUsage } = await import("../../client/usage.ts");
      const usage = await connectionUsage(client, await place(), name);
      if (flags.output !== "human") {
        await printData(io, flags.output, usage);
        return;
      }
      const { last_used_at: at, last_used_by: by, days } = usage;
      printLine(io, at === null ? "Never used." : `Last used at ${textOf(new Date(at))} by ${textOf(by)}.`);
      if (days.length === 0) return;
      const columns = [
        { key: "day", label: "Day" },
        { key: "principal", label: "Caller" },
        { key: "calls", label: "Calls" },
      ];
      await printList(io, "human", columns, days, { isSorted: true });
    });
  return addPlaceOptions(addOutputOption(command));
}
