import { PlusIcon } from "@radix-ui/react-icons";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import { connectionTypesQuery } from "../../../api/queries/connection-types.ts";
import { connectionsQuery } from "../../../api/queries/connections.ts";
import { count } from "../../../format/count.ts";
import { useClient } from "../../../services.ts";
import { useRights } from "../../../session/use-rights.ts";
import { Page } from "../../../shell/page.tsx";
import { useEnvironmentPlace } from "../../../shell/use-environment-place.ts";
import { Button, ButtonLink } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { ErrorState } from "../../../ui/error-state.tsx";
import { Kbd } from "../../../ui/kbd.tsx";
import { useLast } from "../../../ui/use-last.ts";
import { useShortcut } from "../../../ui/use-shortcut.ts";
import { useIntegrationsCrumbs } from "../use-connection-crumbs.ts";
import { ConnectionFilters } from "./connection-filters.tsx";
import { ConnectionTable } from "./connection-table.tsx";
import { type ConnectionsSearch, queryOf } from "./connections-search.ts";
import { isBeingChecked } from "./is-being-checked.ts";
import { NoConnections } from "./no-connections.tsx";

/** Integrations > Connections */
export function ConnectionsPage() {
  const search = useSearch({ from: "/shell/environments/$environment/connections" });
  const place = useEnvironmentPlace();
  const crumbs = useIntegrationsCrumbs();
  const client = useClient();
  const mayManage = useRights(place.environmentId).includes("connection:manage");
  const navigate = useNavigate({ from: "/environments/$environment/connections" });
  const types = useQuery(connectionTypesQuery(client));
  const list = useInfiniteQuery({
    ...connectionsQuery(client, place, queryOf(search)),
    // The rows stay while another filter or order is on its way.
    placeholderData: (before) => before,
    // What was made a moment ago is being checked.
    refetchInterval: ({ state }) =>
      state.data?.pages[0]?.data.some((one) => isBeingChecked(one, new Date())) === true ? 4000 : false,
  });
  const change = useCallback(
    (changed: ConnectionsSearch) =>
      navigate({ search: (before) => ({ ...before, ...changed }), replace: true, resetScroll: false }),
    [navigate],
  );
  const add = {
    to: "/environments/$environment/connections/new",
    params: { environment: place.environmentId },
  } as const;
  useShortcut("c", () => {
    if (mayManage) void navigate(add);
  });
  const shown = useLast(list.data);
  const connections = shown?.pages.flatMap((page) => page.data) ?? [];
  const total = shown?.pages[0]?.metadata.total_size;
  const isFiltered = [search.search, search.type, search.status, search.region].some(Boolean);
  const isEmpty = list.isSuccess && connections.length === 0;
  return (
    <Page
      title="Connections"
      crumbs={crumbs}
      lead={total === undefined || (isEmpty && !isFiltered) ? undefined : count(total, "connection")}
      actions={
        mayManage && (
          <ButtonLink variant="primary" icon={<PlusIcon aria-hidden />} {...add}>
            Add connection
          </ButtonLink>
        )
      }
    >
      {isEmpty && !isFiltered ? (
        <NoConnections type={types.data?.[0]} mayManage={mayManage} />
      ) : (
        <>
          <ConnectionFilters search={search} types={types.data ?? []} onChange={change} />
          {list.error !== null && <ErrorState error={list.error} onRetry={list.refetch} />}
          {isEmpty ? (
            <EmptyState
              title="No connection is like that"
              lines={["The search looks into names and endpoints."]}
              actions={
                <Button
                  onClick={() =>
                    change({ search: undefined, type: undefined, status: undefined, region: undefined })
                  }
                >
                  Clear search and filters
                </Button>
              }
            />
          ) : (
            (list.isPending || connections.length > 0) && (
              <ConnectionTable
                connections={connections}
                types={types.data ?? []}
                total={total}
                sort={search.sort ?? "name"}
                onSort={(sort) => change({ sort: sort === "name" ? undefined : sort })}
                isLoading={list.isPending}
                isStale={list.isPlaceholderData || list.isError}
                hasMore={list.hasNextPage}
                onMore={() => {
                  if (!list.isFetchingNextPage) void list.fetchNextPage();
                }}
                mayManage={mayManage}
              />
            )
          )}
        </>
      )}
      <p className="only-heard">
        Press <Kbd>/</Kbd> to search, c to add a connection, and the arrow keys to move in the list.
      </p>
    </Page>
  );
}
