import { type Caller, callerHolds } from "../access/caller.ts";
import { type Right, rolesWith } from "../access/rights.ts";
import { asKeymoorError, KeymoorError } from "../errors.ts";
import { type Act, createAct, type Resource, scopeOf } from "./act.ts";
import { auditEvent } from "./audit-event.ts";
import { findEnvironment } from "./find-environment.ts";
import { resolveRegion } from "./resolve-region.ts";
import type { Origin, Services } from "./services.ts";
import type { Target } from "./target.ts";

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
    const place = { environmentId: environment.id, ...region };
    act = createAct({ services, action: operation.name, caller, origin, environment, place });
  } catch (error) {
    await noteRefusal(services, operation.name, caller, origin, error);
    throw error;
  }
  return permitIn(act, operation);
}

/** Another operation by the same caller in the same place; its own right is checked. */
export function permitAlso<Input, Output>(
  act: Act,
  operation: Operation<Input, Output>,
): Permitted<Input, Output> {
  return permitIn(createAct({ ...act, action: operation.name }), operation);
}

function permitIn<Input, Output>(act: Act, operation: Operation<Input, Output>): Permitted<Input, Output> {
  const { caller, services } = act;
  const scope = scopeOf(act);
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
  const { code, status } = asKeymoorError(error);
  // Ids of a path that was not recognised are a stranger's text and are not kept.
  const event = auditEvent(services, origin, {
    action,
    outcome: status < 500 ? "refused" : "failed",
    code,
    principal: caller.principal,
    credential: caller.credential,
    organizationId: await services.access.organizationId(),
    environmentId: caller.place?.environmentId ?? null,
  });
  services.store.note({ note: "counted_event", event });
}
