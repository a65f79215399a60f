import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { ConnectionType } from "../../../../../src/client/connection-types.ts";
import type { ConnectionView } from "../../../../../src/client/connections.ts";
import { classes } from "../../../ui/classes.ts";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { Header, Table } from "../../../ui/table.tsx";
import { useMediaQuery } from "../../../ui/use-media-query.ts";
import { ConnectionRow } from "./connection-row.tsx";
import styles from "./connection-table.module.css";
import { sortKeys } from "./connections-search.ts";

type Sort = (typeof sortKeys)[number];

interface ConnectionTableProps {
  readonly connections: readonly ConnectionView[];
  readonly types: readonly ConnectionType[];
  readonly total: number | undefined;
  readonly sort: Sort;
  readonly onSort: (sort: Sort) => void;
  readonly isLoading: boolean;
  /** The rows are those of the filter before. */
  readonly isStale: boolean;
  readonly hasMore: boolean;
  readonly onMore: () => void;
  readonly mayManage: boolean;
}

/** Only the rows in view are drawn, however many there are; more are fetched as one comes to the end. */
export function ConnectionTable(props: ConnectionTableProps) {
  const { connections, types, total, sort, onSort, isLoading, isStale, hasMore, onMore, mayManage } = props;
  const isPhone = useMediaQuery("(max-width: 640px)");
  const frame = useRef<HTMLDivElement>(null);
  const [offset, setOffset] = useState(0);
  useLayoutEffect(() => setOffset(frame.current?.offsetTop ?? 0), []);
  const rows = useWindowVirtualizer({
    count: connections.length,
    estimateSize: () => (isPhone ? 58 : 40),
    overscan: 12,
    scrollMargin: offset,
    // The bar and the head of the table lie over the first rows in view.
    scrollPaddingStart: 84,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: other heights on a phone
  useEffect(() => rows.measure(), [isPhone]);
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? -1;
  useEffect(() => {
    if (hasMore && last >= connections.length - 20) onMore();
  }, [hasMore, last, connections.length, onMore]);
  const { active, onKeyDown } = useRovingRows(connections.length, frame, (index) =>
    rows.scrollToIndex(index),
  );

  const sorted = { sort, onSort: (key: string) => onSort(sortKeys.find((one) => one === key) ?? "name") };
  const above = (shown[0]?.start ?? offset) - offset;
  const below = rows.getTotalSize() - ((shown.at(-1)?.end ?? offset) - offset);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the links in it
    <div ref={frame} className={classes(isStale && styles.stale)} onKeyDown={onKeyDown}>
      <Table
        label="Connections"
        isBusy={isLoading || isStale}
        rowCount={total}
        head={
          <>
            <Header className={styles.name} sortKey="name" {...sorted}>
              Name
            </Header>
            <Header className={styles.type} sortKey="type" {...sorted}>
              Type
            </Header>
            <Header className={styles.endpointColumn}>Endpoint</Header>
            <Header className={styles.region}>Region</Header>
            <Header className={styles.status} sortKey="status" {...sorted}>
              Status
            </Header>
            <Header className={classes(styles.time, styles.used)} sortKey="last_used_at" {...sorted}>
              Last used
            </Header>
            <Header className={classes(styles.time, styles.rotated)} sortKey="rotated_at" {...sorted}>
              Last rotated
            </Header>
            <Header className={styles.menu}>
              <span className="only-heard">Actions</span>
            </Header>
          </>
        }
      >
        {isLoading && [70, 55, 62, 48, 66, 58].map((width) => <SkeletonRow key={width} width={width} />)}
        <Spacer height={above} />
        {shown.map(({ index }) => {
          const connection = connections[index];
          if (connection === undefined) return null;
          return (
            <ConnectionRow
              key={connection.uid}
              index={index}
              connection={connection}
              type={types.find(({ name }) => name.toUpperCase() === connection.type)}
              isActive={index === active}
              mayManage={mayManage}
            />
          );
        })}
        <Spacer height={below} />
      </Table>
    </div>
  );
}

/**
 * One row of the list is in the order of Tab, and the arrow keys move between rows: whoever comes by keyboard does not have to
 * walk through hundreds of links.
 */
function useRovingRows(
  rowCount: number,
  frame: React.RefObject<HTMLDivElement | null>,
  scrollTo: (index: number) => void,
) {
  const [active, setActive] = useState(0);
  const isMoved = useRef(false);
  useEffect(() => {
    if (!isMoved.current) return;
    isMoved.current = false;
    // A row that has just been scrolled to is drawn in the next frame.
    requestAnimationFrame(() =>
      frame.current?.querySelector<HTMLElement>(`[data-row="${active}"]`)?.focus({ preventScroll: true }),
    );
  }, [active, frame]);
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      Home: -rowCount,
      End: rowCount,
    };
    const step = steps[event.key];
    if (
      step === undefined ||
      !(event.target instanceof HTMLElement) ||
      event.target.closest("tbody") === null
    )
      return;
    event.preventDefault();
    const next = Math.max(0, Math.min(rowCount - 1, active + step));
    if (next === active) return;
    isMoved.current = true;
    setActive(next);
    scrollTo(next);
  };
  return { active: Math.min(active, rowCount - 1), onKeyDown };
}

function Spacer({ height }: { readonly height: number }) {
  if (height <= 0) return null;
  return (
    <tr className={styles.spacer} aria-hidden>
      {/* Without `colSpan`, which would bring back the columns that a narrow screen has not. */}
      <td style={{ height }} />
    </tr>
  );
}

function SkeletonRow({ width }: { readonly width: number }) {
  return (
    <tr className={styles.row}>
      <td className={styles.name}>
        <Skeleton width={`${width}%`} />
      </td>
      <td className={styles.type}>
        <Skeleton width="70%" />
      </td>
      <td className={styles.endpointColumn}>
        <Skeleton width={`${width}%`} />
      </td>
      <td className={styles.region}>
        <Skeleton width="80%" />
      </td>
      <td className={styles.status}>
        <Skeleton width="90px" />
      </td>
      <td className={classes(styles.time, styles.used)}>
        <Skeleton width="70%" />
      </td>
      <td className={classes(styles.time, styles.rotated)}>
        <Skeleton width="70%" />
      </td>
      <td className={styles.menu} />
    </tr>
  );
}
