import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { environmentsQuery } from "../../api/queries/environments.ts";
import { useClient } from "../../services.ts";
import { Page } from "../../shell/page.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Header, Table } from "../../ui/table.tsx";

/** The environments in which one has a role. */
export function EnvironmentsPage() {
  const { data, error, refetch, isPending } = useQuery(environmentsQuery(useClient()));
  return (
    <Page title="Environments" crumbs={[]}>
      {error !== null && <ErrorState error={error} onRetry={refetch} />}
      {data?.length === 0 && (
        <EmptyState
          title="You have no role in any environment"
          lines={["Connections belong to environments.", "Ask an administrator for a role in one."]}
        />
      )}
      {(isPending || (data !== undefined && data.length > 0)) && (
        <Table
          label="Environments"
          isBusy={isPending}
          head={
            <>
              <Header>Name</Header>
              <Header>ID</Header>
              <Header>Created</Header>
            </>
          }
        >
          {isPending && (
            <tr>
              <td>
                <Skeleton width="120px" />
              </td>
              <td>
                <Skeleton width="90px" />
              </td>
              <td>
                <Skeleton width="90px" />
              </td>
            </tr>
          )}
          {data?.map(({ id, display_name, metadata }) => (
            <tr key={id}>
              <td>
                <Link to="/environments/$environment/connections" params={{ environment: id }}>
                  {display_name}
                </Link>
              </td>
              <td>
                <code>{id}</code>
              </td>
              <td>
                <RelativeTime at={metadata.created_at ?? null} otherwise="" />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Page>
  );
}
