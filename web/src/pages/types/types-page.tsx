import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { connectionTypesQuery } from "../../api/queries/connection-types.ts";
import { matches } from "../../format/matches.ts";
import { useClient } from "../../services.ts";
import { Page } from "../../shell/page.tsx";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { SearchField } from "../../ui/search-field.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { ServiceMark } from "../connections/service-mark.tsx";
import { typeGroups } from "../connections/type-groups.ts";
import styles from "./types-page.module.css";

/** Every type of service that a connection can lead to. */
export function TypesPage() {
  const { data, error, refetch } = useQuery(connectionTypesQuery(useClient()));
  const { search } = useSearch({ from: "/shell/types" });
  const navigate = useNavigate();
  const change = (text: string) =>
    void navigate({ to: ".", search: { search: text || undefined }, replace: true, resetScroll: false });
  const found = data?.filter(({ name, label, summary }) => matches(search, name, label, summary));
  return (
    <Page
      title="Connection types"
      crumbs={[]}
      lead="What a connection can lead to, and how each service is authenticated."
    >
      <div className={styles.page}>
        <SearchField label="Search types" value={search ?? ""} onChange={change} />
        {error !== null && <ErrorState error={error} onRetry={refetch} />}
        {data === undefined && error === null && <Skeleton width="40%" />}
        {found?.length === 0 && (
          <EmptyState
            title="No type is called like that"
            lines={["A service with an HTTP API of its own is reached by the type for REST APIs."]}
            actions={<Button onClick={() => change("")}>Clear search</Button>}
          />
        )}
        {typeGroups.map(({ group, label }) => {
          const some = found?.filter((type) => type.group === group) ?? [];
          if (some.length === 0) return null;
          return (
            <section key={group} aria-label={label}>
              <h2 className={styles.group}>{label}</h2>
              <ul className={styles.types}>
                {some.map((type) => (
                  <li key={type.name} className={styles.type}>
                    <ServiceMark type={type} size="large" />
                    <div className={styles.about}>
                      <Link to="/types/$type" params={{ type: type.name }} className={styles.name}>
                        {type.label}
                      </Link>
                      <p className={styles.summary}>{type.summary}</p>
                      <p className={styles.ways}>
                        <code>{type.name}</code>
                        <span>{type.auth_methods.map((method) => method.label).join(" · ")}</span>
                      </p>
                    </div>
                  </li>
                ))}
              </ul>
            </section>
          );
        })}
      </div>
    </Page>
  );
}
