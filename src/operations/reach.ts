import type { Caller } from "../access/caller.ts";
import { KeymoorError } from "../errors.ts";
import type { EnvironmentRecord, RegionRecord } from "../storage/records.ts";
import type { Page } from "../storage/store.ts";
import { canReadSomething } from "./find-environment.ts";
import type { Services } from "./services.ts";

/** The environments in which a caller may see connections or call through them, in order of id. */
export async function readableEnvironments(
  services: Services,
  caller: Caller,
): Promise<readonly EnvironmentRecord[]> {
  const environments = await services.store.read.environments();
  return environments.filter((environment) => canReadSomething(caller, environment));
}

/** Regions in their order; that of a Flink key or use token alone. */
export async function reachableRegions(services: Services, caller: Caller): Promise<readonly RegionRecord[]> {
  const regions = await services.access.regions();
  const { place } = caller;
  if (place === undefined) return regions;
  return regions.filter(({ cloud, region }) => cloud === place.cloud && region === place.region);
}

/** What a GET of the control plane says of an environment: unknown and not readable are one answer (design 6). */
export async function readableEnvironment(
  services: Services,
  caller: Caller,
  id: string,
): Promise<EnvironmentRecord> {
  const environment = await services.access.environment(id);
  if (environment !== undefined && canReadSomething(caller, environment)) return environment;
  throw new KeymoorError(
    "environment_not_found",
    "This environment does not exist, or you have no role in it.",
  );
}

/** The control plane is for people and what manages connections; a program that calls through some has no use for it. */
export function refuseUseToken(caller: Caller): void {
  if (caller.via !== "use_token") return;
  throw new KeymoorError("user_unauthorized", "A use token can only call through its connections.", {
    hint: "Use an API key for this.",
  });
}

export interface PageRequest {
  readonly after: string | undefined;
  readonly limit: number;
}

/** A page of what was read whole, because there is little of it. `items` stand in the order of their keys. */
export function pageWithin<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  { after, limit }: PageRequest,
): Page<Item> {
  const rest = after === undefined ? items : items.filter((item) => keyOf(item) > after);
  const shown = rest.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown,
    next: rest.length > limit && last !== undefined ? keyOf(last) : undefined,
    totalSize: items.length,
  };
}
