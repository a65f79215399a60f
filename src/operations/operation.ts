import { type Caller, callerHolds } from "../access/caller.ts";
import { type Right, rolesWith } from "../access/rights.ts";
import { isName } from "../connections/connection-name.ts";
import { asKeymoorError, KeymoorError } from "../errors.ts";
import type { AuditEvent, EnvironmentRecord, Place } from "../storage/records.ts";
import type { Step } from "../storage/store.ts";
import { resolveRegion } from "./resolve-region.ts";
import type { Origin, Services } from "./services.ts";

/** One thing that a caller can do in an environment and region. Every surface ends in one of these. */
export interface Operation<Input, Output> {
  /** Name in the audit trail, e.g. `connection.create`. */
  readonly name: string;
  readonly right: Right;
  /**
   * `change`: writes its own audit event in its transaction. `read`: success is counted in the audit trail by the second.
   * `call`: writes its own notes.
   */
  readonly kind: "change" | "read" | "call";
  /** What the input is about, for the audit trail of refusals and reads. */
  readonly about: (input: Input) => Resource | undefined;
  readonly run: (act: Act, input: Input) => Promise<Output>;
}

export interface Resource {
  readonly kind: "connection" | "statement" | "use_token" | "audit_events";
  readonly name: string;
}

/** Everything an operation knows about the one who acts, and where. */
export interface Act {
  readonly services: Services;
  readonly caller: Caller;
  readonly origin: Origin;
  readonly environment: EnvironmentRecord;
  readonly place: Place;
  /** ISO time that all records of this act share. */
  readonly at: string;
  readonly event: (
    resource: Resource | undefined,
    outcome?: AuditEvent["outcome"],
    code?: string,
  ) => AuditEvent;
  /** The step that audits a change in its own transaction. */
  readonly audit: (resource: Resource, outcome?: AuditEvent["outcome"], code?: string) => Step;
  /** Another operation by the same caller in the same place; its own right is checked. */
  readonly permit: <Input, Output>(operation: Operation<Input, Output>) => Permitted<Input, Output>;
  /** The same act with the rights of another caller. */
  readonly as: (caller: Caller) => Act;
}

/** Where a request says that it wants to act. */
export interface Target {
  /** Both from the path; undefined where the credential decides (`/c/{name}`). */
  readonly organizationId: string | undefined;
  readonly environmentId: string | undefined;
  /** `Keymoor-Region` header, e.g. `aws.eu-west-1`. */
  readonly regionHeader: string | undefined;
  /** Host header with its port. */
  readonly host: string | undefined;
}

/** An operation whose right was checked. `run` takes a function, so that what it parses is judged after the right. */
export interface Permitted<Input, Output> {
  readonly act: Act;
  readonly run: (input: () => Input) => Promise<Output>;
}

/** Judges organization, environment, region and right, in this order (design 6), before anything of a body is read. */
export async function permit<Input, Output>(
  services: Services,
  operation: Operation<Input, Output>,
  caller: Caller,
  origin: Origin,
  target: Target,
): Promise<Permitted<Input, Output>> {
  let act: Act;
  try {
    const environment = await findEnvironment(services, caller, target);
    const region = await resolveRegion(services, caller, target);
    act = createAct(services, operation.name, caller, origin, environment, {
      environmentId: environment.id,
      ...region,
    });
  } catch (error) {
    await noteRefusal(services, operation.name, caller, origin, error);
    throw error;
  }
  return allowed(operation, act);
}

function allowed<Input, Output>(operation: Operation<Input, Output>, act: Act): Permitted<Input, Output> {
  const { caller, environment, services } = act;
  const scope = { organizationId: environment.organizationId, environmentId: environment.id };
  if (!callerHolds(caller, operation.right, scope)) {
    const refusal = lacksRight(caller, operation);
    services.store.note({ note: "counted_event", event: act.event(undefined, "refused", refusal.code) });
    throw refusal;
  }
  return {
    act,
    run: async (input) => {
      let resource: Resource | undefined;
      try {
        const given = input();
        resource = operation.about(given);
        const output = await operation.run(act, given);
        if (operation.kind === "read")
          services.store.note({ note: "counted_event", event: act.event(resource) });
        return output;
      } catch (error) {
        const known = asKeymoorError(error);
        const outcome = known.status < 500 ? "refused" : "failed";
        services.store.note({ note: "counted_event", event: act.event(resource, outcome, known.code) });
        throw error;
      }
    },
  };
}

function createAct(
  services: Services,
  action: string,
  caller: Caller,
  origin: Origin,
  environment: EnvironmentRecord,
  place: Place,
): Act {
  const at = services.now().toISOString();
  const event: Act["event"] = (resource, outcome = "done", code) => ({
    id: crypto.randomUUID(),
    at,
    action,
    outcome,
    code: code ?? null,
    principal: caller.principal,
    credential: caller.credential,
    address: origin.address,
    requestId: origin.requestId,
    organizationId: environment.organizationId,
    environmentId: place.environmentId,
    cloud: place.cloud,
    region: place.region,
    resourceKind: resource?.kind ?? null,
    // What is no name may be anything, a misplaced secret too, and is not kept.
    resourceName: resource !== undefined && isName(resource.name) ? resource.name : null,
    count: 1,
  });
  return {
    services,
    caller,
    origin,
    environment,
    place,
    at,
    event,
    audit: (resource, outcome, code) => ({ do: "append_audit", event: event(resource, outcome, code) }),
    permit: (operation) =>
      allowed(operation, createAct(services, operation.name, caller, origin, environment, place)),
    as: (other) => createAct(services, action, other, origin, environment, place),
  };
}

/** Unknown, of another organization and not readable are one answer, so that nothing tells which (design 6). */
async function findEnvironment(
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

function canReadSomething(caller: Caller, environment: EnvironmentRecord): boolean {
  const scope = { organizationId: environment.organizationId, environmentId: environment.id };
  return callerHolds(caller, "connection:read", scope) || callerHolds(caller, "connection:call", scope);
}

function lacksRight(caller: Caller, operation: Operation<never, unknown>): KeymoorError {
  if (caller.via === "use_token") {
    return new KeymoorError("user_unauthorized", "A use token can only call through its connections.", {
      hint: "Use an API key for this.",
    });
  }
  const roles = rolesWith(operation.right).join(", ");
  return new KeymoorError(
    "user_unauthorized",
    `"${operation.name}" is not allowed for you in this environment.`,
    {
      hint: `It takes one of the roles ${roles}.`,
    },
  );
}

async function noteRefusal(
  services: Services,
  action: string,
  caller: Caller,
  origin: Origin,
  error: unknown,
): Promise<void> {
  const organizationId = await services.access.organizationId();
  services.store.note({
    note: "counted_event",
    event: {
      id: crypto.randomUUID(),
      at: services.now().toISOString(),
      action,
      outcome: "refused",
      code: asKeymoorError(error).code,
      principal: caller.principal,
      credential: caller.credential,
      address: origin.address,
      requestId: origin.requestId,
      organizationId,
      // Ids of a path that was not recognised are a stranger's text and are not kept.
      environmentId: caller.place?.environmentId ?? null,
      cloud: null,
      region: null,
      resourceKind: null,
      resourceName: null,
      count: 1,
    },
  });
}
