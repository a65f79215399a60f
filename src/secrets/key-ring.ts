import { createSecretKey, randomBytes, randomUUID } from "node:crypto";
import { KeymoorError } from "../errors.ts";
import { localKeyWrapper } from "./backends/local.ts";
import { envelopeKeyId, openEnvelope, rewrapEnvelope, sealEnvelope } from "./envelope.ts";
import type { KeyWrapper } from "./key-wrapper.ts";
import { loadMasterKeys, type MasterKeySettings } from "./master-key.ts";
import { localMasterKeys, type MasterKeys } from "./master-keys.ts";
import { createVault, type RingKeys, type RingPurpose, type Vault } from "./vault.ts";

/** A key of the ring as it is stored: sealed under the master key. */
export interface SealedRingKey {
  readonly id: string;
  readonly purpose: string;
  readonly sealed: Uint8Array;
  readonly createdAt: string;
}

export interface OpenedVault {
  readonly vault: Vault;
  readonly auditKey: Uint8Array;
  /** New keys, to be stored before anything is sealed. */
  readonly add: readonly SealedRingKey[];
  readonly masterKeys: MasterKeys;
  /** A key of the ring under the master key that seals now; undefined when it is already. */
  readonly rewrapRingKey: (row: SealedRingKey) => Uint8Array | undefined;
}

/** The built-in vault of a data folder, from its settings and the stored keys of its ring. */
export function openLocalVault(
  settings: MasterKeySettings,
  rows: readonly SealedRingKey[],
  isNew: boolean,
): OpenedVault {
  if (rows.length === 0 && !isNew) {
    throw new KeymoorError("cannot_start", `The key ring of the data in ${settings.folder} is gone.`, {
      hint: "Restore the database from a backup.",
    });
  }
  const { current, previous } = loadMasterKeys(settings, masterKeyIdsOf(rows));
  const wrapper = localKeyWrapper(
    current.bytes,
    previous.map(({ bytes }) => bytes),
  );
  const { keys, auditKey, add } = openRing(wrapper, rows);
  return {
    vault: createVault(wrapper, keys),
    auditKey,
    add,
    masterKeys: localMasterKeys(wrapper, settings),
    rewrapRingKey: (row) => rewrapEnvelope(wrapper, row.sealed, contextOf(row)),
  };
}

/** Which master keys the data of this ring needs: two while the master key is being rotated, else one. */
export function masterKeyIdsOf(rows: readonly SealedRingKey[]): readonly string[] {
  return [...new Set(rows.map(keyIdOf))];
}

/** Opens the stored keys and makes those that are missing: all for a new database, some after an upgrade. */
export function openRing(
  wrapper: KeyWrapper,
  rows: readonly SealedRingKey[],
): { readonly keys: RingKeys; readonly auditKey: Uint8Array; readonly add: readonly SealedRingKey[] } {
  const add: SealedRingKey[] = [];
  const bytesOf = (purpose: RingPurpose): Uint8Array => {
    const stored = rows.findLast((row) => row.purpose === purpose);
    if (stored !== undefined) return openKey(wrapper, stored);
    const bytes = randomBytes(ringKeyBytes);
    const id = randomUUID();
    const sealed = sealEnvelope(wrapper, bytes, contextOf({ id, purpose }));
    add.push({ id, purpose, sealed, createdAt: new Date().toISOString() });
    return bytes;
  };
  const auditKey = bytesOf("audit");
  const keys: RingKeys = {
    audit: createSecretKey(auditKey),
    api_key: createSecretKey(bytesOf("api_key")),
    use_token: createSecretKey(bytesOf("use_token")),
    page_token: createSecretKey(bytesOf("page_token")),
    reference: createSecretKey(bytesOf("reference")),
    session: createSecretKey(bytesOf("session")),
    one_time_link: createSecretKey(bytesOf("one_time_link")),
    access_token: createSecretKey(bytesOf("access_token")),
  };
  return { keys, auditKey, add };
}

const ringKeyBytes = 32;

function contextOf({ id, purpose }: Pick<SealedRingKey, "id" | "purpose">): string {
  return `ring key ${JSON.stringify([id, purpose])}`;
}

function openKey(wrapper: KeyWrapper, row: SealedRingKey): Uint8Array {
  try {
    return openEnvelope(wrapper, row.sealed, contextOf(row));
  } catch (cause) {
    throw new KeymoorError(
      "cannot_start",
      `The key ring does not open with master key "${wrapper.keyId}"; it was sealed under "${keyIdOf(row)}".`,
      { hint: "Give the master key that this data was made with.", cause },
    );
  }
}

function keyIdOf(row: SealedRingKey): string {
  try {
    return envelopeKeyId(row.sealed);
  } catch (cause) {
    throw new KeymoorError("cannot_start", "The key ring in the database is damaged.", {
      hint: "Restore the database from a backup.",
      cause,
    });
  }
}
