import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ConnectionType } from "../../../../../src/client/connection-types.ts";
import type { Place } from "../../../../../src/client/place.ts";
import { activateVersion, type CredentialVersions } from "../../../../../src/client/versions.ts";
import { connectionKey, connectionListsKey } from "../../../api/queries/connections.ts";
import { versionsQuery } from "../../../api/queries/versions.ts";
import { useClient, useServices } from "../../../services.ts";
import { Button, ButtonLink } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { ErrorState } from "../../../ui/error-state.tsx";
import { Pill } from "../../../ui/pill.tsx";
import { RelativeTime } from "../../../ui/relative-time.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { Header, Table } from "../../../ui/table.tsx";
import { useToasts } from "../../../ui/toast.tsx";
import { editLink } from "../connection-link.ts";
import styles from "./connection-page.module.css";

type Version = CredentialVersions["data"][number];

interface CredentialTabProps {
  readonly place: Place;
  readonly name: string;
  readonly type: ConnectionType;
  readonly mayManage: boolean;
}

/** The versions that are still sealed, and the way back to one. */
export function CredentialTab({ place, name, type, mayManage }: CredentialTabProps) {
  const { data, error, refetch } = useQuery(versionsQuery(useClient(), place, name));
  const [chosen, setChosen] = useState<Version>();
  if (error !== null) return <ErrorState error={error} onRetry={refetch} />;
  if (data === undefined) return <Skeleton width="50%" />;
  return (
    <section className={styles.section}>
      <h2>Versions</h2>
      <p>
        Each rotation makes a version; calls use the current one from the next call on. The last ones stay
        sealed, so that you can go back. None can be read.
      </p>
      <Table
        label="Versions of the credential"
        head={
          <>
            <Header>Version</Header>
            <Header className={styles.phoneHidden}>Authentication</Header>
            <Header>Made</Header>
            <Header className={styles.phoneHidden}>By</Header>
            <Header>
              <span className="only-heard">Actions</span>
            </Header>
          </>
        }
      >
        {data.data.map((version) => (
          <tr key={version.version}>
            <td>
              {version.version} {version.is_current && <Pill tone="good">Current</Pill>}
            </td>
            <td className={styles.phoneHidden}>
              {type.auth_methods.find((method) => method.name === version.authentication)?.label ??
                version.authentication}
            </td>
            <td>
              <RelativeTime at={version.created_at} />
            </td>
            <td className={styles.phoneHidden}>
              <code>{version.created_by}</code>
            </td>
            <td align="right">
              {mayManage && !version.is_current && (
                <Button size="small" onClick={() => setChosen(version)}>
                  Go back to version {version.version}
                </Button>
              )}
            </td>
          </tr>
        ))}
      </Table>
      {mayManage && (
        <div className={styles.more}>
          <ButtonLink {...editLink(place.environmentId, { name, ...place })}>Rotate credential</ButtonLink>
        </div>
      )}
      {chosen !== undefined && (
        <GoBackDialog
          place={place}
          name={name}
          current={data.current}
          version={chosen.version}
          onClose={() => setChosen(undefined)}
        />
      )}
    </section>
  );
}

interface GoBackDialogProps {
  readonly place: Place;
  readonly name: string;
  readonly current: number;
  readonly version: number;
  readonly onClose: () => void;
}

function GoBackDialog({ place, name, current, version, onClose }: GoBackDialogProps) {
  const { client, queries } = useServices();
  const { say } = useToasts();
  const change = useMutation({
    mutationFn: () => activateVersion(client, place, name, version),
    onSuccess: () => {
      say(`${name} uses version ${version} of its credential`);
      void queries.invalidateQueries({ queryKey: connectionKey(place, name) });
      void queries.invalidateQueries({ queryKey: connectionListsKey });
      onClose();
    },
  });
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`Go back to version ${version}`}
      description={`Calls use it from the next one on, in place of version ${current}, which stays sealed.`}
      onSubmit={() => {
        if (!change.isPending) change.mutate();
      }}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" isBusy={change.isPending}>
            Go back to version {version}
          </Button>
        </>
      }
    >
      {change.error === null ? (
        <p className={styles.muted}>The service is checked with it at once.</p>
      ) : (
        <ErrorState error={change.error} />
      )}
    </Dialog>
  );
}
