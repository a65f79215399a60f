import { requireConnectionType } from "../connections/connection-type.ts";
import type { Credential } from "../connections/define.ts";
import { judgeRotation } from "../connections/judge-connection.ts";
import { KeymoorError } from "../errors.ts";
import type { Secret } from "../secret.ts";
import type { ConnectionRecord } from "../storage/records.ts";
import type { Step } from "../storage/store.ts";
import type { Act } from "./act.ts";
import { neverChecked } from "./check-plan.ts";
import { checkBeforeSaving, judgeVerified } from "./check-unsaved.ts";
import { findConnection } from "./find-connection.ts";
import { forgetCredential } from "./forget-credential.ts";
import { openCredentialAsGiven } from "./open-credential.ts";
import type { Operation } from "./operation.ts";
import { recordSteps } from "./record-check.ts";
import { nextCredentialVersion, sealCredential } from "./seal-credential.ts";

export interface CredentialChange {
  /** `replace`: the whole credential anew (REST). `merge`: fields not given stay (ALTER .. SET, `?merge=true`). */
  readonly mode: "replace" | "merge";
  readonly options: ReadonlyMap<string, Secret>;
  readonly authType?: string;
  /** Refuses when the stored version is another. */
  readonly expectedResourceVersion?: number;
  /** Refuses when another connection bears the name by now. */
  readonly expectedUid?: string;
  /** When sent, they must be the stored ones. */
  readonly type?: string;
  readonly endpoint?: string;
  /** Destroys all earlier versions at once. */
  readonly compromised?: boolean;
  /** The file that manages the connection from now on; absent: the mark stays as it is. */
  readonly managedBy?: string;
  /** Saved only if a check finds nothing wrong, else `verification_failed`; `signal` is aborted when the caller is gone. */
  readonly verified?: { readonly signal: AbortSignal };
}

export interface RotateConnection {
  readonly name: string;
  /** Parsed after the name was found (design 6: name before body). */
  readonly change: () => CredentialChange;
  readonly alongside: readonly Step[];
}

// Each lost race means that another rotation of the same connection got through.
const mostTries = 20;
/** Where each try dials the service and shows it the credential. */
const mostVerifiedTries = 3;

/** Appends a credential version and moves the pointer to it. */
export const rotateConnection: Operation<RotateConnection, ConnectionRecord> = {
  name: "connection.rotate",
  right: "connection:manage",
  kind: "change",
  about: ({ name }) => ({ kind: "connection", name }),
  run: async (act, input) => {
    let stored = await findConnection(act, input.name);
    const change = input.change();
    if (change.mode === "merge" && change.options.size === 0) {
      throw new KeymoorError("option_missing", "No option that can change is given.", {
        hint: "Give the options of the credential.",
      });
    }
    const most = change.verified === undefined ? mostTries : mostVerifiedTries;
    for (let tries = 0; tries < most; tries += 1) {
      judgeUnchanged(stored, change);
      judgeVersion(stored, change);
      try {
        return await rotateOnce(act, input, stored, change);
      } catch (error) {
        if (!(error instanceof KeymoorError) || error.code !== "resource_version_conflict") throw error;
        stored = await findConnection(act, input.name);
      }
    }
    throw new KeymoorError(
      "resource_version_conflict",
      `Connection "${input.name}" is being changed by others.`,
      {
        hint: "Try again.",
      },
    );
  },
};

async function rotateOnce(
  act: Act,
  input: RotateConnection,
  stored: ConnectionRecord,
  change: CredentialChange,
): Promise<ConnectionRecord> {
  const { services } = act;
  const rotated = judgeRotation({
    type: requireConnectionType(stored.type),
    options: stored.options,
    credential: await openCredentialAsGiven(services, stored),
    given: change.options,
    mode: change.mode,
    ...(change.authType === undefined ? {} : { authType: change.authType }),
  });
  const version = await nextCredentialVersion(services, stored);
  const connection: ConnectionRecord = {
    ...stored,
    options: rotated.options,
    authMethod: rotated.credential.method,
    updatedAt: act.at,
    updatedBy: act.caller.principal,
    resourceVersion: stored.resourceVersion + 1,
    credentialVersion: version,
    rotatedAt: act.at,
    // What was found out about the old credential says nothing about the new one.
    status: { phase: "PENDING", detail: "", checkedAt: null },
    managedBy: change.managedBy ?? stored.managedBy,
  };
  const checked =
    change.verified === undefined
      ? undefined
      : await verified(act, stored, connection, rotated.credential, change.verified.signal);
  // Last of all, see sealCredential.
  const sealed = await sealCredential(services, rotated.credential, connection, version);
  await services.store.write([
    {
      do: "rotate_connection",
      uid: stored.uid,
      expectedResourceVersion: stored.resourceVersion,
      credential: {
        connectionUid: stored.uid,
        version,
        authMethod: connection.authMethod,
        options: connection.options,
        sealed,
        createdAt: act.at,
        createdBy: act.caller.principal,
      },
      updatedAt: act.at,
      updatedBy: act.caller.principal,
      keepVersions: change.compromised === true ? 1 : services.settings.keepVersions,
      keepOf: "all",
    },
    ...(change.managedBy === undefined
      ? []
      : [{ do: "set_managed_by", uid: stored.uid, managedBy: change.managedBy } as const]),
    ...(checked?.steps ?? []),
    act.audit({ kind: "connection", name: stored.name }),
    ...input.alongside,
  ]);
  forgetCredential(services, stored.uid);
  services.nudge.checks();
  services.nudge.reports();
  return checked === undefined ? connection : { ...connection, status: checked.status };
}

/** Checks the new credential against the stored endpoint; the check becomes the first one of the new version. */
async function verified(
  act: Act,
  stored: ConnectionRecord,
  connection: ConnectionRecord,
  credential: Credential,
  signal: AbortSignal,
): Promise<ReturnType<typeof recordSteps>> {
  const resource = { kind: "connection", name: stored.name } as const;
  const made = await checkBeforeSaving(act, resource, connection, credential, signal);
  judgeVerified(made, connection);
  return recordSteps(act, { connection, plan: neverChecked, previousPhase: stored.status.phase }, made);
}

function judgeVersion(stored: ConnectionRecord, change: CredentialChange): void {
  const expected = change.expectedResourceVersion;
  if (expected === undefined || expected === stored.resourceVersion) return;
  throw new KeymoorError(
    "resource_version_conflict",
    `Connection "${stored.name}" is at resource version ${stored.resourceVersion}, not at the one that was sent.`,
    { hint: "Read it again and repeat the change.", pointer: "/metadata/resource_version" },
  );
}

function judgeUnchanged(stored: ConnectionRecord, change: CredentialChange): void {
  if (change.expectedUid !== undefined && change.expectedUid !== stored.uid) {
    throw new KeymoorError("contradiction", `The uid is not that of connection "${stored.name}".`, {
      hint: "Another connection of this name was created since it was read. Read it again.",
      pointer: "/metadata/uid",
    });
  }
  if (change.type !== undefined && change.type.toLowerCase() !== stored.type)
    throw immutable(stored, "type", "/spec/connection_type");
  if (change.endpoint !== undefined && change.endpoint !== stored.endpoint)
    throw immutable(stored, "endpoint", "/spec/endpoint");
}

function immutable(stored: ConnectionRecord, field: string, pointer: string): KeymoorError {
  return new KeymoorError(
    "immutable_field",
    `The ${field} of connection "${stored.name}" cannot be changed.`,
    {
      hint: "Only its credential can; drop and create the connection to change anything else.",
      pointer,
    },
  );
}
