import { expect, test } from "vitest";
import { TokenCache, type TokenSource } from "./token-cache.ts";

function counting(expiresInSeconds: number): { source: TokenSource; fetches: () => number } {
  let fetches = 0;
  const source = async () => {
    fetches += 1;
    return { token: `t${fetches}`, expiresInSeconds };
  };
  return { source, fetches: () => fetches };
}

test("a token is fetched once however many wait", async () => {
  const { source, fetches } = counting(3600);
  const cache = new TokenCache(() => 0);
  const tokens = await Promise.all(Array.from({ length: 50 }, () => cache.get("c/1", source)));
  expect(new Set(tokens)).toEqual(new Set(["t1"]));
  expect(fetches()).toBe(1);
});

test("it is kept until a minute before it expires, and for four fifths of a short life", async () => {
  let nowMs = 0;
  const cache = new TokenCache(() => nowMs);
  const hour = counting(3600);
  await cache.get("hour", hour.source);
  nowMs = 3539_000;
  expect(await cache.get("hour", hour.source)).toBe("t1");
  nowMs = 3540_000;
  expect(await cache.get("hour", hour.source)).toBe("t2");

  const short = counting(10);
  await cache.get("short", short.source);
  nowMs += 7_999;
  expect(await cache.get("short", short.source)).toBe("t1");
  nowMs += 1;
  expect(await cache.get("short", short.source)).toBe("t2");
});

test("credential versions do not share tokens", async () => {
  const { source } = counting(3600);
  const cache = new TokenCache(() => 0);
  expect(await cache.get("c/1", source)).toBe("t1");
  expect(await cache.get("c/2", source)).toBe("t2");
});

test("a refused token is forgotten, but not the one that has replaced it", async () => {
  const { source } = counting(3600);
  const cache = new TokenCache(() => 0);
  await cache.get("c/1", source);
  cache.forget("c/1", "t1");
  expect(await cache.get("c/1", source)).toBe("t2");
  cache.forget("c/1", "t1");
  expect(await cache.get("c/1", source)).toBe("t2");
});

test("a failure reaches all who wait and is not kept", async () => {
  let fails = true;
  const source: TokenSource = async () => {
    if (fails) throw new Error("refused");
    return { token: "t", expiresInSeconds: 60 };
  };
  const cache = new TokenCache(() => 0);
  const results = await Promise.allSettled([cache.get("c/1", source), cache.get("c/1", source)]);
  expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  fails = false;
  expect(await cache.get("c/1", source)).toBe("t");
});

test("the memory of a credential version outlives its tokens", async () => {
  const cache = new TokenCache(() => 0);
  const seen: (string | undefined)[] = [];
  const source: TokenSource = async (memory) => {
    seen.push(memory.get("place"));
    memory.set("place", "body");
    return { token: `t${seen.length}`, expiresInSeconds: 0 };
  };
  await cache.get("c/1", source);
  await cache.get("c/1", source);
  await cache.get("c/2", source);
  expect(seen).toEqual([undefined, "body", undefined]);
});
