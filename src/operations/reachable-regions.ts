import type { Caller } from "../access/caller.ts";
import type { RegionRecord } from "../storage/records.ts";
import type { Services } from "./services.ts";

/** Regions in their order; that of a Flink key or use token alone. */
export async function reachableRegions(services: Services, caller: Caller): Promise<readonly RegionRecord[]> {
  const regions = await services.access.regions();
  const { place } = caller;
  if (place === undefined) return regions;
  return regions.filter(({ cloud, region }) => cloud === place.cloud && region === place.region);
}
