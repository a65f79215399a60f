import type { Caller } from "../access/caller.ts";
import type { RegionRecord } from "../storage/records.ts";
import type { Page } from "../storage/store.ts";
import { countedRead } from "./counted-read.ts";
import { type PageRequest, pageWithin } from "./page-within.ts";
import { reachableRegions } from "./reachable-regions.ts";
import { refuseUseToken } from "./refuse-use-token.ts";
import type { Origin, Services } from "./services.ts";

export interface ListRegions extends PageRequest {
  /** In any case. */
  readonly cloud: string | undefined;
  readonly region: string | undefined;
}

/** Regions of the server, its default first; that of a Flink key alone. They are no secret, so any key may see them. */
export function listRegions(
  services: Services,
  caller: Caller,
  origin: Origin,
  input: () => ListRegions,
): Promise<Page<RegionRecord>> {
  return countedRead(services, caller, origin, "region.list", async () => {
    refuseUseToken(caller);
    const { cloud, region, ...page } = input();
    const regions = (await reachableRegions(services, caller)).filter(
      (known) =>
        (cloud === undefined || known.cloud === cloud.toLowerCase()) &&
        (region === undefined || known.region === region),
    );
    // Positions are numbers, and keys of pages are compared as text.
    return pageWithin(regions, ({ position }) => String(position).padStart(9, "0"), page);
  });
}
