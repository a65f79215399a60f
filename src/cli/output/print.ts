import type { Io } from "../io.ts";
import type { OutputFormat } from "./output-format.ts";
import { columnTable, fieldTable } from "./table.ts";
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
  io.stdout.write(`${line}\n`);
}

/** One object: a bordered table, or a JSON or YAML object (contract/cli.md 8). */
export async function printObject(
  io: Io,
  format: OutputFormat,
  fields: readonly PrintedField[],
): Promise<void> {
  const present = fields.filter(({ value }) => value !== undefined);
  if (format === "human") {
    io.stdout.write(fieldTable(present.map(({ label, value, text }) => [label, text ?? textOf(value)])));
    return;
  }
  await printData(io, format, Object.fromEntries(present.map(({ key, value }) => [key, dataOf(value)])));
}

/** Any number of objects, sorted by their columns from left to right unless `isSorted` says that they have an order. */
export async function printList(
  io: Io,
  format: OutputFormat,
  columns: readonly PrintedColumn[],
  rows: readonly PrintedRow[],
  { isSorted = false } = {},
): Promise<void> {
  const printed = columns.filter(({ isData }) => isData !== true);
  const lines = rows.map((row) => ({ row, cells: printed.map(({ key }) => textOf(row[key])) }));
  if (!isSorted) lines.sort((a, b) => compareCells(a.cells, b.cells));
  if (format === "human") {
    const labels = printed.map(({ label }) => label);
    io.stdout.write(
      rows.length === 0
        ? "None found.\n"
        : columnTable(
            labels,
            lines.map(({ cells }) => cells),
          ),
    );
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
  io.stdout.write(stringifyYaml(data, { lineWidth: 0 }));
}

/** As Go writes it: two spaces, and nothing that HTML would read. */
function goJson(data: unknown): string {
  return JSON.stringify(data, null, 2).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function compareCells(a: readonly string[], b: readonly string[]): number {
  for (const [index, cell] of a.entries()) {
    const other = b[index] ?? "";
    if (cell !== other) return cell < other ? -1 : 1;
  }
  return 0;
}
