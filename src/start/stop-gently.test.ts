import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createLog } from "../log.ts";
import { stopGently } from "./stop-gently.ts";

const log = createLog("silent", { write: () => {} });

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(process, "exit").mockImplementation((code) => {
    throw new Error(`exit ${code}`);
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

function server(close: () => Promise<void>) {
  const done: string[] = [];
  const store = {
    // As on a full disk.
    flush: () => Promise.reject(new Error("full")),
    close: async () => {
      done.push("store");
      await close();
    },
  };
  const stoppable = {
    listeners: [],
    drain: async () => void done.push("drain"),
    egress: { close: async () => void done.push("egress") },
    store,
  };
  return { done, stop: () => stopGently(stoppable, new AbortController().signal, log) };
}

test("a server that stops closes its store, also when what was noted cannot be written", async () => {
  const { done, stop } = server(async () => {});
  await stop();
  expect(done).toEqual(["drain", "egress", "store"]);
});

test("the deadline is off once stopping is over, however it ended", async () => {
  const { stop } = server(() => Promise.reject(new Error("no disk")));
  await expect(stop()).rejects.toThrow("no disk");
  vi.advanceTimersByTime(60_000);
  expect(process.exit).not.toHaveBeenCalled();
});

test("stopping that takes too long is cut short", () => {
  const { stop } = server(() => new Promise(() => {}));
  void stop();
  expect(() => vi.advanceTimersByTime(10_000)).toThrow("exit 1");
});
