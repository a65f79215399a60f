import { useInfiniteQuery } from "@tanstack/react-query";
import type { Place } from "../../../../../src/client/place.ts";
import { auditEventsQuery } from "../../../api/queries/audit-events.ts";
import { useClient } from "../../../services.ts";
import { useRights } from "../../../session/use-rights.ts";
import { Button } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { ErrorState } from "../../../ui/error-state.tsx";
import { Pill, type Tone } from "../../../ui/pill.tsx";
import { RelativeTime } from "../../../ui/relative-time.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { Header, Table } from "../../../ui/table.tsx";
import styles from "./connection-page.module.css";

interface AuditTabProps {
  readonly place: Place;
  readonly name: string;
}

/** Who did what to it, newest first. */
export function AuditTab({ place, name }: AuditTabProps) {
  const mayRead = useRights(place.environmentId).includes("audit:read");
  const list = useInfiniteQuery({
    ...auditEventsQuery(useClient(), { environment: place.environmentId, resource_name: name }),
    enabled: mayRead,
  });
  if (!mayRead) {
    return (
      <EmptyState
        title="You may not read the audit trail"
        lines={["It takes the role EnvironmentAdmin or OrganizationAdmin."]}
      />
    );
  }
  if (list.error !== null) return <ErrorState error={list.error} onRetry={list.refetch} />;
  if (list.data === undefined) return <Skeleton width="50%" />;
  // Its namesake in another region is another connection.
  const events = list.data.pages
    .flatMap((page) => page.data)
    .filter(({ region }) => region === null || region === place.region);
  return (
    <section className={styles.section}>
      <h2>What happened to it</h2>
      <Table
        label="Audit events"
        head={
          <>
            <Header>When</Header>
            <Header>What</Header>
            <Header>Outcome</Header>
            <Header className={styles.phoneHidden}>Who</Header>
            <Header className={styles.phoneHidden}>From</Header>
          </>
        }
      >
        {events.map(({ id, at, action, outcome, code, principal, address, count }) => (
          <tr key={id}>
            <td>
              <RelativeTime at={at} />
            </td>
            <td title={action}>
              <code>{action}</code>
              {count > 1 && ` × ${count}`}
            </td>
            <td title={code ?? undefined}>
              <Pill tone={tones[outcome] ?? "idle"}>{outcome}</Pill>
            </td>
            <td className={styles.phoneHidden}>
              <code>{principal}</code>
            </td>
            <td className={styles.phoneHidden}>{address}</td>
          </tr>
        ))}
      </Table>
      {list.hasNextPage && (
        <div className={styles.more}>
          <Button isBusy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
    </section>
  );
}

const tones: Readonly<Record<string, Tone>> = { done: "good", refused: "warn", failed: "bad" };
