import type { Caller } from "../access/caller.ts";
import { KeymoorError } from "../errors.ts";
import type { EnvironmentRecord } from "../storage/records.ts";
import { canReadSomething } from "./find-environment.ts";
import type { Services } from "./services.ts";

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

/** The environments in which a caller may see connections or call through them, in order of id. */
export async function readableEnvironments(
  services: Services,
  caller: Caller,
): Promise<readonly EnvironmentRecord[]> {
  const environments = await services.store.read.environments();
  return environments.filter((environment) => canReadSomething(caller, environment));
}
