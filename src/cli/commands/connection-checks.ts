import { Command } from "commander";
import { completedArgument } from "../completion/completed-argument.ts";
import type { Io } from "../io.ts";
import { addOutputOption, type OutputFormat } from "../output/output-format.ts";
import { printData, printList } from "../output/print.ts";
import { addPlaceOptions, openSession, type PlaceFlags } from "../session.ts";

interface Flags extends PlaceFlags {
  readonly output: OutputFormat;
}

/** `keymoor connection checks`: what was found the last times, with the steps in JSON and YAML. */
export function connectionChecksCommand(io: Io): Command {
  const command = new Command("checks")
    .description("List the last ten checks of a connection, newest first.")
    .addArgument(completedArgument("<name>", "Name of the connection.", "connection"))
    .action(async (name: string, flags: Flags) => {
      const { listChecks } = await import("../../client/checks.ts");
      const session = await openSession(io, flags);
      const checks = await listChecks(session.client, await session.place(), name);
      if (flags.output !== "human") {
        await printData(io, flags.output, checks);
        return;
      }
      const columns = [
        { key: "at", label: "Time" },
        { key: "trigger", label: "Trigger" },
        { key: "outcome", label: "Outcome" },
        { key: "phase", label: "Status" },
        { key: "credential_version", label: "Version" },
        { key: "duration", label: "Duration" },
        { key: "detail", label: "Detail" },
      ];
      const rows = checks.map(({ at, outcome, phase, credential_version, detail, ...check }) => ({
        at: new Date(at),
        trigger: check.trigger,
        outcome: outcome.replace("_", " "),
        phase,
        credential_version,
        duration: `${check.duration_ms} ms`,
        detail,
      }));
      await printList(io, "human", columns, rows, { isSorted: true });
    });
  return addOutputOption(addPlaceOptions(command));
}
