const windowMs = 60_000;
const allowedPerWindow = 10;
const mostEntries = 10_000;

/**
 * Counts failed attempts for one (address, key id). A right secret always passes, whatever stands here; only a wrong one
 * asks, so that nobody can lock another out (design 6).
 */
export class FailedAttempts {
  readonly #windows = new Map<string, { startedMs: number; count: number }>();

  /** Notes a failure. Returns the seconds to wait once there were more than ten within a minute, else undefined. */
  note(address: string, keyId: string, nowMs: number): number | undefined {
    const key = `${address} ${keyId}`;
    const window = this.#windows.get(key);
    if (window === undefined || nowMs - window.startedMs >= windowMs) {
      this.#windows.delete(key);
      this.#makeRoom();
      this.#windows.set(key, { startedMs: nowMs, count: 1 });
      return undefined;
    }
    window.count += 1;
    if (window.count <= allowedPerWindow) return undefined;
    return Math.max(1, Math.ceil((window.startedMs + windowMs - nowMs) / 1000));
  }

  // A flood of invented key ids must not fill the memory. Windows stand in the order they began, so the oldest goes first.
  #makeRoom(): void {
    if (this.#windows.size < mostEntries) return;
    const [oldest] = this.#windows.keys();
    if (oldest !== undefined) this.#windows.delete(oldest);
  }
}
