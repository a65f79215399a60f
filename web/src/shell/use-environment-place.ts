import { useParams } from "@tanstack/react-router";
import { useMemo } from "react";
import type { EnvironmentPlace } from "../../../src/client/place.ts";
import { useWhoami } from "../api/queries/whoami.ts";

/** Organization and environment of a page below `/environments/$environment`. */
export function useEnvironmentPlace(): EnvironmentPlace {
  const { environment: environmentId } = useParams({ from: "/shell/environments/$environment" });
  const organizationId = useWhoami().organization.id;
  return useMemo(() => ({ organizationId, environmentId }), [organizationId, environmentId]);
}

export function useEnvironmentName(): string {
  const { environment } = useParams({ from: "/shell/environments/$environment" });
  return useWhoami().environments.find(({ id }) => id === environment)?.name ?? environment;
}
