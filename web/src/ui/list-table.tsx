import { type KeyboardEvent, type ReactNode, useEffect, useRef } from "react";
import { Button } from "./button.tsx";
import { classes } from "./classes.ts";
import { ErrorState } from "./error-state.tsx";
import styles from "./list-table.module.css";
import { Skeleton } from "./skeleton.tsx";
import { Header, Table } from "./table.tsx";

export interface Column<Item> {
  readonly label: string;
  readonly render: (item: Item) => ReactNode;
  /** Share of the width, such as `20%`; the rest is shared out among those without. */
  readonly width?: string;
  /** Left out where there is no room: below 1040 px, or on phones. */
  readonly room?: "wide" | "tablet";
  readonly isMenu?: boolean;
  /** Sentences, which are read to their end: they take as many lines as they need. */
  readonly isText?: boolean;
}

interface ListTableProps<Item> {
  readonly label: string;
  readonly columns: readonly Column<Item>[];
  /** undefined: not loaded yet. */
  readonly items: readonly Item[] | undefined;
  readonly idOf: (item: Item) => string;
  readonly error: Error | null;
  readonly onRetry: () => void;
  /** Stands in the place of an empty table. */
  readonly empty: ReactNode;
  /** More of them are on the server. */
  readonly hasMore?: boolean;
  readonly isLoadingMore?: boolean;
  readonly onMore?: () => void;
}

/**
 * A list with everything that can become of it. What was loaded stays on screen when a later load fails. The arrow keys move
 * between rows.
 */
export function ListTable<Item>(props: ListTableProps<Item>) {
  const {
    label,
    columns,
    items,
    idOf,
    error,
    onRetry,
    empty,
    hasMore = false,
    isLoadingMore = false,
  } = props;
  const { onMore } = props;
  const frame = useRef<HTMLDivElement>(null);
  const isEmpty = items?.length === 0 && !hasMore;
  return (
    <div ref={frame} className={styles.list}>
      {error !== null && <ErrorState error={error} onRetry={onRetry} />}
      {isEmpty && error === null && empty}
      {!isEmpty && (items !== undefined || error === null) && (
        // biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the links and buttons in it
        <div onKeyDown={(event) => moveByKey(event, frame.current)}>
          <Table
            label={label}
            isBusy={items === undefined}
            head={columns.map((column) => (
              <Header key={column.label} className={lookOf(column)} width={column.width}>
                {column.isMenu ? <span className="only-heard">{column.label}</span> : column.label}
              </Header>
            ))}
          >
            {items === undefined &&
              [62, 48, 70, 55].map((width) => <Waiting key={width} {...{ width, columns }} />)}
            {items?.map((item) => (
              <tr key={idOf(item)}>
                {columns.map((column) => (
                  <td key={column.label} className={lookOf(column)}>
                    {column.render(item)}
                  </td>
                ))}
              </tr>
            ))}
          </Table>
        </div>
      )}
      {hasMore && onMore !== undefined && <More isBusy={isLoadingMore} onMore={onMore} />}
    </div>
  );
}

/** First line of a row's first cell, and on phones what the left-out columns would say. */
export function TwoLines({ children, below }: { readonly children: ReactNode; readonly below: ReactNode }) {
  return (
    <span className={styles.two}>
      <span className={styles.first}>{children}</span>
      <span className={styles.below}>{below}</span>
    </span>
  );
}

function Waiting<Item>({
  columns,
  width,
}: Pick<ListTableProps<Item>, "columns"> & { readonly width: number }) {
  return (
    <tr>
      {columns.map((column) => (
        <td key={column.label} className={lookOf(column)}>
          {!column.isMenu && <Skeleton width={`${width}%`} />}
        </td>
      ))}
    </tr>
  );
}

/** Asked for as it comes into view; the button is for those who go by keyboard. */
function More({ isBusy, onMore }: { readonly isBusy: boolean; readonly onMore: () => void }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (place.current === null || isBusy) return;
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting) onMore();
    });
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [isBusy, onMore]);
  return (
    <div ref={place} className={styles.more}>
      <Button size="small" isBusy={isBusy} onClick={onMore}>
        Show more
      </Button>
    </div>
  );
}

function lookOf<Item>({ room, isMenu = false, isText = false }: Column<Item>): string {
  return classes(room && styles[room], isMenu && styles.menu, isText && styles.text);
}

function moveByKey(event: KeyboardEvent, frame: HTMLElement | null): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined || !(event.target instanceof HTMLElement) || frame === null) return;
  // An open menu has the arrow keys to itself.
  if (event.defaultPrevented || event.target.getAttribute("aria-haspopup") === "menu") return;
  const row = event.target.closest("tbody tr");
  if (row === null) return;
  const rows = [...frame.querySelectorAll("tbody tr")];
  const next = rows[rows.indexOf(row) + step]?.querySelector<HTMLElement>("a, button");
  if (next === undefined || next === null) return;
  event.preventDefault();
  next.focus();
}
