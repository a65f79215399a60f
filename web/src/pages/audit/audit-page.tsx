import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import type { AuditEvent } from "../../../../src/client/audit-events.ts";
import { auditEventsQuery } from "../../api/queries/audit-events.ts";
import { useWhoami } from "../../api/queries/whoami.ts";
import { useClient } from "../../services.ts";
import { Page } from "../../shell/page.tsx";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { type Column, ListTable, TwoLines } from "../../ui/list-table.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { PrincipalName } from "../access/principal-name.tsx";
import { AuditFilters } from "./audit-filters.tsx";
import styles from "./audit-page.module.css";
import { type AuditSearch, auditFilter } from "./audit-search.ts";
import { EventDialog } from "./event-dialog.tsx";
import { ExportMenu } from "./export-menu.tsx";
import { OutcomePill } from "./outcome-pill.tsx";

const lead =
  "Every change, refusal, read and use of a key, newest first. Action shows one kind of them alone.";
const right = "audit:read";

/** Changes that people look for. Most of what is on screen are reads, and a filter that offered only those would not lead out of them. */
const soughtActions = [
  "connection.activate_version",
  "connection.call",
  "connection.create",
  "connection.delete",
  "connection.rotate",
  "statement.create",
  "use_token.create",
  "use_token.revoke",
] as const;

/** Who did what. Whoever may read it of some environments only sees those, one at a time. */
export function AuditPage() {
  const { rights, environments } = useWhoami();
  const mayReadAll = rights.includes(right);
  const readable = environments.filter((one) => one.rights.includes(right));
  if (mayReadAll || readable.length > 0) return <AuditLog environments={readable} mayReadAll={mayReadAll} />;
  return (
    <Page title="Audit log" crumbs={[]} lead={lead}>
      <EmptyState
        title="You may not read the audit log"
        lines={["It takes the role EnvironmentAdmin or OrganizationAdmin.", "Ask an administrator for one."]}
      />
    </Page>
  );
}

interface AuditLogProps {
  readonly environments: readonly { readonly id: string; readonly name: string }[];
  readonly mayReadAll: boolean;
}

function AuditLog({ environments, mayReadAll }: AuditLogProps) {
  const given = useSearch({ from: "/shell/audit" });
  const search = {
    ...given,
    environment: given.environment ?? (mayReadAll ? undefined : environments[0]?.id),
  };
  const { event: open, ...filtered } = search;
  const key = JSON.stringify(filtered);
  // A span is counted from the moment in which it was chosen: pages of one list must fit together.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `filtered` is made anew each time, `key` says what is in it
  const filter = useMemo(() => auditFilter(filtered, new Date()), [key]);
  const list = useInfiniteQuery(auditEventsQuery(useClient(), filter));
  const navigate = useNavigate();
  const change = (changed: AuditSearch) =>
    void navigate({ to: ".", search: { ...given, ...changed }, replace: true, resetScroll: false });
  const events = list.data?.pages.flatMap((page) => page.data);
  const shown = events?.find(({ id }) => id === open);
  const isFiltered = Object.keys(filter).length > (mayReadAll ? 0 : 1);
  return (
    <Page title="Audit log" crumbs={[]} lead={lead} actions={<ExportMenu filter={filter} />}>
      <AuditFilters
        search={search}
        environments={environments}
        mayReadAll={mayReadAll}
        actions={[...new Set([...soughtActions, ...(events ?? []).map(({ action }) => action)])].sort()}
        onChange={change}
      />
      <ListTable
        label="Audit events"
        columns={columns((event) => change({ event }))}
        items={events}
        idOf={({ id }) => id}
        error={list.error}
        onRetry={list.refetch}
        hasMore={list.hasNextPage}
        isLoadingMore={list.isFetchingNextPage}
        onMore={() => void list.fetchNextPage()}
        empty={
          <EmptyState
            title={isFiltered ? "No event found" : "No events here yet"}
            lines={[
              isFiltered
                ? "Action, who and thing are compared as a whole: nothing is exactly so in this time."
                : "What is done from now on stands here.",
            ]}
            actions={
              isFiltered && (
                <Button onClick={() => void navigate({ to: ".", search: {}, replace: true })}>
                  Clear filters
                </Button>
              )
            }
          />
        }
      />
      {shown !== undefined && <EventDialog event={shown} onClose={() => change({ event: undefined })} />}
    </Page>
  );
}

function columns(onOpen: (id: string) => void): readonly Column<AuditEvent>[] {
  return [
    {
      label: "When",
      width: "132px",
      room: "tablet",
      render: ({ at }) => <RelativeTime at={at} />,
    },
    {
      label: "Action",
      render: ({ id, at, action, count, principal }) => (
        <TwoLines
          below={
            <>
              <RelativeTime at={at} isShort />
              {principal !== null && ` by ${principal}`}
            </>
          }
        >
          <button type="button" className={styles.open} onClick={() => onOpen(id)}>
            {action}
          </button>
          {count > 1 && <span title={`${count} alike within a second`}> × {count}</span>}
        </TwoLines>
      ),
    },
    {
      label: "Outcome",
      width: "128px",
      render: ({ outcome, code }) => (
        <span title={code ?? undefined}>
          <OutcomePill outcome={outcome} />
        </span>
      ),
    },
    {
      label: "Thing",
      room: "tablet",
      render: ({ resource_kind, resource_name }) =>
        resource_name === null ? (
          <span className={styles.muted}>{resource_kind}</span>
        ) : (
          <span title={`${resource_kind} ${resource_name}`}>
            <code>{resource_name}</code>
          </span>
        ),
    },
    {
      label: "Who",
      room: "tablet",
      render: ({ principal, credential }) =>
        principal === null ? (
          <span className={styles.muted}>{credential ?? "Nobody known"}</span>
        ) : (
          <PrincipalName id={principal} />
        ),
    },
    { label: "From", width: "12%", room: "wide", render: ({ address }) => address },
  ];
}
