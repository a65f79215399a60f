import { useQuery } from "@tanstack/react-query";
import type { ConnectionType } from "../../../../../src/client/connection-types.ts";
import type { ConnectionDescription } from "../../../../../src/client/connections.ts";
import type { Place } from "../../../../../src/client/place.ts";
import { checksQuery } from "../../../api/queries/checks.ts";
import { useClient } from "../../../services.ts";
import { CopyButton } from "../../../ui/copy-button.tsx";
import { DefinitionList } from "../../../ui/definition-list.tsx";
import { ErrorState } from "../../../ui/error-state.tsx";
import { RelativeTime } from "../../../ui/relative-time.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { CheckSteps } from "../check-steps.tsx";
import styles from "./connection-page.module.css";
import { UsageChart } from "./usage-chart.tsx";

interface OverviewTabProps {
  readonly connection: ConnectionDescription;
  readonly type: ConnectionType;
  readonly place: Place;
}

export function OverviewTab({ connection, type, place }: OverviewTabProps) {
  const { endpoint, options, identity, usage, verification, credential_version } = connection;
  const method = type.auth_methods.find(({ name }) => name === connection.authentication);
  const labelOf = (key: string) =>
    [...type.options, ...(method?.fields ?? [])].find((field) => field.key === key)?.label ?? key;
  return (
    <div className={styles.columns}>
      <div className={styles.column}>
        <section className={styles.section}>
          <h2>Details</h2>
          <DefinitionList
            rows={[
              { label: "Service", value: type.label },
              {
                label: "Endpoint",
                value: (
                  <span className={styles.endpoint}>
                    <code>{endpoint}</code>
                    <CopyButton text={endpoint} what="endpoint" />
                  </span>
                ),
              },
              { label: "Authentication", value: method?.label ?? connection.authentication },
              ...Object.entries(options).map(([key, value]) => ({ label: labelOf(key), value })),
              ...Object.entries(identity ?? {}).map(([key, value]) => ({ label: labelOf(key), value })),
              {
                label: "Credential",
                value: (
                  <>
                    Version {credential_version}, since <RelativeTime at={connection.rotated_at} />
                  </>
                ),
              },
              { label: "Region", value: `${connection.cloud} ${connection.region}` },
              { label: "Comment", value: connection.comment },
              { label: "Managed by", value: connection.managed_by },
              { label: "Created", value: <By at={connection.created_at} who={connection.created_by} /> },
              { label: "Changed", value: <By at={connection.updated_at} who={connection.updated_by} /> },
              { label: "ID", value: <code>{connection.uid}</code> },
            ]}
          />
        </section>
      </div>
      <div className={styles.column}>
        <section className={styles.section}>
          <h2>Last check</h2>
          <LastCheck place={place} name={connection.name} checkedAt={connection.status.checked_at} />
          <p className={styles.more}>
            <NextCheck phase={connection.status.phase} verification={verification} />
          </p>
        </section>
        <section className={styles.section}>
          <h2>Use</h2>
          <UsageChart usage={usage} />
        </section>
      </div>
    </div>
  );
}

interface NextCheckProps extends Pick<ConnectionDescription, "verification"> {
  readonly phase: string;
}

function NextCheck({ phase, verification: { enabled, next_check_at } }: NextCheckProps) {
  if (next_check_at === null) {
    // A refused credential is not shown again. Else checks are switched off, of this connection or of the server.
    return enabled && phase === "INVALID_AUTH"
      ? "No check is planned until the credential changes."
      : "It is checked when somebody asks.";
  }
  // The schedule takes a moment to come to it.
  if (new Date(next_check_at) <= new Date()) return "A check is due now.";
  return (
    <>
      Checked next <RelativeTime at={next_check_at} />.
    </>
  );
}

function By({ at, who }: { readonly at: string; readonly who: string }) {
  return (
    <>
      <RelativeTime at={at} /> by <code>{who}</code>
    </>
  );
}

interface LastCheckProps {
  readonly place: Place;
  readonly name: string;
  readonly checkedAt: string | null;
}

function LastCheck({ place, name, checkedAt }: LastCheckProps) {
  const { data, error, refetch } = useQuery(checksQuery(useClient(), place, name, checkedAt));
  if (error !== null) return <ErrorState error={error} onRetry={refetch} />;
  if (data === undefined) return <Skeleton width="70%" />;
  const [last] = data;
  if (last === undefined) return <p className={styles.muted}>It has not been checked yet.</p>;
  return <CheckSteps check={last} />;
}
