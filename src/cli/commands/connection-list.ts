import { Command, Option } from "commander";
import type { ConnectionFilter } from "../../client/connections.ts";
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
  readonly search?: string;
  readonly sort?: Sort;
  readonly wide?: boolean;
  readonly output: OutputFormat;
}

/** `keymoor connection list`: of all regions, or of the one that flags name. */
export function connectionListCommand(io: Io): Command {
  const command = new Command("list")
    .description("List connections of all regions, or of those that --cloud and --region name.")
    .option("--type <type>", `Only connections of this type: ${wordList(typeNames, "or")}.`)
    .addOption(statusOption())
    .option("--search <text>", "Only connections with this in their name or endpoint, in any case.")
    .addOption(sortOption())
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
      const { cloud, region, status, search, sort } = flags;
      const filter = { type: type || undefined, status, search, cloud, region, sort };
      const views = listConnectionViews(session.client, { organizationId, environmentId }, filter);
      for await (const view of views) rows.push(connectionRow(view, environmentId));
      await printList(io, flags.output, connectionColumns, rows, { isFitted: flags.wide !== true });
    });
  return addWideOption(addOutputOption(addPlaceOptions(command)));
}

type Sort = NonNullable<ConnectionFilter["sort"]>;

const sorts = ["name", "type", "status", "created_at", "rotated_at", "last_used_at"] as const;

/** Each from either end. */
function sortOption(): Option {
  const all: readonly Sort[] = [...sorts, ...sorts.map((key) => `-${key}` as const)];
  return new Option("--sort <key>", "Order of the list; with - before it from its end.")
    .choices(all)
    .argParser((word) => {
      if (all.some((known) => known === word)) return word;
      throw new UsageError(`--sort takes ${wordList(sorts, "or")}, or one of them with - before it.`);
    });
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
