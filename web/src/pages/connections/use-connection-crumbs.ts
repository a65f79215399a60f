import { linkOptions } from "@tanstack/react-router";
import type { Crumb } from "../../shell/page.tsx";
import { useEnvironmentName, useEnvironmentPlace } from "../../shell/use-environment-place.ts";

/** Environments / default / Integrations */
export function useIntegrationsCrumbs(): readonly Crumb[] {
  const { environmentId } = useEnvironmentPlace();
  const name = useEnvironmentName();
  const link = linkOptions({
    to: "/environments/$environment/connections",
    params: { environment: environmentId },
  });
  return [
    { label: "Environments", link: linkOptions({ to: "/environments" }) },
    { label: name, link },
    { label: "Integrations" },
  ];
}

/** ... / Connections */
export function useConnectionCrumbs(): readonly Crumb[] {
  const { environmentId } = useEnvironmentPlace();
  const link = linkOptions({
    to: "/environments/$environment/connections",
    params: { environment: environmentId },
  });
  return [...useIntegrationsCrumbs(), { label: "Connections", link }];
}
