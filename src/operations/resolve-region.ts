import type { Caller } from "../access/caller.ts";
import { KeymoorError } from "../errors.ts";
import type { RegionKey, RegionRecord } from "../storage/records.ts";
import { isHostOf, ownEndpoint, regionEndpoint } from "./region-endpoint.ts";
import type { Services } from "./services.ts";
import type { Target } from "./target.ts";

/**
 * The region of a request (design 3): the key's, else the header's, else the one that it was sent to, else the first. A
 * contradiction with a key is a bad key.
 */
export async function resolveRegion(services: Services, caller: Caller, target: Target): Promise<RegionKey> {
  const regions = await services.access.regions();
  const named = target.regionHeader === undefined ? undefined : regionOfHeader(regions, target.regionHeader);
  const meant = meantByOrigin(services, regions, target);
  const bound = caller.place;
  if (bound !== undefined) {
    const isBound = ({ cloud, region }: RegionKey) => cloud === bound.cloud && region === bound.region;
    if ((named !== undefined && !isBound(named)) || (meant.length > 0 && !meant.some(isBound))) {
      throw new KeymoorError("user_unauthenticated", "invalid API key: it belongs to another region.");
    }
    return { cloud: bound.cloud, region: bound.region };
  }
  const region = named ?? meant[0] ?? sharingOrigin(services, regions, target) ?? regions[0];
  if (region === undefined) throw new Error("a server always has a region");
  return { cloud: region.cloud, region: region.region };
}

/**
 * Regions that the request can only have meant, by an origin of their own: the Host, or where no region has that Host, the
 * listener that it came through. Several only where the seed gives them one endpoint.
 */
function meantByOrigin(
  services: Services,
  regions: readonly RegionRecord[],
  { host, port }: Target,
): readonly RegionRecord[] {
  const hosted = regions.filter((region) => {
    const endpoint = ownEndpoint(services, region);
    return host !== undefined && endpoint !== undefined && isHostOf(endpoint, host);
  });
  if (hosted.length > 0) return hosted;
  return regions.filter(
    (region) => port !== undefined && services.settings.regionListener(region)?.port === port,
  );
}

/** The server's own origin belongs to the regions that have none: it says which is meant, and contradicts no key. */
function sharingOrigin(
  services: Services,
  regions: readonly RegionRecord[],
  { host }: Target,
): RegionRecord | undefined {
  if (host === undefined || !isHostOf(services.settings.publicUrl, host)) return undefined;
  return regions.find((region) => regionEndpoint(services, region) === services.settings.publicUrl);
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
