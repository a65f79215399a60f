import type { CheckStep, CheckStepName } from "../check-result.ts";
import { asFailure, CheckFailure, NotDone } from "./check-failure.ts";

/** What a step found: a phrase for people, and what the next step goes on with. */
export interface Found<T> {
  readonly detail: string;
  readonly value: T;
}

export interface TimedSteps {
  /**
   * Its signal is aborted when its time is over, or the check is. `late` is the detail of a step that took too long; the
   * seconds are added.
   */
  step<T>(name: CheckStepName, late: string, work: (signal: AbortSignal) => Promise<Found<T>>): Promise<T>;
  /**
   * What Keymoor itself has to do before a step, in a time of its own. It is written down, as that step, only if it fails, and
   * to be late then says nothing of the service.
   */
  prepare<T>(
    name: CheckStepName,
    late: string,
    timeoutMs: number,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T>;
  /** What was tried so far, in the order in which it was. */
  readonly steps: readonly CheckStep[];
}

/** Runs steps, each within its time, and writes them down. `signal` ends the check; a CheckFailure as its reason is why. */
export function createTimedSteps(stepTimeoutMs: number, signal: AbortSignal): TimedSteps {
  const steps: CheckStep[] = [];
  /** Notes the failure, and gives what it takes to note that the step passed. */
  async function noted<T>(
    name: CheckStepName,
    work: (passed: (detail: string) => void) => Promise<T>,
  ): Promise<T> {
    const startedMs = performance.now();
    const note = (outcome: CheckStep["outcome"], detail: string): void => {
      steps.push({ name, outcome, durationMs: Math.round(performance.now() - startedMs), detail });
    };
    try {
      return await work((detail) => note("passed", detail));
    } catch (error) {
      const failure = asFailure(error);
      note("failed", failure.message);
      throw failure;
    }
  }
  return {
    steps,
    step: (name, late, work) =>
      noted(name, async (passed) => {
        const tooLate = new CheckFailure("unreachable", withSeconds(late, stepTimeoutMs));
        const { detail, value } = await inTime(work, tooLate, stepTimeoutMs, signal);
        passed(detail);
        return value;
      }),
    prepare: (name, late, timeoutMs, work) =>
      noted(name, () => {
        const tooLate = new NotDone(withSeconds(late, timeoutMs));
        return inTime(work, tooLate, timeoutMs, signal);
      }),
  };
}

function withSeconds(late: string, timeoutMs: number): string {
  return `${late} (${timeoutMs / 1000} seconds)`;
}

async function inTime<T>(
  work: (signal: AbortSignal) => Promise<T>,
  tooLate: CheckFailure,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<T> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(tooLate), timeoutMs);
  const leave = (): void => {
    const { reason } = signal;
    const ended = new CheckFailure("cannot_tell", "The check was ended before it was done");
    over.abort(reason instanceof CheckFailure ? reason : ended);
  };
  signal.addEventListener("abort", leave, { once: true });
  if (signal.aborted) leave();
  // Not everything that is waited for can be ended (a look-up cannot), so nothing is waited for longer than this.
  const ended = new Promise<never>((_, reject) => {
    if (over.signal.aborted) reject(over.signal.reason);
    else over.signal.addEventListener("abort", () => reject(over.signal.reason), { once: true });
  });
  try {
    if (over.signal.aborted) return await ended;
    return await Promise.race([ended, work(over.signal)]);
  } catch (error) {
    // What is said of a work that was cut short is not about the service.
    throw over.signal.aborted ? over.signal.reason : error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", leave);
    ended.catch(() => {}); // nobody waits for it any more
  }
}
