import { useQuery } from "@tanstack/react-query";
import type { ConnectionType } from "../../../../../src/client/connection-types.ts";
import { checksQuery } from "../../../api/queries/checks.ts";
import { connectionQuery } from "../../../api/queries/connections.ts";
import { useClient } from "../../../services.ts";
import { useEnvironmentPlace } from "../../../shell/use-environment-place.ts";
import { ButtonLink } from "../../../ui/button.tsx";
import { ErrorState } from "../../../ui/error-state.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { CheckSteps } from "../check-steps.tsx";
import { connectionLink, parseRegion } from "../connection-link.ts";
import { isAwaited } from "../is-awaited.ts";
import { ConnectionSnippets } from "../snippets/connection-snippets.tsx";
import { StatusSentence } from "../status.tsx";
import styles from "./new-connection-page.module.css";

const pollMs = 1000;

interface LaunchedStepProps {
  readonly type: ConnectionType;
  readonly name: string;
  readonly region: string;
}

/** The status as it arrives, and the same connection as text. */
export function LaunchedStep({ type, name, region }: LaunchedStepProps) {
  const client = useClient();
  const place = { ...useEnvironmentPlace(), ...parseRegion(region) };
  const { data, error, refetch } = useQuery({
    ...connectionQuery(client, place, name),
    refetchInterval: ({ state }) => (state.data !== undefined && isAwaited(state.data) ? pollMs : false),
  });
  const isChecked = data !== undefined && data.status.phase !== "PENDING";
  const { data: checks } = useQuery({
    ...checksQuery(client, place, name, data?.status.checked_at ?? null),
    enabled: isChecked,
  });
  const [last] = checks ?? [];
  if (error !== null) return <ErrorState error={error} onRetry={refetch} />;
  if (data === undefined) return <Skeleton width="300px" />;
  return (
    <div className={styles.launched}>
      <div>
        <h2>
          {data.name} is created in {data.cloud} {data.region}
        </h2>
      </div>
      <div aria-live="polite">
        {last === undefined ? (
          <div className={styles.status}>
            <StatusSentence status={data.status} />
            {isAwaited(data) ? "The service is being checked." : "It is checked when somebody asks."}
          </div>
        ) : (
          <CheckSteps check={last} />
        )}
      </div>
      <section className={styles.text}>
        <h2>The same as text</h2>
        <ConnectionSnippets connection={data} type={type} />
      </section>
      <div className={styles.actions}>
        <ButtonLink
          to="/environments/$environment/connections/new"
          params={{ environment: place.environmentId }}
        >
          Add another
        </ButtonLink>
        <ButtonLink variant="primary" {...connectionLink(place.environmentId, data)}>
          Open {data.name}
        </ButtonLink>
      </div>
    </div>
  );
}
