import type { Caller } from "../access/caller.ts";
import { KeymoorError } from "../errors.ts";
import type { EnvironmentRecord, RegionKey } from "../storage/records.ts";
import { canReadSomething } from "./find-environment.ts";
import type { Services } from "./services.ts";

/** An environment that a body names. Clients show why a creation was refused only for other statuses than 404 (contract/terraform.md 6). */
export async function namedEnvironment(
  services: Services,
  caller: Caller,
  id: string,
  pointer: string,
): Promise<EnvironmentRecord> {
  const environment = await services.access.environment(id);
  if (environment !== undefined && canReadSomething(caller, environment)) return environment;
  throw new KeymoorError("user_unauthorized", "This environment does not exist, or you have no role in it.", {
    pointer,
  });
}

/** A region that a body names; clouds compare without case (contract/cli.md 3.2). */
export async function namedRegion(
  services: Services,
  { cloud, region }: RegionKey,
  pointer: string,
): Promise<RegionKey> {
  const regions = await services.access.regions();
  const found = regions.find((known) => known.cloud === cloud.toLowerCase() && known.region === region);
  if (found !== undefined) return { cloud: found.cloud, region: found.region };
  throw new KeymoorError("invalid_request", "This server has no such region.", {
    hint: `It has ${regions.map((known) => `${known.cloud}.${known.region}`).join(", ")}.`,
    pointer,
  });
}
