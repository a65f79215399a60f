import type { ConnectionRecord, CredentialVersionRecord } from "../storage/records.ts";
import { findConnection } from "./find-connection.ts";
import { forgetCredential } from "./forget-credential.ts";
import type { Operation } from "./operation.ts";

export interface CredentialVersions {
  readonly current: number;
  /** Those still sealed, newest first. */
  readonly versions: readonly CredentialVersionRecord[];
}

export const listCredentialVersions: Operation<{ readonly name: string }, CredentialVersions> = {
  name: "connection.versions",
  right: "connection:read",
  kind: "read",
  about: ({ name }) => ({ kind: "connection", name }),
  run: async (act, { name }) => {
    const connection = await findConnection(act, name);
    return {
      current: connection.credentialVersion,
      versions: await act.services.store.read.credentialVersions(connection.uid),
    };
  },
};

/** Moves the pointer back to a version that is still sealed. */
export const activateCredentialVersion: Operation<
  { readonly name: string; readonly version: number },
  ConnectionRecord
> = {
  name: "connection.activate_version",
  right: "connection:manage",
  kind: "change",
  about: ({ name }) => ({ kind: "connection", name }),
  run: async (act, { name, version }) => {
    const { services } = act;
    const stored = await findConnection(act, name);
    if (stored.credentialVersion === version) {
      await services.store.write([act.audit({ kind: "connection", name }, "unchanged")]);
      return stored;
    }
    await services.store.write([
      {
        do: "activate_credential",
        uid: stored.uid,
        expectedResourceVersion: stored.resourceVersion,
        version,
        updatedAt: act.at,
        updatedBy: act.caller.principal,
      },
      act.audit({ kind: "connection", name }),
    ]);
    forgetCredential(services, stored.uid);
    services.nudge.checks();
    return await findConnection(act, name);
  },
};
