import { ArrowDownIcon, ArrowUpIcon } from "@radix-ui/react-icons";
import type { CSSProperties, ReactNode } from "react";
import { classes } from "./classes.ts";
import styles from "./table.module.css";

interface TableProps {
  /** Heard before the table. */
  readonly label: string;
  readonly isBusy?: boolean;
  /** Rows of the whole list, where the table holds some of them. */
  readonly rowCount?: number | undefined;
  readonly head: ReactNode;
  readonly children: ReactNode;
}

/** A table in the page's own scroll, under a header that stays. */
export function Table({ label, isBusy = false, rowCount, head, children }: TableProps) {
  return (
    <div className={styles.frame}>
      <table
        className={styles.table}
        aria-label={label}
        aria-busy={isBusy || undefined}
        aria-rowcount={rowCount === undefined ? undefined : rowCount + 1}
      >
        <thead>
          <tr>{head}</tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

interface HeaderProps {
  readonly children: ReactNode;
  readonly className?: string | undefined;
  /** Of the column, such as `20%`. */
  readonly width?: string | undefined;
  readonly isNumber?: boolean;
  /** Key of the column in `sort`; without one it cannot be sorted. */
  readonly sortKey?: string;
  /** What the list is sorted by: a key, with `-` before it for downwards. */
  readonly sort?: string;
  readonly onSort?: (sort: string) => void;
}

export function Header(props: HeaderProps) {
  const { children, className, width, isNumber = false, sortKey, sort, onSort } = props;
  const look = classes(className, isNumber && styles.number);
  if (sortKey === undefined || onSort === undefined) {
    return (
      <th
        scope="col"
        className={look}
        style={width === undefined ? {} : ({ "--width-column": width } as CSSProperties)}
      >
        {children}
      </th>
    );
  }
  const isUp = sort === sortKey;
  const isDown = sort === `-${sortKey}`;
  return (
    <th scope="col" className={look} aria-sort={isUp ? "ascending" : isDown ? "descending" : "none"}>
      <button
        type="button"
        className={classes(styles.sort, (isUp || isDown) && styles.sorted)}
        onClick={() => onSort(isUp ? `-${sortKey}` : sortKey)}
      >
        {children}
        {isUp && <ArrowUpIcon aria-hidden />}
        {isDown && <ArrowDownIcon aria-hidden />}
      </button>
    </th>
  );
}
