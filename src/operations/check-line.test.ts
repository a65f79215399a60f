import { describe, expect, it } from "vitest";
import type { CheckRecord } from "../storage/records.ts";
import { CheckLine, type Turn } from "./check-line.ts";

const byServer: Turn = { askedBy: undefined, signal: undefined };
const by = (askedBy: string, signal?: AbortSignal): Turn => ({ askedBy, signal });

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

/** Work that says who is at it, and ends when it is told to. */
function hold() {
  const ends: (() => void)[] = [];
  const begun: string[] = [];
  return {
    begun,
    ends,
    run: (name: string) => () => {
      begun.push(name);
      return new Promise<void>((resolve) => ends.push(resolve));
    },
    /** Ends whatever has begun, until all has. */
    finish: async (count: number) => {
      while (begun.length < count) {
        for (const end of ends) end();
        await turn();
      }
      for (const end of ends) end();
    },
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const many = <Result>(count: number, make: (n: number) => Result) =>
  Array.from({ length: count }, (_, n) => make(n));

describe("the line of checks", () => {
  it("runs 32 at once, and the others in the order in which they came", async () => {
    const line = new CheckLine();
    const { begun, ends, run, finish } = hold();
    const all = many(40, (n) => line.run(byServer, run(`${n}`)));
    await turn();
    expect(begun).toHaveLength(32);
    expect(line.free).toBe(0);
    ends[7]?.();
    ends[3]?.();
    await turn();
    expect(begun.slice(32)).toStrictEqual(["32", "33"]);
    await finish(40);
    await Promise.all(all);
    expect(line.free).toBe(32);
  });

  it("runs 4 of one principal at once, lets 16 wait, and refuses more", async () => {
    const line = new CheckLine();
    const { begun, run, finish } = hold();
    const all = many(20, () => line.run(by("u-1"), run("u-1")));
    await turn();
    expect(begun).toHaveLength(4);
    await expect(line.run(by("u-1"), run("u-1"))).rejects.toMatchObject({
      code: "too_many_checks",
      details: { retryAfterSeconds: 5 },
    });
    // Whoever waits is passed by others who need not.
    const other = line.run(by("u-2"), run("u-2"));
    await turn();
    expect(begun.at(-1)).toBe("u-2");
    expect(line.free).toBe(27);
    await finish(21);
    await Promise.all([...all, other]);
    expect(line.free).toBe(32);
  });

  it("keeps 16 places from those who ask, however many they are", async () => {
    const line = new CheckLine();
    const { begun, run, finish } = hold();
    const asked = many(40, (n) => line.run(by(`u-${n % 10}`), run("asked")));
    await turn();
    expect(begun).toHaveLength(16);
    expect(line.free).toBe(16);
    const own = many(16, () => line.run(byServer, run("own")));
    await turn();
    expect(begun.slice(16)).toStrictEqual(many(16, () => "own"));
    await finish(56);
    await Promise.all([...asked, ...own]);
  });

  it("makes one check of what several ask for at once, and a new one for who asks later", async () => {
    const line = new CheckLine();
    const { begun, run } = work();
    const asked = ["u-1", "u-2", undefined].map((askedBy) =>
      line.share("a", { askedBy, signal: undefined }, run),
    );
    await turn();
    expect(begun).toHaveLength(1);
    begun[0]?.end();
    expect(new Set((await Promise.all(asked)).map(({ id }) => id)).size).toBe(1);
    await turn();
    const later = line.share("a", by("u-1"), run);
    await turn();
    expect(begun).toHaveLength(2);
    begun[1]?.end();
    await later;
  });

  it("brings what somebody asked for to its end, though he went away once it had begun", async () => {
    const line = new CheckLine();
    const { begun, run } = work();
    const [one, two] = [new AbortController(), new AbortController()];
    const first = line.share("a", by("u-1", one.signal), run);
    const second = line.share("a", { askedBy: undefined, signal: two.signal }, run);
    await turn();
    one.abort();
    two.abort();
    await expect(second).rejects.toMatchObject({ code: "caller_left" });
    expect(begun[0]?.signal.aborted).toBe(false);
    begun[0]?.end();
    await expect(first).resolves.toMatchObject({ id: "check-1" });
  });

  it("cuts what the server began by itself when the server wants it no more", async () => {
    const line = new CheckLine();
    const { begun, run } = work();
    const stop = new AbortController();
    const own = line.share("a", { askedBy: undefined, signal: stop.signal }, run);
    await turn();
    const refused = expect(own).rejects.toMatchObject({ code: "caller_left" });
    stop.abort();
    await refused;
    expect(begun[0]?.signal.aborted).toBe(true);
    // Who asks now gets a check of his own, not the end of the other.
    const next = line.share("a", by("u-1"), run);
    await turn();
    begun[1]?.end();
    await expect(next).resolves.toMatchObject({ id: "check-2" });
    expect(line.free).toBe(32);
  });

  it("who goes away while he waits gives up his place", async () => {
    const line = new CheckLine();
    const { begun, run, finish } = hold();
    const running = many(32, () => line.run(byServer, run("own")));
    const gone = new AbortController();
    const shared = work();
    const waiting = [
      line.run(by("u-1", gone.signal), run("gone")),
      line.share("a", by("u-1", gone.signal), shared.run),
    ];
    gone.abort();
    for (const one of waiting) await expect(one).rejects.toMatchObject({ code: "caller_left" });
    await expect(line.run(by("u-1", gone.signal), run("gone"))).rejects.toMatchObject({
      code: "caller_left",
    });
    await finish(32);
    await Promise.all(running);
    expect([line.free, begun.length, shared.begun.length]).toStrictEqual([32, 32, 0]);
  });

  it("tells who waits at once when the server stops, and cuts short what is under way", async () => {
    const line = new CheckLine();
    const { run } = work();
    const all = [
      ...many(40, (n) => line.share(`${n}`, by("u-1"), run).catch((error) => error)).slice(0, 20),
      line.share("own", byServer, run).catch((error) => error),
    ];
    await turn();
    line.stop();
    for (const one of await Promise.all(all)) expect(one).toMatchObject({ code: "stopping" });
    await expect(line.run(by("u-2"), run)).rejects.toMatchObject({ code: "stopping" });
  });

  it("gives its place back after a failure", async () => {
    const line = new CheckLine();
    await expect(line.run(byServer, () => Promise.reject(new Error("x")))).rejects.toThrow("x");
    await expect(line.share("a", byServer, () => Promise.reject(new Error("y")))).rejects.toThrow("y");
    expect(line.free).toBe(32);
  });

  it("counts 30 checks a minute of what one principal has not saved", () => {
    const line = new CheckLine();
    for (let n = 0; n < 30; n += 1) line.countUnsaved("u-1", 1000 * n);
    expect(() => line.countUnsaved("u-1", 40_000)).toThrow(
      expect.objectContaining({
        code: "too_many_checks",
        details: { hint: "Ask again in 20 seconds.", retryAfterSeconds: 20 },
      }),
    );
    line.countUnsaved("u-2", 40_000);
    line.countUnsaved("u-1", 60_000);
    expect(line.countedPrincipals).toBe(2);
    // Who has not asked for a minute is not kept.
    line.countUnsaved("u-3", 200_000);
    expect(line.countedPrincipals).toBe(1);
  });

  it("waits for the end of what the server itself has begun: it may be writing", async () => {
    const line = new CheckLine();
    const stop = new AbortController();
    let write = () => {};
    let hasEnded = false;
    const own = line.share("a/1", { askedBy: undefined, signal: stop.signal }, async () => {
      await new Promise<void>((resolve) => {
        write = resolve;
      });
      throw new Error("cut short");
    });
    const ended = own.catch(() => {
      hasEnded = true;
    });
    await turn();
    expect([line.isShared("a/"), line.isShared("b/"), line.sharedCount]).toStrictEqual([true, false, 1]);
    stop.abort();
    await turn();
    expect(hasEnded).toBe(false);
    write();
    await ended;
    await expect(own).rejects.toMatchObject({ code: "caller_left" });
  });
});
