import { PlusIcon } from "@radix-ui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { linkOptions, useParams } from "@tanstack/react-router";
import { useState } from "react";
import type { ConnectionType } from "../../../../src/client/connection-types.ts";
import { connectionTypesQuery } from "../../api/queries/connection-types.ts";
import { useWhoami } from "../../api/queries/whoami.ts";
import { useClient } from "../../services.ts";
import { useRights } from "../../session/use-rights.ts";
import { Page } from "../../shell/page.tsx";
import { useCurrentEnvironment } from "../../shell/use-current-environment.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { DefinitionList } from "../../ui/definition-list.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { ServiceMark } from "../connections/service-mark.tsx";
import { Snippets } from "../connections/snippets/snippets.tsx";
import { FieldTable } from "./field-table.tsx";
import { callText, verifyText } from "./type-facts.ts";
import styles from "./type-page.module.css";

const crumbs = [{ label: "Connection types", link: linkOptions({ to: "/types" }) }];

/** One type: its options, its ways to authenticate, and an example. */
export function TypePage() {
  const { type: name } = useParams({ from: "/shell/types/$type" });
  const { data, error, refetch } = useQuery(connectionTypesQuery(useClient()));
  const type = data?.find((one) => one.name === name);
  if (type !== undefined) return <Loaded type={type} />;
  return (
    <Page title={name} crumbs={crumbs}>
      {error !== null && <ErrorState error={error} onRetry={refetch} />}
      {data === undefined && error === null && <Skeleton width="40%" />}
      {data !== undefined && (
        <EmptyState
          title="There is no such connection type"
          lines={["This server does not know it."]}
          actions={<ButtonLink to="/types">See all types</ButtonLink>}
        />
      )}
    </Page>
  );
}

function Loaded({ type }: { readonly type: ConnectionType }) {
  const environment = useCurrentEnvironment();
  const mayManage = useRights(environment?.id ?? "").includes("connection:manage");
  return (
    <Page
      title={type.label}
      crumbs={crumbs}
      mark={<ServiceMark type={type} size="large" />}
      lead={type.summary}
      isNarrow
      actions={
        mayManage &&
        environment !== undefined && (
          <ButtonLink
            variant="primary"
            icon={<PlusIcon aria-hidden />}
            to="/environments/$environment/connections/new"
            params={{ environment: environment.id }}
            search={{ type: type.name }}
          >
            Add connection
          </ButtonLink>
        )
      }
    >
      <div className={styles.page}>
        <DefinitionList
          rows={[
            { label: "In SQL", value: <code>'type' = '{type.name}'</code> },
            { label: "Endpoint", value: <code>{type.endpoint.example}</code> },
            { label: "Begins with", value: type.endpoint.schemes.join(", ") },
            { label: "Calls", value: callText(type) },
            { label: "Check", value: verifyText(type) },
            {
              label: "Terraform",
              value: type.terraform
                ? "Confluent's provider makes it as confluent_flink_connection."
                : "By SQL, in confluent_flink_statement: Confluent's provider does not know the type.",
            },
            {
              label: "Source",
              value: (
                <a href={type.source} target="_blank" rel="noreferrer">
                  {type.source}
                </a>
              ),
            },
          ]}
        />
        {type.options.length > 0 && (
          <section>
            <h2>Options</h2>
            <FieldTable label="Options" fields={type.options} />
          </section>
        )}
        <section>
          <h2>Ways to authenticate</h2>
          {type.auth_methods.map((method) => (
            <div key={method.name} className={styles.method}>
              <h3>{method.label}</h3>
              {method.may_be_empty && <p>All of them may be empty: then nothing is sent.</p>}
              <FieldTable label={method.label} fields={method.fields} />
            </div>
          ))}
        </section>
        <Example type={type} />
      </div>
    </Page>
  );
}

function Example({ type }: { readonly type: ConnectionType }) {
  const { organization, regions, server } = useWhoami();
  const environment = useCurrentEnvironment();
  const [chosen, setChosen] = useState(type.auth_methods[0]?.name ?? "");
  const method = type.auth_methods.find(({ name }) => name === chosen);
  const [region] = regions;
  if (method === undefined || region === undefined) return null;
  return (
    <section>
      <h2>Example</h2>
      {type.auth_methods.length > 1 && (
        <div className={styles.choose}>
          <Segmented
            label="Way to authenticate"
            isLabelHidden
            value={chosen}
            options={type.auth_methods.map(({ name, label }) => ({ value: name, label }))}
            onChange={setChosen}
          />
        </div>
      )}
      <Snippets
        input={{
          type,
          method,
          name: "my_connection",
          endpoint: type.endpoint.example,
          options: {},
          organizationId: organization.id,
          environmentId: environment?.id ?? "env-...",
          cloud: region.cloud,
          region: region.region,
          url: region.endpoint || server.public_url,
        }}
      />
    </section>
  );
}
