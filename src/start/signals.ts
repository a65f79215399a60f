import type { EventEmitter } from "node:events";
import type { Log } from "../log.ts";

const sameOrderMs = 5_000;

export interface StopOrder {
  /** Resolves at the first SIGTERM or SIGINT. */
  readonly given: Promise<NodeJS.Signals>;
  /** Aborted when the order comes again after five seconds: whoever sends it does not want to wait for open calls. */
  readonly hurry: AbortSignal;
}

/**
 * Listens for the order to stop from now on. A terminal, npm and a supervisor may each send one for the same key press, so a
 * second signal within five seconds is the same order.
 */
export function stopOnSignal(
  signals: EventEmitter,
  nowMs: () => number = () => performance.now(),
): StopOrder {
  const hurry = new AbortController();
  const given = new Promise<NodeJS.Signals>((resolve) => {
    let firstMs: number | undefined;
    const onSignal = (signal: NodeJS.Signals) => {
      firstMs ??= nowMs();
      if (nowMs() - firstMs > sameOrderMs) hurry.abort();
      resolve(signal);
    };
    signals.on("SIGTERM", onSignal);
    signals.on("SIGINT", onSignal);
  });
  return { given, hurry: hurry.signal };
}

/**
 * A fault fails its request, not the process. What nobody caught goes through the log, which knows what it may print of an
 * error; Node itself would print all its fields.
 */
export function guardProcess(log: Log): void {
  process.on("unhandledRejection", (err) => log.error({ err }, "A fault that no request was waiting for."));
  process.on("uncaughtException", (err) => {
    log.fatal({ err }, "A fault after which the process cannot go on.");
    process.exit(1);
  });
  // Whoever reads the start message or the log may go away before the server does.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
}
