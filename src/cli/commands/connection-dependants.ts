import { Command } from "commander";
import { completedArgument } from "../completion/completed-argument.ts";
import type { Io } from "../io.ts";
import { addOutputOption, type OutputFormat } from "../output/output-format.ts";
import { printData, printLine, printList } from "../output/print.ts";
import { addPlaceOptions, openSession, type PlaceFlags } from "../session.ts";

interface Flags extends PlaceFlags {
  readonly output: OutputFormat;
}

/** `keymoor connection dependants`: the definitions that name it, then who called through it. */
export function connectionDependantsCommand(io: Io): Command {
  const command = new Command("dependants")
    .description("Show what names a connection, and who called through it in the last 30 days.")
    .addArgument(completedArgument("<name>", "Name of the connection.", "connection"))
    .action(async (name: string, flags: Flags) => {
      const { connectionDependants } = await import("../../client/dependants.ts");
      const session = await openSession(io, flags);
      const { data, callers } = await connectionDependants(session.client, await session.place(), name);
      if (flags.output !== "human") {
        await printData(io, flags.output, { definitions: data, callers });
        return;
      }
      await printDefinitions(io, data);
      printLine(io, "");
      await printCallers(io, callers);
    });
  return addOutputOption(addPlaceOptions(command));
}

type Printed = Awaited<ReturnType<typeof import("../../client/dependants.ts")["connectionDependants"]>>;

async function printDefinitions(io: Io, data: Printed["data"]): Promise<void> {
  if (data.length === 0) {
    printLine(io, "No definition names it.");
    return;
  }
  const columns = [
    { key: "object_kind", label: "Kind" },
    { key: "object_name", label: "Name" },
    { key: "named_by", label: "Named By" },
    { key: "statement", label: "Statement" },
    { key: "created_at", label: "Creation Date" },
    { key: "principal", label: "Principal" },
  ];
  const rows = data.map((one) => ({ ...one, created_at: new Date(one.created_at) }));
  await printList(io, "human", columns, rows, { isSorted: true });
}

async function printCallers(io: Io, callers: Printed["callers"]): Promise<void> {
  if (callers.length === 0) {
    printLine(io, "Nobody called through it in the last 30 days.");
    return;
  }
  const columns = [
    { key: "principal", label: "Caller" },
    { key: "use_token", label: "Use Token" },
    { key: "calls", label: "Calls" },
    { key: "last_used_at", label: "Last Use" },
  ];
  const rows = callers.map((one) => ({
    ...one,
    use_token: one.use_token ?? "",
    last_used_at: new Date(one.last_used_at),
  }));
  await printList(io, "human", columns, rows, { isSorted: true });
}
