import { regionEndpoint } from "../operations/region-endpoint.ts";
import { regionKey } from "../operations/seed-plan.ts";
import type { Services } from "../operations/services.ts";
import type { RegionRecord } from "../storage/records.ts";

/** Clients that send no region reach the first one of an origin, which who set up several should know. */
export function sharedOriginWarning(
  services: Services,
  regions: readonly RegionRecord[],
): string | undefined {
  const byOrigin = new Map<string, string[]>();
  for (const region of regions) {
    const origin = regionEndpoint(services, region);
    byOrigin.set(origin, [...(byOrigin.get(origin) ?? []), regionKey(region)]);
  }
  const shared = [...byOrigin]
    .filter(([, sharing]) => sharing.length > 1)
    .map(([origin, [first, ...others]]) => `${first} before ${others.join(", ")} at ${origin}`);
  if (shared.length === 0) return undefined;
  return (
    `Regions share an origin, where a request that names no region acts in the first of them: ${shared.join("; ")}. ` +
    'To tell them apart, give each its own "endpoint" (an origin such as http://localhost:8091) or "listen" (host:port) under "regions" in the seed file.'
  );
}
