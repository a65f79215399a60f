import { Pencil1Icon } from "@radix-ui/react-icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { Place } from "../../../../src/client/place.ts";
import { recentStatementsQuery } from "../../api/queries/statements.ts";
import { useClient } from "../../services.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Header, Table } from "../../ui/table.tsx";
import styles from "./recent-tab.module.css";
import { StatementPhase } from "./statement-phase.tsx";

interface RecentTabProps {
  readonly place: Place;
  readonly onShow: (name: string) => void;
  readonly onOpen: (text: string) => void;
}

/** What one ran here, newest first; of every text what the server keeps of it. */
export function RecentTab({ place, onShow, onOpen }: RecentTabProps) {
  const list = useInfiniteQuery(recentStatementsQuery(useClient(), place));
  const { data, error, refetch, isPending } = list;
  if (error !== null && data === undefined) return <ErrorState error={error} onRetry={refetch} />;
  const statements = data?.pages.flatMap((page) => page.data) ?? [];
  if (data !== undefined && statements.length === 0) {
    return <p className={styles.none}>You ran no statement in this region yet.</p>;
  }
  return (
    <div className={styles.recent}>
      <Table
        label="Recent statements"
        isBusy={isPending}
        head={
          <>
            <Header>Statement</Header>
            <Header className={styles.phase}>Status</Header>
            <Header className={styles.time}>Run</Header>
            <Header className={styles.action}>
              <span className="only-heard">Actions</span>
            </Header>
          </>
        }
      >
        {isPending && (
          <tr>
            <td>
              <Skeleton width="60%" />
            </td>
            <td className={styles.phase} />
            <td className={styles.time} />
            <td className={styles.action} />
          </tr>
        )}
        {statements.map(({ name, spec, status, metadata }) => (
          <tr key={name}>
            <td>
              <button type="button" className={styles.text} onClick={() => onShow(name)}>
                <code>{spec.statement.replace(/\s+/g, " ")}</code>
              </button>
            </td>
            <td className={styles.phase}>
              <StatementPhase phase={status.phase} />
            </td>
            <td className={styles.time}>
              <RelativeTime at={metadata.created_at} isShort />
            </td>
            <td className={styles.action}>
              <IconButton label="Put in the editor" size="small" onClick={() => onOpen(spec.statement)}>
                <Pencil1Icon aria-hidden />
              </IconButton>
            </td>
          </tr>
        ))}
      </Table>
      {list.hasNextPage && (
        <Button isBusy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          Show more
        </Button>
      )}
    </div>
  );
}
