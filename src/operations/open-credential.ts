import type { Credential } from "../connections/define.ts";
import { KeymoorError } from "../errors.ts";
import { Secret } from "../secret.ts";
import type { ConnectionRecord } from "../storage/records.ts";
import { bindingOf, referenceMac } from "./seal-credential.ts";
import type { Services } from "./services.ts";

/** An opened credential, and whether a value it refers to has changed since it was sealed. */
export interface OpenedCredential {
  readonly credential: Credential;
  readonly referenceChanged: boolean;
  /** Some of its values are kept elsewhere and only referred to. */
  readonly hasReference: boolean;
}

/** Opens the current credential for use: references are read anew each time. */
export async function openCredential(
  services: Services,
  connection: ConnectionRecord,
): Promise<OpenedCredential> {
  const { uid, credentialVersion } = connection;
  const known = services.credentials.get(uid, credentialVersion, services.now().getTime());
  if (known !== undefined) return { credential: known, referenceChanged: false, hasReference: false };
  const opened = await openStored(services, connection);
  const values: Record<string, Secret> = {};
  let hasReference = false;
  let referenceChanged = false;
  for (const [field, stored] of Object.entries(opened.values)) {
    if ("value" in stored) {
      values[field] = stored.value;
      continue;
    }
    hasReference = true;
    const value = await readReference(services, field, stored.reference);
    referenceChanged ||= referenceMac(services, value.reveal()) !== stored.mac;
    values[field] = value;
  }
  const credential = { method: opened.method, values };
  if (!hasReference) services.credentials.set(uid, credentialVersion, credential, services.now().getTime());
  return { credential, referenceChanged, hasReference };
}

async function readReference(services: Services, field: string, reference: string): Promise<Secret> {
  try {
    return await services.references.read(reference);
  } catch (error) {
    if (!(error instanceof KeymoorError)) throw error;
    throw new KeymoorError(error.code, error.message, { ...error.details, option: field });
  }
}

/** Opens the current credential as it was given, references unread: for merging an ALTER .. SET into it. */
export async function openCredentialAsGiven(
  services: Services,
  connection: ConnectionRecord,
): Promise<Credential> {
  const opened = await openStored(services, connection);
  const values: Record<string, Secret> = {};
  for (const [field, stored] of Object.entries(opened.values)) {
    values[field] = "value" in stored ? stored.value : new Secret(stored.reference);
  }
  return { method: opened.method, values };
}

/** Whether some of its values are kept elsewhere; none of them is read. */
export async function holdsReference(services: Services, connection: ConnectionRecord): Promise<boolean> {
  const { values } = await openStored(services, connection);
  return Object.values(values).some((stored) => "reference" in stored);
}

async function openStored(services: Services, connection: ConnectionRecord) {
  const { uid, credentialVersion: version } = connection;
  const record = await services.store.read.credential(uid, version);
  // The connection was rotated or dropped between the two reads.
  if (record === undefined) {
    throw new KeymoorError(
      "resource_version_conflict",
      `Connection "${connection.name}" was changed at this very moment.`,
      {
        hint: "Try again.",
      },
    );
  }
  return {
    method: record.authMethod,
    values: services.vault.open(record.sealed, bindingOf(connection, version)),
  };
}
