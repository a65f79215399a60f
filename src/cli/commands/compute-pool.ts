import { Command, Option } from "commander";
import type { ComputePool } from "../../client/environments.ts";
import { completedArgument } from "../completion/completed-argument.ts";
import { deleteNamed } from "../delete-named.ts";
import type { Io } from "../io.ts";
import { addConsentOptions, type ConsentFlags, mayGoOn } from "../may-go-on.ts";
import { currentMark } from "../output/current-mark.ts";
import { addOutputOption, type OutputFormat } from "../output/output-format.ts";
import { printList, printObject } from "../output/print.ts";
import { addEnvironmentOptions, addPlaceOptions, openSession, type PlaceFlags } from "../session.ts";
import { UsageError } from "../usage-error.ts";
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
  const command = new Command("compute-pool")
    .description(
      manner === "flink"
        ? "See the compute pools that statements name."
        : "Manage the compute pools that statements name.",
    )
    .addCommand(listCommand(io, manner))
    .addCommand(describeCommand(io, manner));
  if (manner === "flink") return command;
  return command.addCommand(createCommand(io)).addCommand(updateCommand(io)).addCommand(deleteCommand(io));
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
      await printOne(io, flags.output, await getComputePool(client, await environment(), id), manner);
    });
  return addEnvironmentOptions(addOutputOption(command, { isLenient: true }));
}

interface CreateFlags extends Flags {
  readonly maxCfu?: number;
}

function createCommand(io: Io): Command {
  const command = new Command("create")
    .description("Make a compute pool. Nothing runs on it; clients of Flink want to name one.")
    .argument("<name>", "Name.")
    .addOption(maxCfuOption())
    .action(async (name: string, { maxCfu, ...flags }: CreateFlags) => {
      const { client, place } = await openSession(io, flags);
      const { environmentId, cloud, region } = await place();
      const { createComputePool } = await import("../../client/environments.ts");
      const made = await createComputePool(client, {
        display_name: name,
        cloud,
        region,
        environment: { id: environmentId },
        ...(maxCfu !== undefined && { max_cfu: maxCfu }),
      });
      await printOne(io, flags.output, made, "plain");
    });
  return addPlaceOptions(addOutputOption(command));
}

interface UpdateFlags extends CreateFlags {
  readonly name?: string;
}

function updateCommand(io: Io): Command {
  const command = new Command("update")
    .description("Rename a compute pool, or change its size.")
    .addArgument(completedArgument("<id>", "Compute pool ID.", "compute_pool"))
    .option("--name <name>", "New name.")
    .addOption(maxCfuOption())
    .action(async (id: string, { name, maxCfu, ...flags }: UpdateFlags) => {
      const { client, environment } = await openSession(io, flags);
      const { updateComputePool } = await import("../../client/environments.ts");
      const changed = await updateComputePool(client, id, {
        environment: { id: await environment() },
        ...(name !== undefined && { display_name: name }),
        ...(maxCfu !== undefined && { max_cfu: maxCfu }),
      });
      await printOne(io, flags.output, changed, "plain");
    });
  return addEnvironmentOptions(addOutputOption(command));
}

function deleteCommand(io: Io): Command {
  const command = new Command("delete")
    .description("Delete compute pools. Statements that name one stay.")
    .addArgument(completedArgument("<ids...>", "Compute pool IDs.", "compute_pool"))
    .action(async (ids: readonly string[], flags: PlaceFlags & ConsentFlags) => {
      const { client, environment } = await openSession(io, flags);
      const at = await environment();
      const { deleteComputePool, getComputePool } = await import("../../client/environments.ts");
      await deleteNamed(io, {
        names: ids,
        kind: "compute pool",
        listCommand: "keymoor compute-pool list",
        doneText: "Deleted",
        isExact: false,
        ask: (question) => mayGoOn(io, flags, question),
        read: (id) => getComputePool(client, at, id),
        remove: (id) => deleteComputePool(client, at, id),
      });
    });
  return addEnvironmentOptions(addConsentOptions(command));
}

function maxCfuOption(): Option {
  return new Option("--max-cfu <number>", "Size that clients are told. Default: 5.").argParser((text) => {
    if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
    throw new UsageError("--max-cfu takes a number from 1 on.");
  });
}

/** One object says true or false where a list has a mark. */
function printOne(io: Io, format: OutputFormat, pool: ComputePool, manner: Manner): Promise<void> {
  const row = rowOf(pool, "json", manner);
  return printObject(
    io,
    format,
    columns.map((column) => ({ ...column, value: row[column.key] })),
  );
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
