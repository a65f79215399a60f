import type { Credential } from "../connections/define.ts";
import { secretMaxBytes } from "../connections/judge-options.ts";
import { KeymoorError } from "../errors.ts";
import { parseReference } from "../secrets/references.ts";
import type { SealedValue } from "../secrets/vault.ts";
import type { ConnectionRecord } from "../storage/records.ts";
import type { Services } from "./services.ts";

/**
 * Seals a credential for one connection uid and version. A value of the form `${file:NAME}` or `${env:NAME}` is kept as that
 * reference with a keyed hash of what it means now; one that cannot be read is refused.
 */
export async function sealCredential(
  services: Services,
  credential: Credential,
  bind: { readonly uid: string; readonly version: number },
): Promise<Uint8Array> {
  const sealed: Record<string, SealedValue> = {};
  for (const [field, secret] of Object.entries(credential.values)) {
    const text = secret.reveal();
    if (parseReference(text) === undefined) {
      sealed[field] = { value: secret };
      continue;
    }
    const value = await services.references.read(text);
    if (value.sizeBytes > secretMaxBytes) {
      throw new KeymoorError(
        "secret_too_long",
        `What the reference given for option "${field}" leads to is longer than ${secretMaxBytes} bytes.`,
      );
    }
    sealed[field] = { reference: text, mac: referenceMac(services, value.reveal()) };
  }
  return services.vault.seal(sealed, bind);
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
