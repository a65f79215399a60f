import type { Credential } from "../connections/define.ts";

const lifeMs = 30_000;
const mostEntries = 1_000;

/**
 * Opened credentials of the last half minute, keyed by connection uid and version. The version is read anew for each use,
 * so a rotation holds from the next call on and this only saves the decryption. Values that are references never get here.
 */
export class CredentialCache {
  readonly #entries = new Map<string, { readonly untilMs: number; readonly credential: Credential }>();
  #sweep: NodeJS.Timeout | undefined;

  get(uid: string, version: number, nowMs: number): Credential | undefined {
    const entry = this.#entries.get(`${uid}/${version}`);
    return entry === undefined || entry.untilMs <= nowMs ? undefined : entry.credential;
  }

  set(uid: string, version: number, credential: Credential, nowMs: number): void {
    if (this.#entries.size >= mostEntries) this.#entries.clear();
    this.#entries.set(`${uid}/${version}`, { untilMs: nowMs + lifeMs, credential });
    // Plaintext must not outlive its half minute because nobody asks for it again.
    this.#sweep ??= setTimeout(() => {
      this.#sweep = undefined;
      this.#entries.clear();
    }, lifeMs).unref();
  }

  /** Drops every version of a connection that was rotated or deleted. */
  forget(uid: string): void {
    for (const key of this.#entries.keys()) if (key.startsWith(`${uid}/`)) this.#entries.delete(key);
  }

  get size(): number {
    return this.#entries.size;
  }
}
