import type { Caller } from "../access/caller.ts";
import type { EnvironmentRecord } from "../storage/records.ts";
import type { Page } from "../storage/store.ts";
import { countedRead } from "./counted-read.ts";
import { type PageRequest, pageWithin } from "./page-within.ts";
import { readableEnvironment, readableEnvironments } from "./readable-environment.ts";
import { refuseUseToken } from "./refuse-use-token.ts";
import type { Origin, Services } from "./services.ts";

/** Those the caller has a role in, in order of id. */
export function listEnvironments(
  services: Services,
  caller: Caller,
  origin: Origin,
  page: () => PageRequest,
): Promise<Page<EnvironmentRecord>> {
  return countedRead(services, caller, origin, "environment.list", async () => {
    refuseUseToken(caller);
    return pageWithin(await readableEnvironments(services, caller), ({ id }) => id, page());
  });
}

export function describeEnvironment(
  services: Services,
  caller: Caller,
  origin: Origin,
  id: string,
): Promise<EnvironmentRecord> {
  return countedRead(services, caller, origin, "environment.describe", async () => {
    refuseUseToken(caller);
    return await readableEnvironment(services, caller, id);
  });
}
