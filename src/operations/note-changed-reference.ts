import { KeymoorError } from "../errors.ts";
import type { ConnectionRecord } from "../storage/records.ts";
import type { Actor } from "./actor.ts";
import { openCredentialAsGiven } from "./open-credential.ts";
import { nextCredentialVersion, sealCredential } from "./seal-credential.ts";
import { serverPrincipal } from "./server-principal.ts";

/**
 * A value that a reference leads to has changed: a new version with the same reference shows it (design 7). Nobody asked for
 * it, so whoever came across it does not fail on it, and it pushes out no version that could be gone back to.
 */
export async function noteChangedReference(
  { services, event }: Actor,
  connection: ConnectionRecord,
): Promise<void> {
  const at = services.now().toISOString();
  try {
    const version = await nextCredentialVersion(services, connection);
    const given = await openCredentialAsGiven(services, connection);
    const sealed = await sealCredential(services, given, connection, version);
    const { uid, authMethod, options, resourceVersion } = connection;
    await services.store.write([
      {
        do: "rotate_connection",
        uid,
        expectedResourceVersion: resourceVersion,
        credential: {
          connectionUid: uid,
          version,
          authMethod,
          options,
          sealed,
          createdAt: at,
          createdBy: serverPrincipal,
        },
        updatedAt: at,
        updatedBy: serverPrincipal,
        keepVersions: version,
      },
      {
        do: "append_audit",
        event: {
          ...event({ kind: "connection", name: connection.name }),
          action: "connection.reference_changed",
        },
      },
    ]);
    services.nudge.checks();
  } catch (error) {
    // Another wrote it first, or it cannot be written now; the next use sees the same change.
    if (!(error instanceof KeymoorError)) throw error;
  }
}
