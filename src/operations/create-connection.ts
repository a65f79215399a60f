import { judgeConnectionName } from "../connections/connection-name.ts";
import { judgeConnection } from "../connections/judge-connection.ts";
import { KeymoorError } from "../errors.ts";
import type { Secret } from "../secret.ts";
import type { ConnectionRecord } from "../storage/records.ts";
import type { Step } from "../storage/store.ts";
import type { Act } from "./act.ts";
import { neverChecked } from "./check-plan.ts";
import { checkBeforeSaving, judgeVerified } from "./check-unsaved.ts";
import { forgetCredential } from "./forget-credential.ts";
import type { Operation } from "./operation.ts";
import { recordSteps } from "./record-check.ts";
import { sealCredential } from "./seal-credential.ts";

export interface CreateConnection {
  readonly name: string;
  /** Type as sent, in any case. */
  readonly type: string;
  readonly endpoint: string | undefined;
  /** Every other option by kebab-case key, secrets and public ones alike. */
  readonly options: ReadonlyMap<string, Secret>;
  readonly authType?: string;
  readonly comment: string | undefined;
  /** The file that manages it, `file:NAME`. */
  readonly managedBy?: string;
  /** Saved only if a check finds nothing wrong, else `verification_failed`; `signal` is aborted when the caller is gone. */
  readonly verified?: { readonly signal: AbortSignal };
  readonly onExisting: "fail" | "keep" | "replace";
  /** Steps that must hold together with the outcome: the statement that asked for it, the mark of a seed. */
  readonly alongside: (outcome: CreationOutcome) => readonly Step[];
}

/** `replaced`: one of this name was dropped in the same transaction. `kept`: one existed and nothing was done. */
export type CreationOutcome = "created" | "replaced" | "kept";

// Each lost race means that somebody else's got through.
const mostTries = 20;

/** Judges, seals and stores a connection; connection, credential, audit event and `alongside` are one transaction. */
export const createConnection: Operation<CreateConnection, ConnectionRecord> = {
  name: "connection.create",
  right: "connection:manage",
  kind: "change",
  about: ({ name }) => ({ kind: "connection", name }),
  run: async (act, input) => {
    judgeConnectionName(input.name);
    const judged = judgeConnection({
      type: input.type,
      endpoint: input.endpoint,
      options: input.options,
      ...(input.authType === undefined ? {} : { authType: input.authType }),
    });
    const uid = crypto.randomUUID();
    const connection: ConnectionRecord = {
      ...act.place,
      uid,
      name: input.name,
      type: judged.type.name,
      wireType: input.type,
      endpoint: judged.endpoint,
      options: judged.options,
      authMethod: judged.credential.method,
      comment: input.comment ?? null,
      createdAt: act.at,
      createdBy: act.caller.principal,
      updatedAt: act.at,
      updatedBy: act.caller.principal,
      resourceVersion: 1,
      credentialVersion: 1,
      rotatedAt: act.at,
      lastUsedAt: null,
      status: { phase: "PENDING", detail: "", checkedAt: null },
      managedBy: input.managedBy ?? null,
    };
    const insert = async (replaces?: string): Promise<Step> => ({
      do: "insert_connection",
      connection,
      ...(replaces === undefined ? {} : { replaces }),
      credential: {
        connectionUid: uid,
        version: 1,
        authMethod: connection.authMethod,
        options: connection.options,
        sealed: await sealCredential(act.services, judged.credential, connection, 1),
        createdAt: act.at,
        createdBy: act.caller.principal,
      },
    });
    if (input.verified === undefined) return await store(act, input, connection, insert, []);
    await judgeName(act, input);
    const resource = { kind: "connection", name: input.name } as const;
    const { signal } = input.verified;
    const made = await checkBeforeSaving(act, resource, connection, judged.credential, signal);
    judgeVerified(made, connection);
    const before = { connection, plan: neverChecked, previousPhase: "PENDING" } as const;
    const { status, steps } = recordSteps(act, before, made);
    return await store(act, input, { ...connection, status }, insert, steps);
  },
};

/** Nothing is dialled for what could not be saved anyway; a name that is taken meanwhile is found out when it is stored. */
async function judgeName({ place, services }: Act, { name, onExisting }: CreateConnection): Promise<void> {
  if (onExisting !== "fail" || (await services.store.read.connection(place, name)) === undefined) return;
  const { environmentId, cloud, region } = place;
  throw new KeymoorError(
    "resource_already_exists",
    `Connection "${name}" in environment "${environmentId}" and region "${cloud}.${region}" already exists.`,
  );
}

async function store(
  act: Act,
  input: CreateConnection,
  connection: ConnectionRecord,
  insert: (replaces?: string) => Promise<Step>,
  checked: readonly Step[],
): Promise<ConnectionRecord> {
  const { services, place } = act;
  const resource = { kind: "connection", name: input.name } as const;
  for (let tries = 0; tries < mostTries; tries += 1) {
    const existing =
      input.onExisting === "fail" ? undefined : await services.store.read.connection(place, input.name);
    if (existing !== undefined && input.onExisting === "keep") {
      await services.store.write([act.audit(resource, "unchanged"), ...input.alongside("kept")]);
      return existing;
    }
    try {
      const outcome = existing === undefined ? "created" : "replaced";
      // Sealed anew at each try, see sealCredential.
      await services.store.write([
        { do: "require_environment", id: place.environmentId },
        await insert(existing?.uid),
        ...checked,
        act.audit(resource),
        ...input.alongside(outcome),
      ]);
      if (existing !== undefined) forgetCredential(services, existing.uid);
      services.nudge.checks();
      services.nudge.reports();
      return connection;
    } catch (error) {
      // Somebody else created or dropped the name in between: look again.
      if (input.onExisting === "fail" || !isRace(error)) throw error;
    }
  }
  throw new KeymoorError(
    "resource_version_conflict",
    `Connection "${input.name}" is being changed by others.`,
    { hint: "Try again." },
  );
}

function isRace(error: unknown): boolean {
  return (
    error instanceof KeymoorError &&
    (error.code === "resource_already_exists" || error.code === "connection_not_found")
  );
}
