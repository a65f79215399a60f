import { ArrowDownIcon, ArrowUpIcon } from "@radix-ui/react-icons";
import {
  type ColumnDef,
  flexRender,
  getCoreRowModel,
  getSortedRowModel,
  type SortingState,
  useReactTable,
} from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef, useState } from "react";
import type { ResultRow } from "../../../../../src/client/statements.ts";
import { columnWidths } from "./column-widths.ts";
import styles from "./result-table.module.css";

interface ResultTableProps {
  readonly columns: readonly string[];
  readonly rows: readonly ResultRow[];
  /** All rows are here, so that their order can be changed. */
  readonly isWhole: boolean;
}

const rowHeight = 34;
/** What the last column has at least. */
const lastPx = 200;

/** A table with a scroll of its own, of which only the rows in view are drawn. */
export function ResultTable({ columns, rows, isWhole }: ResultTableProps) {
  const [sorting, setSorting] = useState<SortingState>([]);
  const frame = useRef<HTMLDivElement>(null);
  const widths = useMemo(() => columnWidths(columns, rows), [columns, rows]);
  const minWidth = widths.reduce<number>((total, width) => total + (width ?? lastPx), 0);
  const definitions = useMemo(
    () =>
      columns.map(
        (name, index): ColumnDef<ResultRow, string | null> => ({
          id: String(index),
          header: name,
          accessorFn: (row) => row[index] ?? null,
          cell: (cell) => <Cell value={cell.getValue()} />,
          sortUndefined: "last",
        }),
      ),
    [columns],
  );
  const data = useMemo(() => [...rows], [rows]);
  const table = useReactTable({
    data,
    columns: definitions,
    state: { sorting: isWhole ? sorting : [] },
    onSortingChange: setSorting,
    enableSorting: isWhole && rows.length > 1,
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
  });
  const sorted = table.getRowModel().rows;
  const virtual = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const shown = virtual.getVirtualItems();
  const above = shown[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (shown.at(-1)?.end ?? 0);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take the focus (axe: scrollable-region-focusable)
    <section ref={frame} className={styles.frame} tabIndex={0} aria-label="Rows">
      <table
        className={styles.table}
        style={{ minWidth }}
        aria-label="Result"
        aria-rowcount={rows.length + 1}
      >
        <colgroup>
          {widths.map((width, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
            <col key={index} style={{ width }} />
          ))}
        </colgroup>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map(({ id, column, getContext }) => {
                const direction = column.getIsSorted();
                const name = flexRender(column.columnDef.header, getContext());
                return (
                  <th
                    key={id}
                    scope="col"
                    aria-sort={
                      direction === "asc" ? "ascending" : direction === "desc" ? "descending" : undefined
                    }
                  >
                    {column.getCanSort() ? (
                      <button
                        type="button"
                        className={styles.sort}
                        onClick={column.getToggleSortingHandler()}
                      >
                        {name}
                        {direction === "asc" && <ArrowUpIcon aria-hidden />}
                        {direction === "desc" && <ArrowDownIcon aria-hidden />}
                      </button>
                    ) : (
                      name
                    )}
                  </th>
                );
              })}
            </tr>
          ))}
        </thead>
        <tbody>
          <Spacer height={above} />
          {shown.map(({ index }) => {
            const row = sorted[index];
            if (row === undefined) return null;
            return (
              <tr key={row.id} ref={virtual.measureElement} data-index={index} aria-rowindex={index + 2}>
                {row.getVisibleCells().map((cell) => (
                  <td key={cell.id}>{flexRender(cell.column.columnDef.cell, cell.getContext())}</td>
                ))}
              </tr>
            );
          })}
          <Spacer height={below} />
        </tbody>
      </table>
    </section>
  );
}

function Cell({ value }: { readonly value: string | null }) {
  return value === null ? <span className={styles.null}>NULL</span> : value;
}

function Spacer({ height }: { readonly height: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden>
      <td className={styles.spacer} style={{ height }} />
    </tr>
  );
}
