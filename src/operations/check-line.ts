import { KeymoorError } from "../errors.ts";
import type { CheckRecord } from "../storage/records.ts";

/** More at once would be felt by everyone else. */
export const mostAtOnce = 32;
/** The other places are kept for checks that nobody asks for. */
const mostAsked = 16;
/** Of those that one principal asks for. */
const mostOfOne = 4;
const mostWaitingOfOne = 16;
/** What one principal may have checked of what is not stored, where nothing else says how often a credential was tried. */
const mostUnsaved = 30;
const unsavedWindowMs = 60_000;

/** Whose check it is. */
export interface Turn {
  /** Principal who asks for it; undefined: the server itself. */
  readonly askedBy: string | undefined;
  /** Aborted when nobody wants it any more. */
  readonly signal: AbortSignal | undefined;
}

interface Waiting {
  readonly askedBy: string | undefined;
  readonly enter: () => void;
  readonly refuse: (error: KeymoorError) => void;
}

interface Shared {
  readonly leaving: AbortController;
  readonly result: Promise<CheckRecord>;
  /** Principal who was the first to ask for it; undefined: the server itself. */
  readonly begunBy: string | undefined;
  /** Who still wants the result. */
  wanted: number;
  hasBegun: boolean;
}

/**
 * Bounds how many checks run at once, in all and of one principal; the others wait in line. Whoever asks for one that is
 * under way gets that one's result.
 */
export class CheckLine {
  readonly #stopping = new AbortController();
  readonly #running = new Map<string | undefined, number>();
  readonly #line = new Set<Waiting>();
  readonly #shared = new Map<string, Shared>();
  readonly #unsaved = new Map<string, { startedMs: number; count: number }>();

  /** How many checks that can be shared are under way or wait. */
  get sharedCount(): number {
    return this.#shared.size;
  }

  /** Whether one whose key begins so is under way or waits. */
  isShared(start: string): boolean {
    for (const key of this.#shared.keys()) if (key.startsWith(start)) return true;
    return false;
  }

  /** How many of the server's own may start without waiting; whoever can go on before them goes first. */
  get free(): number {
    if (this.#next() !== undefined) return 0;
    return mostAtOnce - this.#count();
  }

  /**
   * `key` names what is checked; `work` is run when nobody else's for it is. What somebody asked for and has begun comes to its
   * end though he has left, unless the server stops: else one could hide that a credential was tried. What the server itself has
   * begun is cut short, and waited for: until it has ended it may still write.
   */
  share(key: string, turn: Turn, work: (stopped: AbortSignal) => Promise<CheckRecord>): Promise<CheckRecord> {
    const shared = this.#shared.get(key) ?? this.#begin(key, turn.askedBy, work);
    const { signal } = turn;
    shared.wanted += 1;
    return new Promise((resolve, reject) => {
      const leave = () => {
        if (shared.hasBegun && turn.askedBy !== undefined) return;
        shared.wanted -= 1;
        const hasToEnd = shared.hasBegun && shared.begunBy === undefined;
        if (shared.wanted === 0) {
          shared.leaving.abort();
          this.#forget(key, shared);
        }
        if (!hasToEnd) reject(callerLeft());
      };
      shared.result.then(resolve, reject).finally(() => signal?.removeEventListener("abort", leave));
      if (signal?.aborted === true) leave();
      else signal?.addEventListener("abort", leave, { once: true });
    });
  }

  /** Runs `work` when it is its turn. Its signal is aborted when nobody wants it any more, and when the server stops. */
  async run<Result>(
    { askedBy, signal }: Turn,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    await this.#enter(askedBy, signal);
    const stopped = this.#stopping.signal;
    const ending = signal === undefined ? stopped : AbortSignal.any([signal, stopped]);
    try {
      return await work(ending);
    } catch (error) {
      if (stopped.aborted) throw serverStops();
      if (signal?.aborted === true) throw callerLeft();
      throw error;
    } finally {
      this.#leave(askedBy);
    }
  }

  /** Whose checks of what is not stored are counted now. */
  get countedPrincipals(): number {
    return this.#unsaved.size;
  }

  /** Counts a check of what is not stored; `too_many_checks` when it is one too many within a minute. */
  countUnsaved(askedBy: string, nowMs: number): void {
    for (const [principal, { startedMs }] of this.#unsaved) {
      if (Math.abs(nowMs - startedMs) >= unsavedWindowMs) this.#unsaved.delete(principal);
    }
    const window = this.#unsaved.get(askedBy) ?? { startedMs: nowMs, count: 0 };
    this.#unsaved.set(askedBy, window);
    window.count += 1;
    if (window.count <= mostUnsaved) return;
    const seconds = Math.max(1, Math.ceil((window.startedMs + unsavedWindowMs - nowMs) / 1000));
    throw new KeymoorError(
      "too_many_checks",
      `You have had more than ${mostUnsaved} connections checked within a minute before they were saved.`,
      { hint: `Ask again in ${seconds} seconds.`, retryAfterSeconds: seconds },
    );
  }

  /** Nothing begins any more; who waits is told at once, and what is under way is cut short. */
  stop(): void {
    this.#stopping.abort();
    for (const { refuse } of this.#line) refuse(serverStops());
    this.#line.clear();
  }

  #begin(
    key: string,
    askedBy: string | undefined,
    work: (stopped: AbortSignal) => Promise<CheckRecord>,
  ): Shared {
    const leaving = new AbortController();
    const begin = (stopped: AbortSignal) => {
      shared.hasBegun = true;
      return work(stopped);
    };
    const shared: Shared = {
      leaving,
      result: this.run({ askedBy, signal: leaving.signal }, begin),
      begunBy: askedBy,
      wanted: 0,
      hasBegun: false,
    };
    this.#shared.set(key, shared);
    const done = () => this.#forget(key, shared);
    shared.result.then(done, done);
    return shared;
  }

  #forget(key: string, shared: Shared): void {
    if (this.#shared.get(key) === shared) this.#shared.delete(key);
  }

  async #enter(askedBy: string | undefined, signal: AbortSignal | undefined): Promise<void> {
    if (this.#stopping.signal.aborted) throw serverStops();
    if (signal?.aborted === true) throw callerLeft();
    if (this.#hasRoom(askedBy)) return this.#take(askedBy);
    const waiting = [...this.#line].filter((one) => one.askedBy === askedBy).length;
    if (askedBy !== undefined && waiting >= mostWaitingOfOne) throw tooMany();
    await new Promise<void>((resolve, reject) => {
      const leave = () => refuse(callerLeft());
      const refuse = (error: KeymoorError) => {
        signal?.removeEventListener("abort", leave);
        this.#line.delete(one);
        reject(error);
      };
      const enter = () => {
        signal?.removeEventListener("abort", leave);
        resolve();
      };
      const one = { askedBy, enter, refuse };
      this.#line.add(one);
      signal?.addEventListener("abort", leave, { once: true });
    });
  }

  #leave(askedBy: string | undefined): void {
    const left = (this.#running.get(askedBy) ?? 0) - 1;
    if (left > 0) this.#running.set(askedBy, left);
    else this.#running.delete(askedBy);
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      this.#line.delete(next);
      this.#take(next.askedBy);
      next.enter();
    }
  }

  #take(askedBy: string | undefined): void {
    this.#running.set(askedBy, (this.#running.get(askedBy) ?? 0) + 1);
  }

  /** The first in line who need not wait any longer. */
  #next(): Waiting | undefined {
    for (const one of this.#line) if (this.#hasRoom(one.askedBy)) return one;
    return undefined;
  }

  #hasRoom(askedBy: string | undefined): boolean {
    const running = this.#count();
    if (running >= mostAtOnce || askedBy === undefined) return running < mostAtOnce;
    const own = this.#running.get(undefined) ?? 0;
    return running - own < mostAsked && (this.#running.get(askedBy) ?? 0) < mostOfOne;
  }

  #count(): number {
    return [...this.#running.values()].reduce((sum, one) => sum + one, 0);
  }
}

function callerLeft(): KeymoorError {
  return new KeymoorError("caller_left", "The caller went away before the check was made.");
}

function serverStops(): KeymoorError {
  return new KeymoorError("stopping", "The server is stopping.", {
    hint: "Try again.",
    retryAfterSeconds: 1,
  });
}

function tooMany(): KeymoorError {
  return new KeymoorError(
    "too_many_checks",
    `You have asked for many checks: ${mostOfOne} are under way and ${mostWaitingOfOne} wait.`,
    { hint: "Ask again when some of them are done.", retryAfterSeconds: 5 },
  );
}
