import { Command } from "commander";
import { typeNames } from "../credential-flags.ts";
import type { Io } from "../io.ts";
import { addOutputOption, type OutputFormat } from "../output/output-format.ts";
import { type PrintedRow, printList } from "../output/print.ts";
import { addPlaceOptions, openSession, type PlaceFlags } from "../session.ts";
import { wordList } from "../word-list.ts";

interface Flags extends PlaceFlags {
  readonly type?: string;
  readonly output: OutputFormat;
}

/** `keymoor connection list`: of all regions, or of the one that flags name. */
export function connectionListCommand(io: Io): Command {
  const command = new Command("list")
    .description("List connections of all regions, or of those that --cloud and --region name.")
    .option("--type <type>", `Only connections of this type: ${wordList(typeNames, "or")}.`)
    .action(async (flags: Flags) => {
      const { listConnectionViews } = await import("../../client/connections.ts");
      const { requireConnectionType } = await import("../../connections/connection-type.ts");
      const { connectionColumns, connectionRow } = await import("../connection-fields.ts");
      const { judgedHere } = await import("../friendly-refusal.ts");
      const session = await openSession(io, flags);
      const type = flags.type && judgedHere(() => requireConnectionType(flags.type ?? "")).name;
      const organizationId = (await session.whoami()).organization.id;
      const environmentId = await session.environment();
      const rows: PrintedRow[] = [];
      const views = listConnectionViews(session.client, { organizationId, environmentId }, type || undefined);
      for await (const view of views) {
        const isWanted =
          (!flags.cloud || view.cloud.toLowerCase() === flags.cloud.toLowerCase()) &&
          (!flags.region || view.region === flags.region);
        if (isWanted) rows.push(connectionRow(view, environmentId));
      }
      await printList(io, flags.output, connectionColumns, rows);
    });
  return addOutputOption(addPlaceOptions(command));
}
