import type { Static } from "@sinclair/typebox";
import type {
  ChangedComputePool as ChangedComputePoolSchema,
  ComputePool as ComputePoolSchema,
  NewComputePool as NewComputePoolSchema,
} from "../api/control-plane/compute-pools.ts";
import type {
  ChangedEnvironment as ChangedEnvironmentSchema,
  Environment as EnvironmentSchema,
  NewEnvironment as NewEnvironmentSchema,
} from "../api/control-plane/environments.ts";
import type { Region as RegionSchema } from "../api/control-plane/regions.ts";
import { type Client, pathOf } from "./client.ts";

export type Environment = Static<typeof EnvironmentSchema>;
export type Region = Static<typeof RegionSchema>;
export type ComputePool = Static<typeof ComputePoolSchema>;

export function listEnvironments(client: Client): AsyncGenerator<Environment, void> {
  return client.items("/org/v2/environments");
}

export function getEnvironment(client: Client, id: string): Promise<Environment> {
  return client.request({ path: `/org/v2/environments${pathOf(id)}` });
}

export function createEnvironment(
  client: Client,
  body: Static<typeof NewEnvironmentSchema>,
): Promise<Environment> {
  return client.request({ method: "POST", path: "/org/v2/environments", body });
}

export function updateEnvironment(
  client: Client,
  id: string,
  body: Static<typeof ChangedEnvironmentSchema>,
): Promise<Environment> {
  return client.request({ method: "PATCH", path: `/org/v2/environments${pathOf(id)}`, body });
}

export function deleteEnvironment(client: Client, id: string): Promise<void> {
  return client.request({ method: "DELETE", path: `/org/v2/environments${pathOf(id)}` });
}

export function listRegions(client: Client, cloud: string | undefined): AsyncGenerator<Region, void> {
  return client.items("/fcpm/v2/regions", { cloud });
}

export function listComputePools(
  client: Client,
  environment: string,
  region: string | undefined,
): AsyncGenerator<ComputePool, void> {
  return client.items("/fcpm/v2/compute-pools", { environment, "spec.region": region });
}

export function getComputePool(client: Client, environment: string, id: string): Promise<ComputePool> {
  return client.request({ path: `/fcpm/v2/compute-pools${pathOf(id)}`, query: { environment } });
}

export function createComputePool(
  client: Client,
  spec: Static<typeof NewComputePoolSchema>["spec"],
): Promise<ComputePool> {
  return client.request({ method: "POST", path: "/fcpm/v2/compute-pools", body: { spec } });
}

export function updateComputePool(
  client: Client,
  id: string,
  spec: Static<typeof ChangedComputePoolSchema>["spec"],
): Promise<ComputePool> {
  return client.request({ method: "PATCH", path: `/fcpm/v2/compute-pools${pathOf(id)}`, body: { spec } });
}

export function deleteComputePool(client: Client, environment: string, id: string): Promise<void> {
  return client.request({
    method: "DELETE",
    path: `/fcpm/v2/compute-pools${pathOf(id)}`,
    query: { environment },
  });
}
