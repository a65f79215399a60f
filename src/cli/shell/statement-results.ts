import type { Client } from "../../client/client.ts";
import type { Place } from "../../client/place.ts";
import { type ResultRow, type Statement, statementRows } from "../../client/statements.ts";
import type { Io } from "../io.ts";
import { terminalColumns } from "../output/print.ts";
import { textOf } from "../output/value.ts";
import { rowsTable } from "./rows-table.ts";

export interface StatementResults {
  /** Empty for a statement that has no results. */
  readonly columns: readonly string[];
  readonly rows: readonly ResultRow[];
}

/** All rows that a statement brought. */
export async function readResults(
  client: Client,
  place: Place,
  { name, status }: Statement,
  signal?: AbortSignal,
): Promise<StatementResults> {
  const columns = (status.traits?.schema.columns ?? []).map((column) => column.name);
  const rows: ResultRow[] = [];
  if (columns.length > 0) {
    for await (const row of statementRows(client, place, name, signal)) rows.push(row);
  }
  return { columns, rows };
}

/** For people; that there are no rows is a message and no data. */
export function printResults(io: Io, { columns, rows }: StatementResults): void {
  if (columns.length === 0) return;
  if (rows.length === 0) {
    io.stderr.write("The server returned empty rows for this statement.\n");
    return;
  }
  const cells = rows.map((row) => row.map((cell) => (cell === null ? "NULL" : textOf(cell))));
  io.stdout.write(rowsTable(columns.map(textOf), cells, terminalColumns(io)));
}

/** Rows as objects, for JSON and YAML. */
export function resultObjects({ columns, rows }: StatementResults): Record<string, string | null>[] {
  return rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null])));
}
