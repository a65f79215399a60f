import type { Credential } from "../connections/define.ts";
import { secretMaxBytes } from "../connections/judge-options.ts";
import { KeymoorError } from "../errors.ts";
import type { Secret } from "../secret.ts";
import { parseReference } from "../secrets/references.ts";
import type { Binding, SealedValue } from "../secrets/vault.ts";
import type { ConnectionRecord } from "../storage/records.ts";
import type { Services } from "./services.ts";

/** What of a connection its credential is bound to: all that never changes, and what holds with the version. */
export type BoundConnection = Pick<
  ConnectionRecord,
  "uid" | "environmentId" | "cloud" | "region" | "name" | "type" | "endpoint" | "authMethod" | "options"
>;

export function bindingOf(connection: BoundConnection, version: number): Binding {
  const { uid, environmentId, cloud, region, name, type, endpoint, authMethod, options } = connection;
  const keys = Object.keys(options).sort();
  return {
    uid,
    version,
    purpose: [
      environmentId,
      cloud,
      region,
      name,
      type,
      endpoint,
      authMethod,
      ...keys.flatMap((key) => [key, options[key] ?? ""]),
    ],
  };
}

/**
 * Seals a credential for one connection and version. A value of the form `${file:NAME}` or `${env:NAME}` is kept as that
 * reference with a keyed hash of what it means now; one that cannot be read is refused. What is sealed must be on its way to
 * the store before anything else is waited for: a rotation of the master key counts on it.
 */
export async function sealCredential(
  services: Services,
  credential: Credential,
  connection: BoundConnection,
  version: number,
): Promise<Uint8Array> {
  const sealed: Record<string, SealedValue> = {};
  for (const [field, secret] of Object.entries(credential.values)) {
    sealed[field] = await sealedValue(services, field, secret);
  }
  return services.vault.seal(sealed, bindingOf(connection, version));
}

async function sealedValue(services: Services, field: string, secret: Secret): Promise<SealedValue> {
  const { value, reference } = await readGiven(services, field, secret);
  return reference === undefined ? { value } : { reference, mac: referenceMac(services, value.reveal()) };
}

/** What a value that was given means: itself, or what its reference leads to now; one that cannot be read is refused. */
export async function readGiven(
  services: Services,
  field: string,
  secret: Secret,
): Promise<{ readonly value: Secret; readonly reference?: string }> {
  const text = secret.reveal();
  const place = { option: field, pointer: "/spec/auth_data/data" };
  try {
    if (parseReference(text) === undefined) return { value: secret };
    const value = await services.references.read(text);
    if (value.sizeBytes > secretMaxBytes) {
      throw new KeymoorError("secret_too_long", `It leads to more than ${secretMaxBytes} bytes.`);
    }
    return { reference: text, value };
  } catch (error) {
    if (!(error instanceof KeymoorError)) throw error;
    const message = `The reference in option "${field}" cannot be used. ${error.message}`;
    throw new KeymoorError(error.code, message, { ...error.details, ...place });
  }
}

/** After a rollback the current version is not the highest; numbers are never used twice. */
export async function nextCredentialVersion(
  services: Services,
  connection: ConnectionRecord,
): Promise<number> {
  const versions = await services.store.read.credentialVersions(connection.uid);
  return Math.max(connection.credentialVersion, ...versions.map(({ version }) => version)) + 1;
}

/** Keyed hash by which a change of a referenced value is seen. */
export function referenceMac(services: Services, value: string): string {
  return Buffer.from(services.vault.mac("reference", value)).toString("base64url");
}
