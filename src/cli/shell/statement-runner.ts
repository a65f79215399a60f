import { randomUUID } from "node:crypto";
import type { Client } from "../../client/client.ts";
import { ClientError } from "../../client/client-error.ts";
import type { Place } from "../../client/place.ts";
import { createStatement, type ResultRow, type Statement, statementRows } from "../../client/statements.ts";
import { optionKeys } from "../../connections/vocabulary.ts";
import { CommandFailure } from "../command-failure.ts";
import type { Io } from "../io.ts";
import type { OutputFormat } from "../output/output-format.ts";
import { printData, printLine } from "../output/print.ts";
import { columnTable } from "../output/table.ts";
import { textOf } from "../output/value.ts";
import { withProgress } from "../progress.ts";
import { type LocalAnswer, type SessionProperties, sessionProperties } from "./session-properties.ts";
import { statementAtFault } from "./statement-at-fault.ts";

export interface RunnerSetup {
  readonly client: Client;
  readonly place: Place;
  readonly format: OutputFormat;
  /** Properties that the session begins with. */
  readonly properties: Readonly<Record<string, string>>;
  readonly computePoolId: string | undefined;
  readonly principal: string | undefined;
}

/** Runs one statement and prints what it brought; what is refused is thrown with the word at fault. */
export type StatementRunner = (statement: string, signal?: AbortSignal) => Promise<void>;

export function statementRunner(io: Io, setup: RunnerSetup): StatementRunner {
  const session: SessionProperties = sessionProperties(setup.properties);
  let printed = 0;
  const print = async (answer: StatementAnswer) => {
    if (setup.format === "yaml" && printed > 0) io.stdout.write("---\n");
    printed += 1;
    await printAnswer(io, setup.format, answer);
  };
  return async (statement, signal) => {
    const local = session.run(statement);
    if (local !== undefined) return await print(ofSession(local));
    const name = statementName(new Date());
    try {
      await print(
        await withProgress(io, "Running the statement", () =>
          runOnServer(setup, session.all, name, statement, signal),
        ),
      );
    } catch (error) {
      throw explained(error, { name, statement, columns: io.stderr.columns ?? 100 });
    }
  };
}

/** `cli-2026-11-20-090400-<uuid>`, in UTC (contract/cli.md 7). */
export function statementName(at: Date): string {
  const [date = "", time = ""] = at.toISOString().split("T");
  return `cli-${date}-${time.slice(0, 8).replaceAll(":", "")}-${randomUUID()}`;
}

/** Catalog and time zone, as Confluent's shell sends them (contract/cli.md 7). */
export function initialProperties(catalog: string, database: string | undefined): Record<string, string> {
  return {
    "sql.current-catalog": catalog,
    ...(database !== undefined && { "sql.current-database": database }),
    "sql.local-time-zone": `GMT${utcOffset(-new Date().getTimezoneOffset())}`,
  };
}

function utcOffset(minutes: number): string {
  const size = Math.abs(minutes);
  const digits = [Math.floor(size / 60), size % 60].map((part) => String(part).padStart(2, "0"));
  return `${minutes < 0 ? "-" : "+"}${digits.join(":")}`;
}

interface StatementAnswer {
  /** Absent for what no server has heard of. */
  readonly name?: string;
  readonly phase: string;
  readonly detail: string;
  /** Empty for a statement that has no results. */
  readonly columns: readonly string[];
  readonly rows: readonly ResultRow[];
}

async function runOnServer(
  { client, place, computePoolId, principal }: RunnerSetup,
  properties: Readonly<Record<string, string>>,
  name: string,
  statement: string,
  signal: AbortSignal | undefined,
): Promise<StatementAnswer> {
  const answer = await createStatement(
    client,
    place,
    { name, statement, properties, computePoolId, principal },
    signal,
  );
  const { phase, detail, traits } = answer.status;
  if (phase === "FAILED") throw failed(answer);
  const columns = (traits?.schema.columns ?? []).map((column) => column.name);
  const rows: ResultRow[] = [];
  if (columns.length > 0) {
    for await (const row of statementRows(client, place, name, signal)) rows.push(row);
  }
  return { name, phase, detail, columns, rows };
}

function ofSession(answer: LocalAnswer): StatementAnswer {
  if (answer.kind === "done") return { phase: "COMPLETED", detail: answer.message, columns: [], rows: [] };
  const rows = Object.entries(answer.properties).sort(([one], [other]) => (one < other ? -1 : 1));
  return { phase: "COMPLETED", detail: "", columns: ["Key", "Value"], rows };
}

async function printAnswer(io: Io, format: OutputFormat, answer: StatementAnswer): Promise<void> {
  const { name, phase, detail, columns, rows } = answer;
  if (format !== "human") {
    return await printData(io, format, {
      ...(name !== undefined && { name }),
      status: phase,
      ...(detail !== "" && { status_detail: detail }),
      columns,
      rows: rows.map((row) =>
        Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null])),
      ),
    });
  }
  if (phase !== "COMPLETED") io.stderr.write(`Statement phase: ${textOf(phase)}\n`);
  if (detail !== "") io.stderr.write(`${textOf(detail)}\n`);
  if (columns.length === 0) return;
  if (rows.length === 0) {
    io.stderr.write("The server returned empty rows for this statement.\n");
    return;
  }
  const cells = rows.map((row) => row.map((cell) => (cell === null ? "NULL" : textOf(cell))));
  // The table has its own line end.
  printLine(io, columnTable(columns.map(textOf), cells).replace(/\n$/, ""));
}

function failed({ name, status }: Statement): CommandFailure {
  return new CommandFailure(status.detail === "" ? `Statement "${name}" failed.` : status.detail);
}

export interface Attempt {
  readonly name: string;
  readonly statement: string;
  /** Width of the terminal. */
  readonly columns: number;
}

/** The server says line and column of what it does not accept; people see the line with the word marked. */
export function explained(error: unknown, { name, statement, columns }: Attempt): unknown {
  if (error instanceof Error && error.name === "AbortError") {
    return new CommandFailure("The statement was interrupted; it may have run all the same.", {
      hint: `\`keymoor statement describe ${name}\` says whether it did.`,
    });
  }
  if (!(error instanceof ClientError) || error.details.position === undefined) return error;
  const lines = statementAtFault(statement, error.details.position, optionKeys(), columns - 4);
  const { hint } = error.details;
  return new CommandFailure([error.message, ...lines.map((line) => `    ${line}`)].join("\n"), {
    ...(hint !== undefined && { hint }),
  });
}
