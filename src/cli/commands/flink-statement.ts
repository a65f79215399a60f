import { Command } from "commander";
import type { Client } from "../../client/client.ts";
import type { Place } from "../../client/place.ts";
import type { Statement } from "../../client/statements.ts";
import { completedArgument } from "../completion/completed-argument.ts";
import { confirm } from "../confirm.ts";
import { deleteNamed } from "../delete-named.ts";
import { flinkEnvironment } from "../flink-place.ts";
import type { Io } from "../io.ts";
import { addConsentOptions, type ConsentFlags, mayGoOn } from "../may-go-on.ts";
import { addOutputOption, addWideOption, type OutputFormat } from "../output/output-format.ts";
import {
  type PrintedField,
  type PrintedRow,
  printData,
  printLine,
  printList,
  printObject,
} from "../output/print.ts";
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
  const command = new Command("statement")
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
  return manner === "plain" ? command.addCommand(resultsCommand(io)) : command;
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
      const { explainFailure, initialProperties, statementFailure, statementName } = await import(
        "../shell/statement-runner.ts"
      );
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
        throw explainFailure(error, { name: chosen, statement, columns: io.stderr.columns || 100 });
      });
      for (let second = 0; flags.wait && created.status.phase === "PENDING" && second < 60; second += 1) {
        await new Promise((resolve) => setTimeout(resolve, 1000));
        created = await getStatement(client, place, created.name);
      }
      if (manner === "flink") await printObject(io, flags.output, fieldsOf(created));
      else await printWithResults(io, flags, created, { client, place });
      // Confluent's ends with 0 here; who asks in our own words wants to know.
      if (manner === "plain" && created.status.phase === "FAILED") throw statementFailure(created);
    });
  return withOptions(command, manner);
}

/** In our own words `--wait` shows the rows too: nobody waits for a phase. */
async function printWithResults(
  io: Io,
  { output, wait }: CreateFlags,
  created: Statement,
  { client, place }: { readonly client: Client; readonly place: Place },
): Promise<void> {
  const { printResults, readResults, resultObjects } = await import("../shell/statement-results.ts");
  const results = wait ? await readResults(client, place, created) : { columns: [], rows: [] };
  const hasRows = output !== "human" && results.columns.length > 0;
  const rows = { key: "rows", label: "Rows", value: hasRows ? resultObjects(results) : undefined };
  await printObject(io, output, [...fieldsOf(created), rows], { isOurs: true });
  if (output === "human" && results.rows.length > 0) printResults(io, results);
}

function describeCommand(io: Io, manner: Manner): Command {
  const command = new Command("describe")
    .description("Describe a Flink SQL statement.")
    .addArgument(completedArgument("<name>", "Name of the statement.", "statement"))
    .action(async (name: string, flags: Flags) => {
      const { getStatement } = await import("../../client/statements.ts");
      const { client, place } = await open(io, manner, flags);
      const statement = await getStatement(client, place, name);
      const fields = [
        ...fieldsOf(statement),
        { key: "properties", label: "Properties", value: statement.spec.properties },
        { key: "principal", label: "Principal", value: statement.spec.principal },
      ];
      await printObject(io, flags.output, fields, { isOurs: manner === "plain" });
    });
  return withOptions(command, manner);
}

function resultsCommand(io: Io): Command {
  const command = new Command("results")
    .description("Print the rows that a Flink SQL statement brought.")
    .addArgument(completedArgument("<name>", "Name of the statement.", "statement"))
    .action(async (name: string, flags: Flags) => {
      const { getStatement } = await import("../../client/statements.ts");
      const { printResults, readResults, resultObjects } = await import("../shell/statement-results.ts");
      const { client, place } = await open(io, "plain", flags);
      const results = await readResults(client, place, await getStatement(client, place, name));
      if (flags.output !== "human") await printData(io, flags.output, resultObjects(results));
      else if (results.columns.length > 0) printResults(io, results);
      else io.stderr.write("This statement brings no rows.\n");
    });
  return withOptions(command, "plain");
}

interface ListFlags extends Flags {
  readonly computePool?: string;
  readonly status?: string;
  readonly wide?: boolean;
}

function listCommand(io: Io, manner: Manner): Command {
  const command = new Command("list")
    .description("List Flink SQL statements.")
    .option("--compute-pool <id>", "Compute pool ID.")
    .option("--status <status>", "Filter the results by statement status.")
    .action(async (flags: ListFlags) => {
      const { listStatements } = await import("../../client/statements.ts");
      const { client, place } = await open(io, manner, flags);
      const wanted = flags.status?.toLowerCase();
      const rows: PrintedRow[] = [];
      for await (const statement of listStatements(client, place, flags.computePool)) {
        if (wanted !== undefined && statement.status.phase.toLowerCase() !== wanted) continue;
        rows.push(Object.fromEntries(fieldsOf(statement).map(({ key, value }) => [key, value])));
      }
      await printList(io, flags.output, columns, rows, {
        isFitted: manner === "plain" && flags.wide !== true,
      });
    });
  return withOptions(manner === "plain" ? addWideOption(command) : command, manner);
}

function stopCommand(io: Io, manner: Manner): Command {
  const command = new Command("stop")
    .description("Stop a Flink SQL statement.")
    .addArgument(completedArgument("<name>", "Name of the statement.", "statement"))
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
    .addArgument(completedArgument("<names...>", "Names of the statements.", "statement"))
    .action(async (names: readonly string[], flags: PlaceFlags & ConsentFlags) => {
      const { deleteStatement, getStatement } = await import("../../client/statements.ts");
      const { client, place } = await open(io, manner, flags);
      await deleteNamed(io, {
        names,
        kind: "Flink SQL statement",
        listCommand: `keymoor ${manner === "flink" ? "flink " : ""}statement list`,
        doneText: "Requested to delete",
        isExact: manner === "flink",
        ask: async (question) =>
          manner === "plain"
            ? await mayGoOn(io, flags, question)
            : flags.force === true || (await confirm(io, question, io.stdout)),
        read: (name) => getStatement(client, place, name),
        remove: (name) => deleteStatement(client, place, name),
      });
    });
  return addPlaceOptions(
    manner === "plain"
      ? addConsentOptions(command)
      : command.option("--force", "Skip the deletion confirmation prompt."),
  );
}

function exceptionListCommand(io: Io, manner: Manner): Command {
  const command = new Command("list")
    .description("List exceptions for a Flink SQL statement.")
    .addArgument(completedArgument("<name>", "Name of the statement.", "statement"))
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
  if (manner === "flink") await flinkEnvironment(session);
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
