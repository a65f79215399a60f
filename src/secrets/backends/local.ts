import { createHmac } from "node:crypto";
import { openBytes, sealBytes } from "../aead.ts";
import type { KeyWrapper } from "../key-wrapper.ts";

export const masterKeyBytes = 32;

/** The built-in backend, whose key can be exchanged while it is in use. */
export interface LocalKeyWrapper extends KeyWrapper {
  /** Ids of the keys that only unwrap. */
  readonly olderKeyIds: readonly string[];
  /** From now on `key` wraps; those before still unwrap. */
  adopt(key: Uint8Array): void;
  /** Wipes every key but the current one. */
  forgetOlder(): void;
}

/** Master keys in this process's memory, the current one first, older ones for what they sealed. Keeps copies of them. */
export function localKeyWrapper(given: Uint8Array, olderKeys: readonly Uint8Array[] = []): LocalKeyWrapper {
  let current = heldKey(given);
  let older = olderKeys.map(heldKey).filter(({ id }) => id !== current.id);
  const find = (id: string) => (id === current.id ? current : older.find((key) => key.id === id));
  return {
    get keyId() {
      return current.id;
    },
    get olderKeyIds() {
      return older.map(({ id }) => id);
    },
    wrap: (dataKey, context) => sealBytes(current.bytes, dataKey, `data key ${context}`),
    unwrap(id, wrapped, context) {
      const key = find(id);
      if (key === undefined) throw new Error(`master key "${id}" is not held`);
      return openBytes(key.bytes, wrapped, `data key ${context}`);
    },
    holds: (id) => find(id) !== undefined,
    adopt(key) {
      older = [current, ...older];
      current = heldKey(key);
    },
    forgetOlder() {
      for (const { bytes } of older) bytes.fill(0);
      older = [];
    },
  };
}

/** A name for a key that says nothing about it, so that it may stand in every ciphertext and in messages. */
export function masterKeyId(key: Uint8Array): string {
  const digest = createHmac("sha256", key).update("keymoor master key id").digest("hex");
  return `mk-${digest.slice(0, 16)}`;
}

interface HeldKey {
  readonly id: string;
  readonly bytes: Uint8Array;
}

function heldKey(key: Uint8Array): HeldKey {
  return { id: masterKeyId(key), bytes: Uint8Array.from(key) };
}
