import { createHmac } from "node:crypto";
import { openBytes, sealBytes } from "../aead.ts";
import type { KeyWrapper } from "../key-wrapper.ts";

export const masterKeyBytes = 32;

/** The built-in backend: master keys in this process's memory, the current one first, older ones for what they sealed. */
export function localKeyWrapper(current: Uint8Array, older: readonly Uint8Array[] = []): KeyWrapper {
  const keys = new Map([current, ...older].map((key) => [masterKeyId(key), key]));
  const keyId = masterKeyId(current);
  return {
    keyId,
    wrap: (dataKey, context) => sealBytes(current, dataKey, `data key ${context}`),
    unwrap(id, wrapped, context) {
      const key = keys.get(id);
      if (key === undefined) throw new Error(`master key "${id}" is not held`);
      return openBytes(key, wrapped, `data key ${context}`);
    },
    holds: (id) => keys.has(id),
  };
}

/** A name for a key that says nothing about it, so that it may stand in every ciphertext and in messages. */
export function masterKeyId(key: Uint8Array): string {
  const digest = createHmac("sha256", key).update("keymoor master key id").digest("hex");
  return `mk-${digest.slice(0, 16)}`;
}
