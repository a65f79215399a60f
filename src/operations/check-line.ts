import { callerLeft } from "../egress/call-body.ts";
import type { CheckRecord } from "../storage/records.ts";

/** More at once would be felt by everyone else. */
export const mostAtOnce = 32;

interface Shared {
  readonly controller: AbortController;
  readonly result: Promise<CheckRecord>;
  /** Who still wants the result. */
  waiting: number;
}

/**
 * Bounds how many checks run at once, whoever wants them; the others wait in line. Whoever asks for one that is under way
 * gets that one's result. A check ends early when the last one who wanted it has gone.
 */
export class CheckLine {
  #running = 0;
  readonly #line = new Set<() => void>();
  readonly #shared = new Map<string, Shared>();

  /** How many may start without waiting. */
  get free(): number {
    return this.#line.size > 0 ? 0 : mostAtOnce - this.#running;
  }

  /** `key` names what is checked; `work` is run when nobody else's for it is. */
  share(
    key: string,
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<CheckRecord>,
  ): Promise<CheckRecord> {
    const shared = this.#shared.get(key) ?? this.#begin(key, work);
    shared.waiting += 1;
    return new Promise((resolve, reject) => {
      const leave = () => {
        shared.waiting -= 1;
        if (shared.waiting === 0) {
          shared.controller.abort();
          this.#forget(key, shared);
        }
        reject(callerLeft());
      };
      shared.result.then(resolve, reject).finally(() => signal?.removeEventListener("abort", leave));
      if (signal?.aborted === true) leave();
      else signal?.addEventListener("abort", leave, { once: true });
    });
  }

  async run<Result>(signal: AbortSignal | undefined, work: () => Promise<Result>): Promise<Result> {
    await this.#enter(signal);
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  #begin(key: string, work: (signal: AbortSignal) => Promise<CheckRecord>): Shared {
    const controller = new AbortController();
    const { signal } = controller;
    const shared: Shared = { controller, result: this.run(signal, () => work(signal)), waiting: 0 };
    this.#shared.set(key, shared);
    const done = () => this.#forget(key, shared);
    shared.result.then(done, done);
    return shared;
  }

  #forget(key: string, shared: Shared): void {
    if (this.#shared.get(key) === shared) this.#shared.delete(key);
  }

  #enter(signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted === true) return Promise.reject(callerLeft());
    if (this.#running < mostAtOnce) {
      this.#running += 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#line.delete(enter);
        reject(callerLeft());
      };
      const enter = () => {
        signal?.removeEventListener("abort", leave);
        resolve();
      };
      this.#line.add(enter);
      signal?.addEventListener("abort", leave, { once: true });
    });
  }

  /** The place goes to the next in line, if there is one. */
  #leave(): void {
    const [next] = this.#line;
    if (next === undefined) {
      this.#running -= 1;
      return;
    }
    this.#line.delete(next);
    next();
  }
}
