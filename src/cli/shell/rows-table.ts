import { displayWidth } from "../output/display-width.ts";
import { columnTable, fittedFieldTable } from "../output/table.ts";

const mostRowsAlone = 3;

/** Rows as a table; a few that the terminal is too narrow for as a table each, with a line for every column. */
export function rowsTable(
  labels: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number | undefined,
): string {
  const table = columnTable(labels, rows);
  const width = displayWidth(table.slice(0, table.indexOf("\n")));
  if (columns === undefined || rows.length > mostRowsAlone || width <= columns) return table;
  return rows
    .map((row) =>
      fittedFieldTable(
        labels.map((label, index): [string, string] => [label, row[index] ?? ""]),
        columns,
      ),
    )
    .join("");
}
