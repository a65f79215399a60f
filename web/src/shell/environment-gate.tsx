import { Outlet, useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { useWhoami } from "../api/queries/whoami.ts";
import { ButtonLink } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { rememberEnvironment } from "./last-environment.ts";
import { Page } from "./page.tsx";

/** Lets into an environment those who have a role there. Whether there is one at all is told to nobody else. */
export function EnvironmentGate() {
  const { environment } = useParams({ from: "/shell/environments/$environment" });
  const { environments } = useWhoami();
  const isKnown = environments.some(({ id }) => id === environment);
  useEffect(() => {
    if (isKnown) rememberEnvironment(environment);
  }, [environment, isKnown]);
  if (isKnown) return <Outlet />;
  return (
    <Page title="No access" crumbs={[{ label: "Environments", link: { to: "/environments" } }]}>
      <EmptyState
        title="You have no role in this environment"
        lines={["It may also not exist: only those who have a role in an environment are told."]}
        actions={<ButtonLink to="/environments">See your environments</ButtonLink>}
      />
    </Page>
  );
}
