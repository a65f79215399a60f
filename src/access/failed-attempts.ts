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
      this.#makeRoom(nowMs);
      this.#windows.set(key, { startedMs: nowMs, count: 1 });
      return undefined;
    }
    window.count += 1;
    return waitSeconds(window, nowMs);
  }

  /** The seconds to wait before one more may even be looked at; undefined: it may. */
  wait(address: string, keyId: string, nowMs: number): number | undefined {
    const window = this.#windows.get(`${address} ${keyId}`);
    if (window === undefined || nowMs - window.startedMs >= windowMs) return undefined;
    // The one that is to come counts.
    return waitSeconds({ ...window, count: window.count + 1 }, nowMs);
  }

  /** Takes one back that was counted before it was looked at, and proved right. */
  forgive(address: string, keyId: string): void {
    const key = `${address} ${keyId}`;
    const window = this.#windows.get(key);
    if (window === undefined) return;
    window.count -= 1;
    if (window.count === 0) this.#windows.delete(key);
  }

  // A flood of invented key ids must not fill the memory. Windows stand in the order they began: those that have ended go, and
  // beyond the limit the oldest.
  #makeRoom(nowMs: number): void {
    for (const [key, { startedMs }] of this.#windows) {
      if (nowMs - startedMs < windowMs && this.#windows.size < mostEntries) break;
      this.#windows.delete(key);
    }
  }
}

function waitSeconds(
  { startedMs, count }: { readonly startedMs: number; readonly count: number },
  nowMs: number,
): number | undefined {
  if (count <= allowedPerWindow) return undefined;
  return Math.max(1, Math.ceil((startedMs + windowMs - nowMs) / 1000));
}
