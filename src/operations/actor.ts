import type { Place } from "../storage/records.ts";
import type { Act } from "./act.ts";
import { auditEvent } from "./audit-event.ts";
import { serverPrincipal } from "./server-principal.ts";
import type { Services } from "./services.ts";

/** Who does a thing that a person may ask for and the server does by itself as well. */
export type Actor = Pick<Act, "services" | "event">;

/** The server itself, in the place of one connection. `action` as in an operation's name. */
export async function serverActor(services: Services, action: string, place: Place): Promise<Actor> {
  const environment = await services.access.environment(place.environmentId);
  return {
    services,
    event: (resource, outcome = "done", code) =>
      auditEvent(services, nowhere, {
        action,
        outcome,
        code: code ?? null,
        principal: serverPrincipal,
        address: null,
        requestId: null,
        organizationId: environment?.organizationId ?? null,
        environmentId: place.environmentId,
        cloud: place.cloud,
        region: place.region,
        resourceKind: resource?.kind ?? null,
        resourceName: resource?.name ?? null,
      }),
  };
}

const nowhere = { address: "", requestId: "" };
