import type { ResolvedAddress } from "../address-policy.ts";
import { CheckFailure, forbiddenDetail } from "./check-failure.ts";
import type { Place } from "./place.ts";
import type { Probes } from "./probe.ts";

/** A cluster may have dozens, and each may take several steps' time to fail. */
const maxHosts = 3;

/**
 * One host after the other until one says something of the credential. All of them are looked up and judged before the first
 * is dialled, so that a list with one forbidden host reaches nobody.
 */
export async function tryHosts<T>(
  probes: Probes,
  hosts: readonly Place[],
  attempt: (place: Place, addresses: readonly ResolvedAddress[]) => Promise<T>,
): Promise<T> {
  const found: { place: Place; addresses: readonly ResolvedAddress[] }[] = [];
  let failure: CheckFailure | undefined;
  for (const place of hosts.slice(0, maxHosts)) {
    try {
      found.push({ place, addresses: await probes.lookup(place) });
    } catch (error) {
      if (!(error instanceof CheckFailure) || error.message === forbiddenDetail) throw error;
      failure ??= error;
    }
  }
  for (const { place, addresses } of found) {
    try {
      return await attempt(place, addresses);
    } catch (error) {
      // Asking the next one as well would count as a second wrong password.
      if (!(error instanceof CheckFailure) || error.outcome === "refused") throw error;
      failure ??= error;
    }
  }
  throw failure ?? new CheckFailure("unreachable", "The endpoint names no host");
}
