import { judgeConnectionName } from "../connections/connection-name.ts";
import type { Credential } from "../connections/define.ts";
import { judgeConnection } from "../connections/judge-connection.ts";
import { KeymoorError } from "../errors.ts";
import type { Secret } from "../secret.ts";
import type { CheckRecord, ConnectionRecord } from "../storage/records.ts";
import type { Act, Resource } from "./act.ts";
import { callTarget } from "./call-target.ts";
import { makeCheck } from "./check-connection.ts";
import { neverChecked, nextCheck } from "./check-plan.ts";
import type { CreateConnection } from "./create-connection.ts";
import type { Operation } from "./operation.ts";
import type { MadeCheck } from "./record-check.ts";
import { readGiven } from "./seal-credential.ts";
import type { Services } from "./services.ts";

export interface CheckUnsaved extends Pick<CreateConnection, "type" | "endpoint" | "options" | "authType"> {
  /** A check needs none; one that is sent is judged. */
  readonly name: string | undefined;
  readonly signal?: AbortSignal;
}

/** A check that is kept nowhere. */
export type UnsavedCheck = Omit<CheckRecord, "connectionUid" | "id" | "credentialVersion">;

/** As surfaces show it, kept or not. */
export type AnyCheck = CheckRecord | UnsavedCheck;

/** Checks a connection as it would be created, with the values that were sent and no others, and stores nothing. */
export const checkUnsaved: Operation<CheckUnsaved, UnsavedCheck> = {
  name: "connection.check_unsaved",
  right: "connection:manage",
  kind: "change",
  about: ({ name }) => (name === undefined ? undefined : { kind: "connection", name }),
  run: async (act, input) => {
    if (input.name !== undefined) judgeConnectionName(input.name);
    const { type, endpoint, options, credential } = judgeConnection({
      type: input.type,
      endpoint: input.endpoint,
      options: input.options,
      ...(input.authType === undefined ? {} : { authType: input.authType }),
    });
    const connection = {
      uid: "unsaved",
      type: type.name,
      endpoint,
      options,
      authMethod: credential.method,
      credentialVersion: 1,
      region: act.place.region,
    };
    await refuseReferences(act.services, credential);
    const resource =
      input.name === undefined ? undefined : ({ kind: "connection", name: input.name } as const);
    const made = await checkBeforeSaving(act, resource, connection, credential, input.signal);
    const { trigger, at, durationMs, result } = made;
    const { phase } = nextCheck(neverChecked, { ...made, outcome: result.outcome });
    return { trigger, at, durationMs, phase, ...result };
  },
};

/** It would send a secret of the server to wherever the caller says, and nothing that is kept would say where. */
async function refuseReferences(services: Services, { values }: Credential): Promise<void> {
  for (const [option, secret] of Object.entries(values)) {
    const { reference } = await readGiven(services, option, secret);
    if (reference === undefined) continue;
    throw new KeymoorError(
      "secret_reference_invalid",
      `Option "${option}" is a reference, which a check that saves nothing does not read.`,
      { hint: "Send the value itself, or create the connection with if=verified.", option },
    );
  }
}

/**
 * Checks a credential as it was given, for an endpoint that comes with it or is its connection's own. The audit trail has it
 * before anything is dialled, so that no attempt goes without a trace.
 */
export async function checkBeforeSaving(
  act: Act,
  resource: Resource | undefined,
  connection: Parameters<typeof callTarget>[0],
  given: Credential,
  signal: AbortSignal | undefined,
): Promise<MadeCheck> {
  const { services, caller } = act;
  const values: Record<string, Secret> = {};
  let hasReference = false;
  for (const [field, secret] of Object.entries(given.values)) {
    const { value, reference } = await readGiven(services, field, secret);
    values[field] = value;
    hasReference ||= reference !== undefined;
  }
  const target = callTarget(connection, { method: given.method, values });
  const askedBy = caller.principal;
  services.checks.countUnsaved(askedBy, services.now().getTime());
  return await services.checks.run({ askedBy, signal }, async (ending) => {
    const event = { ...act.event(resource), action: "connection.check_unsaved" };
    await services.store.write([{ do: "append_audit", event }]);
    return await makeCheck(services, target, "before_saving", hasReference, ending);
  });
}

/** What asked to be saved only if it passed is not. */
export function judgeVerified({ result }: MadeCheck, { name }: Pick<ConnectionRecord, "name">): void {
  if (result.outcome === "accepted" || result.outcome === "cannot_tell") return;
  const detail = /[.!?]$/.test(result.detail) ? result.detail : `${result.detail}.`;
  throw new KeymoorError("verification_failed", detail, {
    hint: `Nothing of connection "${name}" was saved or changed.`,
  });
}
