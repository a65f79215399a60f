import { Command } from "commander";
import type { ComputePool } from "../../client/environments.ts";
import { completedArgument } from "../completion/completed-argument.ts";
import type { Io } from "../io.ts";
import { currentMark } from "../output/current-mark.ts";
import { addOutputOption, type OutputFormat } from "../output/output-format.ts";
import { printList, printObject } from "../output/print.ts";
import { addEnvironmentOptions, openSession, type PlaceFlags } from "../session.ts";
import type { Manner } from "./flink-statement.ts";

/** In the order of Confluent's CLI, spelling of the key included (contract/cli.md 8). */
const columns = [
  { key: "is_current", label: "Current" },
  { key: "id", label: "ID" },
  { key: "name", label: "Name" },
  { key: "cloud", label: "Cloud" },
  { key: "environment", label: "Environment" },
  { key: "max_cfu", label: "Max CFU" },
  { key: "region", label: "Region" },
  { key: "currrent_cfu", label: "Current CFU" },
  { key: "status", label: "Status" },
  { key: "default_pool", label: "Default Pool" },
] as const;

interface Flags extends PlaceFlags {
  readonly output: OutputFormat;
}

/** `keymoor flink compute-pool`, and `keymoor compute-pool`. */
export function computePoolCommand(io: Io, manner: Manner): Command {
  return new Command("compute-pool")
    .description("See the compute pools that statements name.")
    .addCommand(listCommand(io, manner))
    .addCommand(describeCommand(io, manner));
}

function listCommand(io: Io, manner: Manner): Command {
  const command = new Command("list")
    .description("List the compute pools of an environment.")
    .option("--region <region>", "Only pools of this region.")
    .action(async ({ region, ...flags }: Flags) => {
      const { client, environment } = await openSession(io, flags);
      const { listComputePools } = await import("../../client/environments.ts");
      const pools: ComputePool[] = [];
      for await (const pool of listComputePools(client, await environment(), region)) pools.push(pool);
      const rows = pools
        .sort((one, other) => (one.id < other.id ? -1 : 1))
        .map((pool) => rowOf(pool, flags.output, manner));
      await printList(io, flags.output, columns, rows, { isSorted: true });
    });
  return addEnvironmentOptions(addOutputOption(command, { isLenient: true }));
}

function describeCommand(io: Io, manner: Manner): Command {
  const command = new Command("describe")
    .description("Describe a compute pool.")
    .addArgument(completedArgument("<id>", "Compute pool ID.", "compute_pool"))
    .action(async (id: string, flags: Flags) => {
      const { client, environment } = await openSession(io, flags);
      const { getComputePool } = await import("../../client/environments.ts");
      // One object says true or false where a list has a mark.
      const row = rowOf(await getComputePool(client, await environment(), id), "json", manner);
      await printObject(
        io,
        flags.output,
        columns.map((column) => ({ ...column, value: row[column.key] })),
      );
    });
  return addEnvironmentOptions(addOutputOption(command, { isLenient: true }));
}

/** None is ever current: statements about connections run in Keymoor itself. */
function rowOf({ id, spec, status }: ComputePool, format: OutputFormat, manner: Manner) {
  return {
    is_current: currentMark(false, format),
    id,
    name: spec.display_name,
    cloud: manner === "flink" ? spec.cloud : spec.cloud.toLowerCase(),
    environment: spec.environment.id,
    max_cfu: spec.max_cfu,
    region: spec.region,
    currrent_cfu: status.current_cfu,
    status: status.phase,
    default_pool: spec.default_pool,
  };
}
