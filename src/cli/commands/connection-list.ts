import { Command, Option } from "commander";
import { typeNames } from "../credential-flags.ts";
import type { Io } from "../io.ts";
import { addOutputOption, addWideOption, type OutputFormat } from "../output/output-format.ts";
import { type PrintedRow, printList } from "../output/print.ts";
import { addPlaceOptions, judgeRegion, openSession, type PlaceFlags } from "../session.ts";
import { UsageError } from "../usage-error.ts";
import { wordList } from "../word-list.ts";

interface Flags extends PlaceFlags {
  readonly type?: string;
  readonly status?: string;
  readonly wide?: boolean;
  readonly output: OutputFormat;
}

/** `keymoor connection list`: of all regions, or of the one that flags name. */
export function connectionListCommand(io: Io): Command {
  const command = new Command("list")
    .description("List connections of all regions, or of those that --cloud and --region name.")
    .option("--type <type>", `Only connections of this type: ${wordList(typeNames, "or")}.`)
    .addOption(statusOption())
    .action(async (flags: Flags) => {
      const { listConnectionViews } = await import("../../client/connections.ts");
      const { requireConnectionType } = await import("../../connections/connection-type.ts");
      const { connectionColumns, connectionRow } = await import("../connection-fields.ts");
      const { judgeFlags } = await import("../judge-flags.ts");
      const session = await openSession(io, flags);
      const type = flags.type && judgeFlags(() => requireConnectionType(flags.type ?? "")).name;
      const known = await session.whoami();
      judgeRegion(known, flags);
      const organizationId = known.organization.id;
      const environmentId = await session.environment();
      const rows: PrintedRow[] = [];
      const views = listConnectionViews(session.client, { organizationId, environmentId }, type || undefined);
      for await (const view of views) {
        const isWanted =
          (!flags.cloud || view.cloud.toLowerCase() === flags.cloud.toLowerCase()) &&
          (!flags.region || view.region === flags.region) &&
          (flags.status === undefined || view.status.phase === flags.status);
        if (isWanted) rows.push(connectionRow(view, environmentId));
      }
      await printList(io, flags.output, connectionColumns, rows, { isFitted: flags.wide !== true });
    });
  return addWideOption(addOutputOption(addPlaceOptions(command)));
}

const phases = ["PENDING", "READY", "UNREACHABLE", "INVALID_AUTH"];

/** In any case; completion offers the words. */
function statusOption(): Option {
  return new Option("--status <status>", "Only connections of this status.")
    .choices(phases)
    .argParser((word) => {
      const phase = phases.find((known) => known === word.toUpperCase());
      if (phase !== undefined) return phase;
      throw new UsageError(`--status takes ${wordList(phases, "or")}.`);
    });
}
