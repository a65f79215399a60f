import { Pencil1Icon } from "@radix-ui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Place } from "../../../../src/client/place.ts";
import { statementQuery } from "../../api/queries/statements.ts";
import { useClient } from "../../services.ts";
import { Button } from "../../ui/button.tsx";
import { CodeBlock } from "../../ui/code-block.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { DefinitionList } from "../../ui/definition-list.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { StatementPhase } from "./statement-phase.tsx";
import styles from "./statement-tab.module.css";
import { regionKey } from "./use-workspace-place.ts";

interface StatementTabProps {
  readonly place: Place;
  /** undefined: none was run. */
  readonly name: string | undefined;
  readonly onOpen: (text: string) => void;
}

/** What the server keeps of a statement. */
export function StatementTab({ place, name, onOpen }: StatementTabProps) {
  const client = useClient();
  const { data, error, refetch } = useQuery({
    ...statementQuery(client, place, name ?? ""),
    enabled: name !== undefined,
  });
  if (name === undefined)
    return <p className={styles.none}>No statement was run. What you run stands here.</p>;
  if (error !== null) return <ErrorState error={error} onRetry={refetch} />;
  if (data === undefined) return <Skeleton width="40%" />;
  const { spec, status, metadata } = data;
  const connections = status.traits?.connection_refs ?? [];
  return (
    <div className={styles.statement}>
      <CodeBlock code={spec.statement} what="SQL" />
      <Button size="small" icon={<Pencil1Icon aria-hidden />} onClick={() => onOpen(spec.statement)}>
        Put in the editor
      </Button>
      <DefinitionList
        rows={[
          {
            label: "Name",
            value: (
              <span className={styles.name}>
                <code>{data.name}</code>
                <CopyButton text={data.name} what="name of the statement" />
              </span>
            ),
          },
          { label: "Status", value: <StatementPhase phase={status.phase} /> },
          { label: "Detail", value: status.detail },
          { label: "Kind", value: status.traits && <code>{status.traits.sql_kind}</code> },
          {
            label: "Connections",
            value: connections.length > 0 && (
              <span className={styles.connections}>
                {connections.map((connection) => (
                  <Link
                    key={connection}
                    to="/environments/$environment/connections/$region/$name"
                    params={{ environment: place.environmentId, region: regionKey(place), name: connection }}
                  >
                    {connection}
                  </Link>
                ))}
              </span>
            ),
          },
          { label: "Region", value: `${place.cloud} ${place.region}` },
          { label: "Run by", value: <code>{spec.principal}</code> },
          { label: "Run at", value: <RelativeTime at={metadata.created_at} /> },
        ]}
      />
    </div>
  );
}
