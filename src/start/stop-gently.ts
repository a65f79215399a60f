import type { Server } from "node:http";
import type { Egress } from "../egress/egress.ts";
import type { Log } from "../log.ts";
import type { Store } from "../storage/store.ts";

/** Requests under way may end by themselves for this long. */
const graceMs = 6_000;
/** Stopping takes at most ten seconds (design 10). */
const deadlineMs = 9_500;

export interface Stoppable {
  readonly listeners: readonly Server[];
  /** Takes no more requests; resolves when the last one under way was answered. */
  readonly drain: () => Promise<void>;
  readonly egress: Pick<Egress, "close">;
  readonly store: Pick<Store, "close">;
}

/** Stops taking requests, lets those under way end, cuts what lasts longer, and writes what was noted. */
export async function stopGently(server: Stoppable, hurry: AbortSignal, log: Log): Promise<void> {
  const deadline = setTimeout(() => {
    // What was acknowledged is on disk already; only notes of the last second can be lost.
    log.error("Stopping took too long and was cut short.");
    process.exit(1);
  }, deadlineMs);
  try {
    const drained = server.drain();
    await Promise.race([drained, graceOver(hurry)]);
    await server.egress.close();
    for (const listener of server.listeners) listener.closeAllConnections();
    await drained;
    // Writes what was noted; where the disk is full it says so in the log, and closes all the same.
    await server.store.close();
  } finally {
    clearTimeout(deadline);
  }
}

function graceOver(hurry: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, graceMs).unref();
    if (hurry.aborted) resolve();
    hurry.addEventListener("abort", () => resolve(), { once: true });
  });
}
