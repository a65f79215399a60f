import type { Caller } from "../access/caller.ts";
import { KeymoorError } from "../errors.ts";
import type { ComputePoolRecord, EnvironmentRecord } from "../storage/records.ts";
import type { Page } from "../storage/store.ts";
import { countedRead } from "./counted-read.ts";
import { type PageRequest, pageWithin } from "./page-within.ts";
import { reachableRegions } from "./reachable-regions.ts";
import { readableEnvironment } from "./readable-environment.ts";
import { refuseUseToken } from "./refuse-use-token.ts";
import type { Origin, Services } from "./services.ts";

export interface ComputePool {
  readonly environment: EnvironmentRecord;
  readonly pool: ComputePoolRecord;
}

export interface ListComputePools extends PageRequest {
  readonly environmentId: string;
  readonly region: string | undefined;
}

/** Those of one environment, in order of id; for a Flink key, of its region. */
export function listComputePools(
  services: Services,
  caller: Caller,
  origin: Origin,
  input: () => ListComputePools,
): Promise<Page<ComputePool>> {
  return countedRead(services, caller, origin, "compute_pool.list", async () => {
    refuseUseToken(caller);
    const { environmentId, region, ...page } = input();
    const pools = await poolsOf(services, caller, environmentId);
    const wanted = pools.filter(({ pool }) => region === undefined || pool.region === region);
    return pageWithin(wanted, ({ pool }) => pool.id, page);
  });
}

export function describeComputePool(
  services: Services,
  caller: Caller,
  origin: Origin,
  input: () => { readonly environmentId: string; readonly id: string },
): Promise<ComputePool> {
  return countedRead(services, caller, origin, "compute_pool.describe", async () => {
    refuseUseToken(caller);
    const { environmentId, id } = input();
    const found = (await poolsOf(services, caller, environmentId)).find(({ pool }) => pool.id === id);
    if (found !== undefined) return found;
    throw new KeymoorError("compute_pool_not_found", "This compute pool does not exist in this environment.");
  });
}

async function poolsOf(
  services: Services,
  caller: Caller,
  environmentId: string,
): Promise<readonly ComputePool[]> {
  const environment = await readableEnvironment(services, caller, environmentId);
  const regions = await reachableRegions(services, caller);
  const pools = await services.store.read.computePools(environment.id);
  return pools
    .filter((pool) => regions.some(({ cloud, region }) => cloud === pool.cloud && region === pool.region))
    .map((pool) => ({ environment, pool }));
}
