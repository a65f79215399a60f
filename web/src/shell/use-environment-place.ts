import { useParams } from "@tanstack/react-router";
import type { EnvironmentPlace } from "../../../src/client/place.ts";
import { useWhoami } from "../api/queries/whoami.ts";

/** Organization and environment of a page below `/environments/$environment`. */
export function useEnvironmentPlace(): EnvironmentPlace & { readonly environmentName: string } {
  const { environment } = useParams({ from: "/shell/environments/$environment" });
  const { organization, environments } = useWhoami();
  const name = environments.find(({ id }) => id === environment)?.name ?? environment;
  return { organizationId: organization.id, environmentId: environment, environmentName: name };
}
