import { LightningBoltIcon, Pencil1Icon, TrashIcon } from "@radix-ui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { ClientError } from "../../../../../src/client/client-error.ts";
import type { ConnectionType } from "../../../../../src/client/connection-types.ts";
import type { ConnectionDescription } from "../../../../../src/client/connections.ts";
import type { Place } from "../../../../../src/client/place.ts";
import { connectionTypesQuery } from "../../../api/queries/connection-types.ts";
import { connectionQuery } from "../../../api/queries/connections.ts";
import { useClient } from "../../../services.ts";
import { useRights } from "../../../session/use-rights.ts";
import { Page } from "../../../shell/page.tsx";
import { useEnvironmentPlace } from "../../../shell/use-environment-place.ts";
import { Button, ButtonLink } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { ErrorState } from "../../../ui/error-state.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { Tabs } from "../../../ui/tabs.tsx";
import { editLink, parseRegion } from "../connection-link.ts";
import { DeleteDialog } from "../delete-dialog.tsx";
import { isAwaited } from "../is-awaited.ts";
import { ServiceMark } from "../service-mark.tsx";
import { StatusSentence } from "../status.tsx";
import { useCheckNow } from "../use-check-now.ts";
import { useConnectionCrumbs } from "../use-connection-crumbs.ts";
import { AuditTab } from "./audit-tab.tsx";
import type { ConnectionTab } from "./connection-search.ts";
import { CredentialTab } from "./credential-tab.tsx";
import { DependantsTab } from "./dependants-tab.tsx";
import { OverviewTab } from "./overview-tab.tsx";
import { UseTab } from "./use-tab.tsx";

const tabs = [
  { value: "overview", label: "Overview" },
  { value: "use", label: "How to use it" },
  { value: "dependants", label: "What uses it" },
  { value: "credential", label: "Credential" },
  { value: "audit", label: "Audit trail" },
] as const;

/** Everything of one connection that may be shown. */
export function ConnectionPage() {
  const { region, name } = useParams({ from: "/shell/environments/$environment/connections/$region/$name" });
  const place = { ...useEnvironmentPlace(), ...parseRegion(region) };
  const client = useClient();
  const { data, error, refetch } = useQuery({
    ...connectionQuery(client, place, name),
    refetchInterval: ({ state }) => (state.data !== undefined && isAwaited(state.data) ? 3000 : false),
  });
  const { data: types } = useQuery(connectionTypesQuery(client));
  const crumbs = useConnectionCrumbs();
  const type = types?.find((one) => one.name.toUpperCase() === data?.type);
  if (data !== undefined && type !== undefined) {
    return <Loaded connection={data} type={type} place={place} error={error} onRetry={refetch} />;
  }
  return (
    <Page title={name} crumbs={crumbs}>
      {error === null && <Skeleton width="40%" />}
      {isNotFound(error) ? (
        <EmptyState
          title="There is no such connection"
          lines={[error?.message, "It may have been deleted, or stands in another region."]}
          actions={
            <ButtonLink
              to="/environments/$environment/connections"
              params={{ environment: place.environmentId }}
            >
              See all connections
            </ButtonLink>
          }
        />
      ) : (
        error !== null && <ErrorState error={error} onRetry={refetch} />
      )}
    </Page>
  );
}

interface LoadedProps {
  readonly connection: ConnectionDescription;
  readonly type: ConnectionType;
  readonly place: Place;
  /** Of a later load: what was there stays. */
  readonly error: Error | null;
  readonly onRetry: () => void;
}

function Loaded({ connection, type, place, error, onRetry }: LoadedProps) {
  const { name } = connection;
  const { tab = "overview" } = useSearch({
    from: "/shell/environments/$environment/connections/$region/$name",
  });
  const navigate = useNavigate();
  const mayManage = useRights(place.environmentId).includes("connection:manage");
  const check = useCheckNow(place, name);
  const [isDeleting, setIsDeleting] = useState(false);
  const list = {
    to: "/environments/$environment/connections",
    params: { environment: place.environmentId },
  } as const;
  const open = (value: ConnectionTab) =>
    void navigate({
      to: ".",
      search: value === "overview" ? {} : { tab: value },
      replace: true,
      resetScroll: false,
    });
  return (
    <Page
      title={name}
      crumbs={useConnectionCrumbs()}
      mark={<ServiceMark type={type} size="large" />}
      lead={<StatusSentence status={connection.status} />}
      actions={
        <>
          {mayManage && (
            <>
              <Button variant="danger" icon={<TrashIcon aria-hidden />} onClick={() => setIsDeleting(true)}>
                Delete
              </Button>
              <ButtonLink icon={<Pencil1Icon aria-hidden />} {...editLink(place.environmentId, connection)}>
                Rotate credential
              </ButtonLink>
            </>
          )}
          <Button
            variant="primary"
            icon={<LightningBoltIcon aria-hidden />}
            isBusy={check.isPending}
            onClick={() => check.mutate()}
          >
            Check now
          </Button>
        </>
      }
    >
      {error !== null && <ErrorState error={error} onRetry={onRetry} />}
      <Tabs label={`About ${name}`} value={tab} tabs={tabs} onChange={open}>
        {tab === "overview" && <OverviewTab connection={connection} type={type} place={place} />}
        {tab === "use" && <UseTab connection={connection} type={type} />}
        {tab === "dependants" && <DependantsTab place={place} name={name} />}
        {tab === "credential" && (
          <CredentialTab place={place} name={name} type={type} mayManage={mayManage} />
        )}
        {tab === "audit" && <AuditTab place={place} name={name} />}
      </Tabs>
      {isDeleting && (
        <DeleteDialog
          place={place}
          name={name}
          onClose={() => setIsDeleting(false)}
          onDeleted={() => void navigate(list)}
        />
      )}
    </Page>
  );
}

function isNotFound(error: Error | null): boolean {
  return error instanceof ClientError && error.details.code === "connection_not_found";
}
