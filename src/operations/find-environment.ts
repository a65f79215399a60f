import { type Caller, callerHolds } from "../access/caller.ts";
import { KeymoorError } from "../errors.ts";
import type { EnvironmentRecord } from "../storage/records.ts";
import type { Services } from "./services.ts";
import type { Target } from "./target.ts";

/** Unknown, of another organization and not readable are one answer, so that nothing tells which (design 6). */
export async function findEnvironment(
  services: Services,
  caller: Caller,
  target: Target,
): Promise<EnvironmentRecord> {
  const id = target.environmentId ?? caller.place?.environmentId;
  if (id === undefined) {
    throw new KeymoorError(
      "invalid_request",
      "This path takes its environment from the credential, and a Cloud API key names none.",
      {
        hint: "Show a use token or a Flink API key, or use the path with organization and environment.",
      },
    );
  }
  if (caller.place !== undefined && caller.place.environmentId !== id) {
    throw new KeymoorError("user_unauthenticated", "invalid API key: it belongs to another environment.");
  }
  const environment = await services.access.environment(id);
  const organizationId = target.organizationId ?? environment?.organizationId;
  if (
    environment === undefined ||
    environment.organizationId !== organizationId ||
    !canReadSomething(caller, environment)
  ) {
    throw new KeymoorError(
      "user_unauthorized",
      "This organization or environment does not exist, or you have no role in it.",
    );
  }
  return environment;
}

export function canReadSomething(caller: Caller, environment: EnvironmentRecord): boolean {
  const scope = { organizationId: environment.organizationId, environmentId: environment.id };
  return callerHolds(caller, "connection:read", scope) || callerHolds(caller, "connection:call", scope);
}
