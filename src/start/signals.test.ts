import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { stopOnSignal } from "./signals.ts";

function order() {
  const signals = new EventEmitter();
  let nowMs = 0;
  const stop = stopOnSignal(signals, () => nowMs);
  const send = (signal: NodeJS.Signals, atMs: number) => {
    nowMs = atMs;
    signals.emit(signal, signal);
  };
  return { stop, send };
}

test("SIGTERM and SIGINT order the server to stop", async () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    const { stop, send } = order();
    send(signal, 0);
    expect(await stop.given).toBe(signal);
  }
});

test("a second signal within five seconds is the same order, a later one hurries it", () => {
  const { stop, send } = order();
  send("SIGTERM", 1_000);
  send("SIGINT", 6_000);
  expect(stop.hurry.aborted).toBe(false);
  send("SIGINT", 6_001);
  expect(stop.hurry.aborted).toBe(true);
});
