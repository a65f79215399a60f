import { linkOptions } from "@tanstack/react-router";
import type { Crumb } from "../../shell/page.tsx";
import { useEnvironmentName, useEnvironmentPlace } from "../../shell/use-environment-place.ts";

/** Environments / default */
export function useWorkspaceCrumbs(): readonly Crumb[] {
  const { environmentId } = useEnvironmentPlace();
  const name = useEnvironmentName();
  return [
    { label: "Environments", link: linkOptions({ to: "/environments" }) },
    {
      label: name,
      link: linkOptions({
        to: "/environments/$environment/connections",
        params: { environment: environmentId },
      }),
    },
  ];
}
