import { describe, expect, it } from "vitest";
import type { CheckRecord } from "../storage/records.ts";
import { CheckLine } from "./check-line.ts";

/** Work that ends when it is told to, or is aborted. */
function work() {
  const begun: { end: () => void; signal: AbortSignal }[] = [];
  return {
    begun,
    run: (signal: AbortSignal) =>
      new Promise<CheckRecord>((resolve, reject) => {
        begun.push({ end: () => resolve({ id: `check-${begun.length}` } as CheckRecord), signal });
        signal.addEventListener("abort", () => reject(new Error("cut short")));
      }),
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("the line of checks", () => {
  it("runs 32 at once, and the others in the order in which they came", async () => {
    const line = new CheckLine();
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const all = Array.from({ length: 40 }, (_, n) =>
      line.run(undefined, () => {
        begun.push(n);
        return new Promise<void>((resolve) => ends.push(resolve));
      }),
    );
    await turn();
    expect(begun).toHaveLength(32);
    expect(line.free).toBe(0);
    ends[7]?.();
    ends[3]?.();
    await turn();
    expect(begun.slice(32)).toStrictEqual([32, 33]);
    while (begun.length < 40) {
      for (const end of ends) end();
      await turn();
    }
    for (const end of ends) end();
    await Promise.all(all);
    expect(line.free).toBe(32);
  });

  it("makes one check of what several ask for at once, and a new one for who asks later", async () => {
    const line = new CheckLine();
    const { begun, run } = work();
    const asked = [1, 2, 3].map(() => line.share("a", undefined, run));
    await turn();
    expect(begun).toHaveLength(1);
    begun[0]?.end();
    expect(new Set((await Promise.all(asked)).map(({ id }) => id)).size).toBe(1);
    await turn();
    const later = line.share("a", undefined, run);
    await turn();
    expect(begun).toHaveLength(2);
    begun[1]?.end();
    await later;
  });

  it("ends a check when the last one who wanted it has gone, and not before", async () => {
    const line = new CheckLine();
    const { begun, run } = work();
    const [one, two] = [new AbortController(), new AbortController()];
    const first = line.share("a", one.signal, run);
    const second = line.share("a", two.signal, run);
    const failures = [
      expect(first).rejects.toThrow("went away"),
      expect(second).rejects.toThrow("went away"),
    ];
    await turn();
    one.abort();
    await failures[0];
    expect(begun[0]?.signal.aborted).toBe(false);
    two.abort();
    await failures[1];
    expect(begun[0]?.signal.aborted).toBe(true);
    // Who asks now gets a check of his own, not the end of the other.
    const third = line.share("a", undefined, run);
    await turn();
    begun[1]?.end();
    await expect(third).resolves.toMatchObject({ id: "check-2" });
    expect(line.free).toBe(32);
  });

  it("who goes away while he waits gives up his place", async () => {
    const line = new CheckLine();
    const ends: (() => void)[] = [];
    const hold = () => new Promise<void>((resolve) => ends.push(resolve));
    const running = Array.from({ length: 32 }, () => line.run(undefined, hold));
    const gone = new AbortController();
    const waiting = line.run(gone.signal, hold);
    gone.abort();
    await expect(waiting).rejects.toThrow("went away");
    await expect(line.run(gone.signal, hold)).rejects.toThrow("went away");
    for (const end of ends) end();
    await Promise.all(running);
    expect([line.free, ends.length]).toStrictEqual([32, 32]);
  });

  it("gives its place back after a failure", async () => {
    const line = new CheckLine();
    await expect(line.run(undefined, () => Promise.reject(new Error("x")))).rejects.toThrow("x");
    await expect(line.share("a", undefined, () => Promise.reject(new Error("y")))).rejects.toThrow("y");
    expect(line.free).toBe(32);
  });
});
