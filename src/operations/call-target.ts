import { requireConnectionType } from "../connections/connection-type.ts";
import type { CallTarget } from "../egress/egress.ts";
import { KeymoorError } from "../errors.ts";
import type { ConnectionRecord } from "../storage/records.ts";
import { type OpenedCredential, openCredential } from "./open-credential.ts";
import type { Services } from "./services.ts";

/** A connection with its credential opened, as calls and checks send it out. */
export interface OpenedTarget extends Omit<OpenedCredential, "credential"> {
  readonly target: CallTarget;
}

export async function openCallTarget(
  services: Services,
  connection: ConnectionRecord,
): Promise<OpenedTarget> {
  const { credential, ...opened } = await openCredential(services, connection);
  return { ...opened, target: callTarget(connection, credential) };
}

/** Whether a value behind a reference of the stored credential is another by now; one that cannot be read is none. */
export async function hasOtherValue(services: Services, connection: ConnectionRecord): Promise<boolean> {
  try {
    return (await openCallTarget(services, connection)).referenceChanged;
  } catch (error) {
    if (error instanceof KeymoorError && error.code === "secret_reference_invalid") return false;
    throw error;
  }
}

/** For a connection that is not stored, too. */
export function callTarget(
  connection: Pick<
    ConnectionRecord,
    "uid" | "type" | "endpoint" | "options" | "authMethod" | "credentialVersion" | "region"
  >,
  credential: CallTarget["credential"],
): CallTarget {
  const type = requireConnectionType(connection.type);
  const method = type.auth.find(({ name }) => name === connection.authMethod);
  if (method === undefined)
    throw new Error(`stored auth method ${connection.authMethod} is not one of ${type.name}`);
  return {
    type,
    endpoint: connection.endpoint,
    options: connection.options,
    method,
    credential,
    cacheKey: `${connection.uid}/${connection.credentialVersion}`,
    region: connection.region,
  };
}
