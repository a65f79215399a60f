import { Command } from "commander";
import type { Region } from "../../client/environments.ts";
import { CommandFailure } from "../command-failure.ts";
import { findSettled } from "../find-settled.ts";
import type { Io } from "../io.ts";
import { keepPlace } from "../keep-place.ts";
import { currentMark } from "../output/current-mark.ts";
import { addOutputOption, type OutputFormat } from "../output/output-format.ts";
import { printLine, printList } from "../output/print.ts";
import { addProfileOption, openSession, type Session } from "../session.ts";

/** `keymoor flink region`, as Confluent's CLI has it. */
export function regionCommand(io: Io): Command {
  return new Command("region")
    .description("See the regions of the server, and choose one.")
    .addCommand(listCommand(io))
    .addCommand(useCommand(io));
}

interface ListFlags {
  readonly profile?: string;
  readonly cloud?: string;
  readonly output: OutputFormat;
}

function listCommand(io: Io): Command {
  const command = new Command("list")
    .description("List the regions of the server.")
    .option("--cloud <cloud>", "Only regions of this cloud.")
    .action(async (flags: ListFlags) => {
      const session = await openSession(io, {
        ...(flags.profile !== undefined && { profile: flags.profile }),
      });
      const regions = await regionsOf(session, flags.cloud);
      const current = await findSettled(session.region);
      const columns = [
        { key: "is_current", label: "Current" },
        { key: "name", label: "Name" },
        { key: "cloud", label: "Cloud" },
        { key: "region", label: "Region" },
      ];
      const rows = regions
        .map(({ display_name: name, cloud, region_name: region }) => ({
          is_current: currentMark(
            current?.region === region && current.cloud === cloud.toLowerCase(),
            flags.output,
          ),
          name,
          cloud,
          region,
        }))
        .sort((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1));
      await printList(io, flags.output, columns, rows, { isSorted: true });
    });
  return addProfileOption(addOutputOption(command, { isLenient: true }));
}

function orderOf({
  name,
  cloud,
  region,
}: {
  readonly name: string;
  readonly cloud: string;
  readonly region: string;
}) {
  return [name, cloud, region].join("\0");
}

interface UseFlags {
  readonly profile?: string;
  readonly cloud: string;
  readonly region: string;
}

function useCommand(io: Io): Command {
  const command = new Command("use")
    .description("Choose the region that commands work in from now on.")
    .requiredOption("--cloud <cloud>", "Cloud of the region.")
    .requiredOption("--region <region>", "Region.")
    .action(async ({ profile, cloud, region }: UseFlags) => {
      const session = await openSession(io, { ...(profile !== undefined && { profile }) });
      const found = (await regionsOf(session, cloud)).find(({ region_name }) => region_name === region);
      if (found === undefined) {
        throw new CommandFailure("invalid region", {
          hint: "`keymoor flink region list` shows the regions of the server.",
        });
      }
      await keepPlace(io, profile, { cloud: found.cloud.toLowerCase(), region });
      printLine(io, `Using Flink region "${found.display_name}".`);
    });
  return addProfileOption(command);
}

async function regionsOf({ client }: Session, cloud: string | undefined): Promise<Region[]> {
  const { listRegions } = await import("../../client/environments.ts");
  const regions: Region[] = [];
  for await (const region of listRegions(client, cloud)) regions.push(region);
  return regions;
}
