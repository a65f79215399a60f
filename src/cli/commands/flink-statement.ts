import { Command } from "commander";
import type { Statement } from "../../client/statements.ts";
import { deleteNamed } from "../delete-named.ts";
import { flinkEnvironment } from "../flink-place.ts";
import type { Io } from "../io.ts";
import { addOutputOption, type OutputFormat } from "../output/output-format.ts";
import { type PrintedField, type PrintedRow, printLine, printList, printObject } from "../output/print.ts";
import { readInput } from "../read-input.ts";
import { repeated } from "../repeated.ts";
import { addPlaceOptions, openSession, type PlaceFlags } from "../session.ts";
import { warnOfHistory } from "../shell/warn-of-history.ts";
import { UsageError } from "../usage-error.ts";

/** Under `keymoor flink` the commands keep to Confluent's words; as plain `keymoor statement` they are ours. */
export type Manner = "flink" | "plain";

interface Flags extends PlaceFlags {
  readonly output: OutputFormat;
}

interface CreateFlags extends Flags {
  readonly sql: string;
  readonly computePool?: string;
  readonly serviceAccount?: string;
  readonly database?: string;
  readonly property?: readonly string[];
  readonly wait?: true;
}

/** `keymoor flink statement` and `keymoor statement` (contract/cli.md 3.3, 8). */
export function statementCommand(io: Io, manner: Manner): Command {
  return new Command("statement")
    .description("Manage Flink SQL statements.")
    .addCommand(createCommand(io, manner))
    .addCommand(deleteCommand(io, manner))
    .addCommand(describeCommand(io, manner))
    .addCommand(
      new Command("exception")
        .description("Manage exceptions of Flink SQL statements.")
        .addCommand(exceptionListCommand(io, manner)),
    )
    .addCommand(listCommand(io, manner))
    .addCommand(stopCommand(io, manner));
}

function createCommand(io: Io, manner: Manner): Command {
  const command = new Command("create")
    .description("Create a Flink SQL statement.")
    .argument("[name]", "Name of the statement; made up when it is left out.")
    .requiredOption("--sql <statement>", "The Flink SQL statement; - reads it from standard input.")
    .option("--compute-pool <id>", "Compute pool ID.")
    .option("--service-account <id>", "Service account ID.")
    .option("--database <name>", "The database which will be used as the default database.")
    .option("--property <key=value>", "Property of the session; may be given several times.", repeated)
    .option("--wait", "Block until the statement is running or has failed.")
    .action(async (name: string | undefined, flags: CreateFlags) => {
      if (flags.sql !== "-") await warnOfHistory(io, flags.sql);
      const properties = propertiesOf(flags.property ?? []);
      const { createStatement, getStatement } = await import("../../client/statements.ts");
      const { explained, initialProperties, statementName } = await import("../shell/statement-runner.ts");
      const { client, place, environment } = await open(io, manner, flags);
      const statement = flags.sql === "-" ? (await readInput(io)).toString("utf8").trimEnd() : flags.sql;
      const chosen = name ?? statementName(new Date());
      const create = createStatement(client, place, {
        name: chosen,
        statement,
        properties: { ...initialProperties(environment, flags.database), ...properties },
        computePoolId: flags.computePool,
        principal: flags.serviceAccount,
      });
      let created = await create.catch((error: unknown) => {
        throw explained(error, { name: chosen, statement, columns: io.stderr.columns ?? 100 });
      });
      for (let second = 0; flags.wait && created.status.phase === "PENDING" && second < 60; second += 1) {
        await new Promise((resolve) => setTimeout(resolve, 1000));
        created = await getStatement(client, place, created.name);
      }
      await printObject(io, flags.output, fieldsOf(created));
    });
  return withOptions(command, manner);
}

function describeCommand(io: Io, manner: Manner): Command {
  const command = new Command("describe")
    .description("Describe a Flink SQL statement.")
    .argument("<name>", "Name of the statement.")
    .action(async (name: string, flags: Flags) => {
      const { getStatement } = await import("../../client/statements.ts");
      const { client, place } = await open(io, manner, flags);
      const statement = await getStatement(client, place, name);
      await printObject(io, flags.output, [
        ...fieldsOf(statement),
        { key: "properties", label: "Properties", value: statement.spec.properties },
        { key: "principal", label: "Principal", value: statement.spec.principal },
      ]);
    });
  return withOptions(command, manner);
}

function listCommand(io: Io, manner: Manner): Command {
  const command = new Command("list")
    .description("List Flink SQL statements.")
    .option("--compute-pool <id>", "Compute pool ID.")
    .option("--status <status>", "Filter the results by statement status.")
    .action(async (flags: Flags & { readonly computePool?: string; readonly status?: string }) => {
      const { listStatements } = await import("../../client/statements.ts");
      const { client, place } = await open(io, manner, flags);
      const wanted = flags.status?.toLowerCase();
      const rows: PrintedRow[] = [];
      for await (const statement of listStatements(client, place, flags.computePool)) {
        if (wanted !== undefined && statement.status.phase.toLowerCase() !== wanted) continue;
        rows.push(Object.fromEntries(fieldsOf(statement).map(({ key, value }) => [key, value])));
      }
      await printList(io, flags.output, columns, rows);
    });
  return withOptions(command, manner);
}

function stopCommand(io: Io, manner: Manner): Command {
  const command = new Command("stop")
    .description("Stop a Flink SQL statement.")
    .argument("<name>", "Name of the statement.")
    .action(async (name: string, flags: PlaceFlags) => {
      const { getStatement, stopStatement } = await import("../../client/statements.ts");
      const { client, place } = await open(io, manner, flags);
      await stopStatement(client, place, await getStatement(client, place, name));
      printLine(io, `Requested to stop Flink SQL statement "${name}".`);
    });
  return addPlaceOptions(command);
}

function deleteCommand(io: Io, manner: Manner): Command {
  const command = new Command("delete")
    .description("Delete one or more Flink SQL statements.")
    .argument("<names...>", "Names of the statements.")
    .option("--force", "Skip the deletion confirmation prompt.")
    .action(async (names: readonly string[], flags: PlaceFlags & { readonly force?: true }) => {
      const { deleteStatement, getStatement } = await import("../../client/statements.ts");
      const { client, place } = await open(io, manner, flags);
      await deleteNamed(io, {
        names,
        kind: "Flink SQL statement",
        listCommand: `keymoor ${manner === "flink" ? "flink " : ""}statement list`,
        doneText: "Requested to delete",
        isForced: flags.force === true,
        read: (name) => getStatement(client, place, name),
        remove: (name) => deleteStatement(client, place, name),
      });
    });
  return addPlaceOptions(command);
}

function exceptionListCommand(io: Io, manner: Manner): Command {
  const command = new Command("list")
    .description("List exceptions for a Flink SQL statement.")
    .argument("<name>", "Name of the statement.")
    .action(async (name: string, flags: Flags) => {
      const { listStatementExceptions } = await import("../../client/statements.ts");
      const { client, place } = await open(io, manner, flags);
      const exceptions = await listStatementExceptions(client, place, name);
      await printList(
        io,
        flags.output,
        [
          { key: "name", label: "Name" },
          { key: "timestamp", label: "Timestamp" },
          { key: "message", label: "Message" },
        ],
        exceptions.map((exception) => ({
          name: exception.name,
          timestamp: new Date(exception.timestamp),
          message: exception.message,
        })),
      );
    });
  return withOptions(command, manner);
}

function withOptions(command: Command, manner: Manner): Command {
  return addOutputOption(addPlaceOptions(command), { isLenient: manner === "flink" });
}

async function open(io: Io, manner: Manner, flags: PlaceFlags) {
  const session = await openSession(io, flags);
  // Refuses an unknown environment in Confluent's words.
  if (manner === "flink") await flinkEnvironment(session, flags);
  const place = await session.place();
  const { environments } = await session.whoami();
  const environment = environments.find(({ id }) => id === place.environmentId)?.name ?? place.environmentId;
  return { client: session.client, place, environment };
}

function propertiesOf(given: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    given.map((text) => {
      const end = text.indexOf("=");
      if (end <= 0) throw new UsageError("--property takes key=value.");
      return [text.slice(0, end), text.slice(end + 1)];
    }),
  );
}

const columns = [
  { key: "creation_date", label: "Creation Date" },
  { key: "name", label: "Name" },
  { key: "statement", label: "Statement" },
  { key: "compute_pool", label: "Compute Pool" },
  { key: "status", label: "Status" },
  { key: "status_detail", label: "Status Detail" },
  { key: "latest_offsets", label: "Latest Offsets" },
  { key: "latest_offsets_timestamp", label: "Latest Offsets Timestamp" },
] as const;

function fieldsOf({ name, metadata, spec, status }: Statement): PrintedField[] {
  const values: Record<(typeof columns)[number]["key"], PrintedField["value"]> = {
    creation_date: new Date(metadata.created_at),
    name,
    statement: spec.statement,
    compute_pool: spec.compute_pool_id || undefined,
    status: status.phase,
    status_detail: status.detail || undefined,
    // Only an engine knows offsets.
    latest_offsets: null,
    latest_offsets_timestamp: null,
  };
  return columns.map(({ key, label }) => ({ key, label, value: values[key] }));
}
