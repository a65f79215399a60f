import { randomUUID } from "node:crypto";
import type { Client } from "../../client/client.ts";
import { ClientError } from "../../client/client-error.ts";
import type { Place } from "../../client/place.ts";
import { createStatement, type Statement } from "../../client/statements.ts";
import { optionKeys } from "../../connections/vocabulary.ts";
import { CommandFailure } from "../command-failure.ts";
import type { Io } from "../io.ts";
import type { OutputFormat } from "../output/output-format.ts";
import { printData } from "../output/print.ts";
import { textOf } from "../output/value.ts";
import { withProgress } from "../progress.ts";
import { type LocalAnswer, type SessionProperties, sessionProperties } from "./session-properties.ts";
import { statementAtFault } from "./statement-at-fault.ts";
import { printResults, readResults, resultObjects, type StatementResults } from "./statement-results.ts";

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
      throw explainFailure(error, { name, statement, columns: io.stderr.columns || 100 });
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

interface StatementAnswer extends StatementResults {
  /** Absent for what no server has heard of. */
  readonly name?: string;
  readonly phase: string;
  readonly detail: string;
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
  const { phase, detail } = answer.status;
  if (phase === "FAILED") throw statementFailure(answer);
  return { name, phase, detail, ...(await readResults(client, place, answer, signal)) };
}

function ofSession(answer: LocalAnswer): StatementAnswer {
  if (answer.kind === "done") return { phase: "COMPLETED", detail: answer.message, columns: [], rows: [] };
  const rows = Object.entries(answer.properties).sort(([one], [other]) => (one < other ? -1 : 1));
  return { phase: "COMPLETED", detail: "", columns: ["Key", "Value"], rows };
}

async function printAnswer(io: Io, format: OutputFormat, answer: StatementAnswer): Promise<void> {
  const { name, phase, detail, columns } = answer;
  if (format !== "human") {
    return await printData(io, format, {
      ...(name !== undefined && { name }),
      status: phase,
      ...(detail !== "" && { status_detail: detail }),
      columns,
      rows: resultObjects(answer),
    });
  }
  if (phase !== "COMPLETED") io.stderr.write(`Statement phase: ${textOf(phase)}\n`);
  if (detail !== "") io.stderr.write(`${textOf(detail)}\n`);
  printResults(io, answer);
}

/** The failure of a statement that the server took and that ended FAILED. */
export function statementFailure({ name, status }: Statement): CommandFailure {
  return new CommandFailure(status.detail === "" ? `Statement "${name}" failed.` : status.detail);
}

export interface Attempt {
  readonly name: string;
  readonly statement: string;
  /** Width of the terminal. */
  readonly columns: number;
}

/** The server says line and column of what it does not accept; people see the line with the word marked. */
export function explainFailure(error: unknown, { name, statement, columns }: Attempt): unknown {
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
