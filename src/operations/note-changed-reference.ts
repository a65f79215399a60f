import { KeymoorError } from "../errors.ts";
import type { ConnectionRecord } from "../storage/records.ts";
import type { Actor } from "./actor.ts";
import { openCredentialAsGiven } from "./open-credential.ts";
import { nextCredentialVersion, sealCredential } from "./seal-credential.ts";
import { serverPrincipal } from "./server-principal.ts";

/**
 * A value that a reference leads to has changed: a new version with the same reference shows it (design 7). Nobody asked for
 * it, so whoever came across it does not fail on it, and it pushes out no version that somebody made and could go back to.
 * Says whether it was written.
 */
export async function noteChangedReference(
  { services, event }: Actor,
  connection: ConnectionRecord,
): Promise<boolean> {
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
        keepVersions: services.settings.keepVersions,
        keepOf: "same_author",
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
    return true;
  } catch (error) {
    // Another wrote it first, or it cannot be written now; the next use sees the same change.
    if (!(error instanceof KeymoorError)) throw error;
    return false;
  }
}
