import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { computePoolsQuery } from "../../api/queries/compute-pools.ts";
import { useWhoami } from "../../api/queries/whoami.ts";
import { useClient } from "../../services.ts";
import { Page } from "../../shell/page.tsx";
import { useCurrentEnvironment } from "../../shell/use-current-environment.ts";
import { ChoiceFilter } from "../../ui/choice-filter.tsx";
import { CodeBlock } from "../../ui/code-block.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { DefinitionList } from "../../ui/definition-list.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import type { ToolPlace } from "./tool-place.ts";
import { toolSections } from "./tool-sections.ts";
import styles from "./tools-page.module.css";
import { type ToolsSearch, tools } from "./tools-search.ts";

const lead =
  "The same connections from the command line, Terraform and programs, with this server's values filled in.";

/** Lines to paste for the tools that people have. */
export function ToolsPage() {
  const search = useSearch({ from: "/shell/tools" });
  const { environments, regions } = useWhoami();
  const current = useCurrentEnvironment();
  const environment = environments.find(({ id }) => id === search.environment) ?? current;
  const region = regions.find((one) => regionKey(one) === search.region) ?? regions[0];
  if (environment !== undefined && region !== undefined) {
    return <Tools environment={environment} region={region} search={search} />;
  }
  return (
    <Page title="Use your tools" crumbs={[]} lead={lead}>
      <EmptyState
        title="You have no role in any environment"
        lines={["Tools work in an environment.", "Ask an administrator for a role in one."]}
      />
    </Page>
  );
}

type Region = ReturnType<typeof useWhoami>["regions"][number];

interface ToolsProps {
  readonly environment: { readonly id: string; readonly name: string };
  readonly region: Region;
  readonly search: ToolsSearch;
}

function Tools({ environment, region, search }: ToolsProps) {
  const { principal, organization, environments, regions, server } = useWhoami();
  const { data: pools } = useQuery(computePoolsQuery(useClient(), environment.id));
  const navigate = useNavigate();
  const change = (changed: ToolsSearch) =>
    void navigate({ to: ".", search: { ...search, ...changed }, replace: true, resetScroll: false });
  const pool = pools?.find(({ spec }) => spec.region === region.region) ?? pools?.[0];
  const place: ToolPlace = {
    url: server.public_url,
    regionUrl: region.endpoint,
    organizationId: organization.id,
    environmentId: environment.id,
    computePoolId: pool?.id,
    cloud: region.cloud.toLowerCase(),
    region: region.region,
    principalId: principal.id,
    email: principal.email ?? undefined,
  };
  const { tool = "keymoor" } = search;
  return (
    <Page title="Use your tools" crumbs={[]} lead={lead} isNarrow>
      {(environments.length > 1 || regions.length > 1) && (
        <div className={styles.bar}>
          <ChoiceFilter
            label="Environment"
            value={environment.id}
            options={environments.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={(id) => change({ environment: id })}
          />
          <ChoiceFilter
            label="Region"
            value={regionKey(region)}
            options={regions.map((one) => ({ value: regionKey(one), label: `${one.cloud} ${one.region}` }))}
            onChange={(key) => change({ region: key })}
          />
        </div>
      )}
      <Tabs label="Tools" value={tool} tabs={tools} onChange={(value) => change({ tool: value })}>
        <div className={styles.sections}>
          <p className={styles.key}>
            It takes a key or a token of your own:{" "}
            {tool === "programs" ? (
              <Link to="/access/use-tokens" search={{ environment: environment.id }}>
                create a use token
              </Link>
            ) : (
              <Link to="/access/api-keys">create an API key</Link>
            )}
            . Its secret is shown once, so that it stands in none of these lines.
          </p>
          {toolSections(tool, place).map(({ title, text, what, code }) => (
            <section key={title} aria-label={title}>
              <h2>{title}</h2>
              <p>{text}</p>
              <CodeBlock code={code} what={what} />
            </section>
          ))}
          <section aria-label="Values">
            <h2>Values</h2>
            <DefinitionList
              rows={[
                ["Server", place.url],
                ["Endpoint of the region", place.regionUrl],
                ["Organization", place.organizationId],
                ["Environment", place.environmentId],
                ["Region", `${place.cloud} ${place.region}`],
                ["Compute pool", place.computePoolId],
                ["Principal", place.principalId],
              ].map(([label = "", value]) => ({
                label,
                value: value && (
                  <span className={styles.value}>
                    <code>{value}</code>
                    <CopyButton text={value} what={label.toLowerCase()} />
                  </span>
                ),
              }))}
            />
          </section>
        </div>
      </Tabs>
    </Page>
  );
}

function regionKey({ cloud, region }: Region): string {
  return `${cloud.toLowerCase()}.${region}`;
}
