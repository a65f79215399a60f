import { useQuery } from "@tanstack/react-query";
import type { Place } from "../../../../../src/client/place.ts";
import { dependantsQuery } from "../../../api/queries/dependants.ts";
import { useClient } from "../../../services.ts";
import { ErrorState } from "../../../ui/error-state.tsx";
import { RelativeTime } from "../../../ui/relative-time.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { Header, Table } from "../../../ui/table.tsx";
import styles from "./connection-page.module.css";

interface DependantsTabProps {
  readonly place: Place;
  readonly name: string;
}

/** Definitions that name it, and who called through it. */
export function DependantsTab({ place, name }: DependantsTabProps) {
  const { data, error, refetch } = useQuery(dependantsQuery(useClient(), place, name));
  if (error !== null) return <ErrorState error={error} onRetry={refetch} />;
  if (data === undefined) return <Skeleton width="50%" />;
  return (
    <div className={styles.stack}>
      <section className={styles.section}>
        <h2>Definitions that name it</h2>
        {data.data.length === 0 ? (
          <p>None. A table, model, function, tool or agent that names it is listed here.</p>
        ) : (
          <Table
            label="Definitions"
            head={
              <>
                <Header>Object</Header>
                <Header className={styles.phoneHidden}>Named by</Header>
                <Header>Statement</Header>
                <Header className={styles.phoneHidden}>Since</Header>
              </>
            }
          >
            {data.data.map(({ object_kind, object_name, named_by, statement, created_at }) => (
              <tr key={`${statement} ${named_by}`}>
                <td title={object_name}>
                  <span className={styles.muted}>{object_kind.toLowerCase()}</span> {object_name}
                </td>
                <td className={styles.phoneHidden}>
                  <code>{named_by}</code>
                </td>
                <td>
                  <code>{statement}</code>
                </td>
                <td className={styles.phoneHidden}>
                  <RelativeTime at={created_at} />
                </td>
              </tr>
            ))}
          </Table>
        )}
        {data.metadata.next !== "" && (
          <p className={styles.more}>
            These are the first hundred; <code>keymoor connection dependants {name}</code> lists all.
          </p>
        )}
      </section>
      <section className={styles.section}>
        <h2>Callers of the last 30 days</h2>
        {data.callers.length === 0 ? (
          <p>Nobody called through it.</p>
        ) : (
          <Table
            label="Callers"
            head={
              <>
                <Header>Caller</Header>
                <Header className={styles.phoneHidden}>Use token</Header>
                <Header isNumber>Calls</Header>
                <Header>Last call</Header>
              </>
            }
          >
            {data.callers.map(({ principal, use_token, calls, last_used_at }) => (
              <tr key={`${principal} ${use_token}`}>
                <td>
                  <code>{principal}</code>
                </td>
                <td className={styles.phoneHidden}>{use_token !== null && <code>{use_token}</code>}</td>
                <td align="right">{calls.toLocaleString("en")}</td>
                <td>
                  <RelativeTime at={last_used_at} />
                </td>
              </tr>
            ))}
          </Table>
        )}
      </section>
    </div>
  );
}
