import type { RegionKey } from "../storage/records.ts";
import type { Services } from "./services.ts";

interface PlacedRegion extends RegionKey {
  readonly endpoint: string | null;
}

/** Origin under which clients reach a region: from configuration, never from the Host header (design 3). */
export function regionEndpoint(services: Services, region: PlacedRegion): string {
  return ownEndpoint(services, region) ?? services.settings.publicUrl;
}

/** What tells the region from others: the endpoint that it was given, else where its own listener is reached. */
export function ownEndpoint({ settings }: Services, region: PlacedRegion): string | undefined {
  return region.endpoint?.replace(/\/+$/, "") ?? settings.regionListener(region)?.origin;
}

/** Whether a request's Host is that of an origin; clients may write the port that its scheme implies. */
export function isHostOf(origin: string, host: string): boolean {
  const { host: own, protocol, port } = new URL(origin);
  const wanted = host.toLowerCase();
  return wanted === own || (port === "" && wanted === `${own}:${protocol === "https:" ? 443 : 80}`);
}
