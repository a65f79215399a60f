import { afterEach, describe, expect, it, vi } from "vitest";
import type { Step } from "../storage/store.ts";
import { type Claim, DueWork } from "./due-work.ts";

interface Options {
  readonly items: number;
  readonly write?: () => Promise<void>;
  readonly work: (item: number, signal: AbortSignal, claim: Claim) => Promise<void>;
}

/** Items that stand in no database: they are due until they are in `done`. */
function dueWork({ items, write = async () => {}, work }: Options) {
  const done = new Set<number>();
  const errors: unknown[] = [];
  const all = Array.from({ length: items }, (_, n) => n);
  const due = new DueWork<number>({
    services: { now: () => new Date(), store: { write } } as unknown as ConstructorParameters<
      typeof DueWork<number>
    >[0]["services"],
    find: async (limit) => all.filter((item) => !done.has(item)).slice(0, limit),
    keyOf: String,
    claimStep: (item): Step => ({ do: "release_check", uid: String(item) }),
    work,
    room: (running) => 32 - running,
    onError: (error) => errors.push(error),
  });
  return { due, done, errors };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

afterEach(() => {
  vi.useRealTimers();
});

describe("work that is due", () => {
  it("is found behind what was begun and not claimed yet", async () => {
    const begun = new Set<number>();
    const { due, done } = dueWork({
      items: 60,
      work: async (item, signal) => {
        begun.add(item);
        // The oldest wait for something.
        if (item < 20) await new Promise((resolve) => signal.addEventListener("abort", resolve));
        else done.add(item);
      },
    });
    due.start();
    await expect.poll(() => begun.size).toBe(60);
    await due.stop();
  });

  it("is not tried again at once when it failed, as on a full disk, but at the next poll", async () => {
    vi.useFakeTimers({ toFake: ["setInterval"] });
    let writes = 0;
    const { due, errors } = dueWork({
      items: 100,
      write: async () => {
        writes += 1;
        throw new Error("disk full");
      },
      work: async (_item, _signal, claim) => void (await claim()),
    });
    due.start();
    await expect.poll(() => errors.length).toBe(32);
    for (let n = 0; n < 50; n += 1) await nextTurn();
    expect(writes).toBe(32);
    vi.advanceTimersByTime(10_000);
    await expect.poll(() => writes).toBe(64);
    await due.stop();
  });

  it("is waited for by a stop, so that it can let go of what it claimed", async () => {
    let hasLetGo = false;
    const { due } = dueWork({
      items: 1,
      work: async (_item, signal) => {
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        await nextTurn();
        hasLetGo = true;
      },
    });
    due.start();
    await nextTurn();
    await nextTurn();
    await due.stop();
    expect(hasLetGo).toBe(true);
  });

  it("does not hold up a stop for ever", async () => {
    let hasBegun = false;
    const { due } = dueWork({
      items: 1,
      work: () => {
        hasBegun = true;
        return new Promise(() => {});
      },
    });
    due.start();
    await expect.poll(() => hasBegun).toBe(true);
    await due.stop();
  });
});
