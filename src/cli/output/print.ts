import type { Io } from "../io.ts";
import type { OutputFormat } from "./output-format.ts";
import { escaped, printable } from "./printable.ts";
import { columnTable, fieldTable, fittedCells, fittedFieldTable } from "./table.ts";
import { dataOf, textOf, type Value } from "./value.ts";

/** One row of the table of a single object, and one key of its JSON. */
export interface PrintedField {
  /** Key in JSON and YAML: snake_case. */
  readonly key: string;
  readonly label: string;
  /** undefined is left out everywhere. */
  readonly value: Value;
  /** For people, where it is not the text of the value. */
  readonly text?: string;
}

export interface PrintedColumn {
  readonly key: string;
  readonly label: string;
  /** Only in JSON and YAML. */
  readonly isData?: true;
}

/** By key of the column. undefined is an empty cell for people and left out of JSON and YAML. */
export type PrintedRow = Readonly<Record<string, Value>>;

/** A line of data for people; in scripts too, so no colour. */
export function printLine(io: Io, line: string): void {
  io.stdout.write(`${printable(line)}\n`);
}

/**
 * One object: a bordered table, or a JSON or YAML object (contract/cli.md 8). Values wrap in 30 columns as in Confluent's CLI;
 * `isOurs` gives them the terminal's width, and where there is none, a line each.
 */
export async function printObject(
  io: Io,
  format: OutputFormat,
  fields: readonly PrintedField[],
  { isOurs = false } = {},
): Promise<void> {
  const present = fields.filter(({ value }) => value !== undefined);
  if (format === "human") {
    const rows = present.map(({ label, value, text }): [string, string] => [label, textOf(text ?? value)]);
    const columns = terminalColumns(io) ?? Number.POSITIVE_INFINITY;
    io.stdout.write(isOurs ? fittedFieldTable(rows, columns) : fieldTable(rows));
    return;
  }
  await printData(io, format, Object.fromEntries(present.map(({ key, value }) => [key, dataOf(value)])));
}

/** Columns of the terminal that reads along; undefined for a file or another program, which want everything. */
export function terminalColumns({ stdout }: Io): number | undefined {
  return stdout.isTTY === true ? stdout.columns || 80 : undefined;
}

export interface ListOptions {
  /** They have an order; otherwise they are sorted by their columns from left to right. */
  readonly isSorted?: boolean;
  /** Long cells are cut so that lines fit on a terminal. */
  readonly isFitted?: boolean;
}

/** Any number of objects. */
export async function printList(
  io: Io,
  format: OutputFormat,
  columns: readonly PrintedColumn[],
  rows: readonly PrintedRow[],
  { isSorted = false, isFitted = false }: ListOptions = {},
): Promise<void> {
  const printed = columns.filter(({ isData }) => isData !== true);
  const lines = rows.map((row) => ({ row, cells: printed.map(({ key }) => textOf(row[key])) }));
  if (!isSorted) lines.sort((a, b) => compareCells(a.cells, b.cells));
  if (format === "human") {
    const labels = printed.map(({ label }) => label);
    const cells = lines.map((line) => line.cells);
    const width = isFitted ? terminalColumns(io) : undefined;
    const shown = width === undefined ? cells : fittedCells(labels, cells, width);
    io.stdout.write(rows.length === 0 ? "None found.\n" : columnTable(labels, shown));
    return;
  }
  await printData(
    io,
    format,
    lines.map(({ row }) =>
      Object.fromEntries(
        columns
          .filter(({ key }) => row[key] !== undefined)
          .map(({ key }): [string, unknown] => [key, dataOf(row[key])]),
      ),
    ),
  );
}

/** Anything as JSON or YAML. */
export async function printData(
  io: Io,
  format: Exclude<OutputFormat, "human">,
  data: unknown,
): Promise<void> {
  if (format === "json") {
    io.stdout.write(`${goJson(data)}\n`);
    return;
  }
  const { stringifyYaml } = await import("./stringify-yaml.ts");
  io.stdout.write(stringifyYaml(data));
}

/** As Go writes it: two spaces, and nothing that HTML would read; here, nothing that a terminal would obey either. */
function goJson(data: unknown): string {
  return escaped(JSON.stringify(data, null, 2), /[<>&\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g);
}

function compareCells(a: readonly string[], b: readonly string[]): number {
  for (const [index, cell] of a.entries()) {
    const other = b[index] ?? "";
    if (cell !== other) return cell < other ? -1 : 1;
  }
  return 0;
}
