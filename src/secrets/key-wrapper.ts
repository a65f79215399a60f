/**
 * Wraps data keys under a master key that never leaves it: the seam behind which the built-in key, OpenBao or a cloud KMS
 * stand. Opening one may wait for a network; wrapping must not, since it happens inside requests, so a remote backend
 * fetches its wrapping key when it is opened.
 */
export interface KeyWrapper {
  /** Id of the key that wraps now; every ciphertext carries the id of its own. */
  readonly keyId: string;
  /** `context` must be the same for unwrapping. */
  wrap(dataKey: Uint8Array, context: string): Uint8Array;
  /** Throws when it does not hold `keyId`, or when wrapped key and context do not belong together. */
  unwrap(keyId: string, wrapped: Uint8Array, context: string): Uint8Array;
  /** Whether it holds that key, as the current or as an older one. */
  holds(keyId: string): boolean;
}
