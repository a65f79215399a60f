import type { Caller } from "../access/caller.ts";
import { KeymoorError } from "../errors.ts";
import type { RegionKey, RegionRecord } from "../storage/records.ts";
import type { Services } from "./services.ts";
import type { Target } from "./target.ts";

/**
 * The region of a request (design 3): the key's, else the header's, else the one whose endpoint has the request's Host, else
 * the first. A contradiction with a key is a bad key.
 */
export async function resolveRegion(services: Services, caller: Caller, target: Target): Promise<RegionKey> {
  const regions = await services.access.regions();
  const named = target.regionHeader === undefined ? undefined : regionOfHeader(regions, target.regionHeader);
  const hosted = regions.find(
    (region) => region.endpoint !== null && hostOf(region.endpoint) === target.host?.toLowerCase(),
  );
  const bound = caller.place;
  if (bound !== undefined) {
    for (const other of [named, hosted]) {
      if (other !== undefined && (other.cloud !== bound.cloud || other.region !== bound.region)) {
        throw new KeymoorError("user_unauthenticated", "invalid API key: it belongs to another region.");
      }
    }
    return { cloud: bound.cloud, region: bound.region };
  }
  const region = named ?? hosted ?? regions[0];
  if (region === undefined) throw new Error("a server always has a region");
  return { cloud: region.cloud, region: region.region };
}

function regionOfHeader(regions: readonly RegionRecord[], header: string): RegionRecord {
  const wanted = header.toLowerCase();
  const found = regions.find((region) => `${region.cloud}.${region.region}`.toLowerCase() === wanted);
  if (found !== undefined) return found;
  const known = regions.map((region) => `${region.cloud}.${region.region}`).join(", ");
  throw new KeymoorError("invalid_request", "The header Keymoor-Region names no region of this server.", {
    hint: `It has ${known}.`,
  });
}

function hostOf(endpoint: string): string {
  return new URL(endpoint).host;
}
