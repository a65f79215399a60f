import type { Static } from "@sinclair/typebox";
import type { ComputePool as ComputePoolSchema } from "../api/control-plane/compute-pools.ts";
import type { Environment as EnvironmentSchema } from "../api/control-plane/environments.ts";
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
