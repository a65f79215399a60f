import { expect, test } from "vitest";
import { NoTurn, Turns } from "./turns.ts";

const never = new AbortController().signal;

test("so many go at a time, in the order in which they came", async () => {
  const turns = new Turns(2);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const all = [0, 1, 2, 3].map((id) =>
    turns.take(never, async () => {
      begun.push(id);
      await new Promise<void>((resolve) => ends.push(resolve));
    }),
  );
  await Promise.resolve();
  expect(begun).toEqual([0, 1]);
  ends[1]?.();
  await all[1];
  expect(begun).toEqual([0, 1, 2]);
  ends[0]?.();
  ends[2]?.();
  await Promise.all([all[0], all[2]]);
  ends[3]?.();
  await all[3];
  expect(begun).toEqual([0, 1, 2, 3]);
});

test("a check that ends while it waits leaves the line, and one that fails gives its turn on", async () => {
  const turns = new Turns(1);
  const failing = turns.take(never, async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    throw new Error("failed");
  });
  const ending = new AbortController();
  const leaving = turns.take(ending.signal, async () => "never");
  const next = turns.take(never, async () => "went");
  ending.abort();
  await expect(leaving).rejects.toThrow(NoTurn);
  await expect(failing).rejects.toThrow("failed");
  expect(await next).toBe("went");
  await expect(turns.take(ending.signal, async () => "free")).resolves.toBe("free");
});
