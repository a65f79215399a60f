export interface FetchedToken {
  readonly token: string;
  readonly expiresInSeconds: number;
}

/** `memory` holds small facts of one credential version, kept beside its token. */
export type TokenSource = (memory: Map<string, string>) => Promise<FetchedToken>;

interface Entry {
  readonly memory: Map<string, string>;
  token: string | undefined;
  renewAtMs: number;
  /** The fetch under way, shared by all who wait. */
  pending: Promise<string> | undefined;
}

/** Entries of rotated and deleted credentials are never asked for again; the oldest unused go first. */
const maxEntries = 10_000;

/** Access tokens in memory, by credential version: fetched once however many wait, kept until shortly before they expire. */
export class TokenCache {
  readonly #entries = new Map<string, Entry>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  get(key: string, source: TokenSource): Promise<string> {
    const entry = this.#touch(key);
    if (entry.token !== undefined && this.#nowMs() < entry.renewAtMs) return Promise.resolve(entry.token);
    entry.pending ??= this.#fetch(entry, source).finally(() => {
      entry.pending = undefined;
    });
    return entry.pending;
  }

  /** After a 401. A token that someone else has renewed meanwhile stays. */
  forget(key: string, token: string): void {
    const entry = this.#entries.get(key);
    if (entry?.token === token) entry.token = undefined;
  }

  /** Drops the tokens of every version of a credential, named by the beginning of their keys. */
  forgetAll(prefix: string): void {
    for (const key of this.#entries.keys()) if (key.startsWith(prefix)) this.#entries.delete(key);
  }

  async #fetch(entry: Entry, source: TokenSource): Promise<string> {
    const { token, expiresInSeconds } = await source(entry.memory);
    entry.token = token;
    // A minute early, and never more than a fifth of its life, so that a call under way still finds it valid.
    entry.renewAtMs = this.#nowMs() + (expiresInSeconds - Math.min(60, expiresInSeconds / 5)) * 1000;
    return token;
  }

  /** The entry, moved to the young end of the map. */
  #touch(key: string): Entry {
    const entry = this.#entries.get(key) ?? {
      memory: new Map(),
      token: undefined,
      renewAtMs: 0,
      pending: undefined,
    };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (this.#entries.size > maxEntries) {
      for (const oldest of this.#entries.keys()) {
        this.#entries.delete(oldest);
        break;
      }
    }
    return entry;
  }
}
