import { asKeymoorError } from "../errors.ts";
import type { Step, Store } from "../storage/store.ts";
import type { Metrics } from "./metrics.ts";

/** The store, with its changes and audit events counted. */
export function meteredStore(store: Store, metrics: Metrics): Store {
  return {
    read: store.read,
    write: async (steps) => {
      const end = metrics.writeBegun();
      try {
        await store.write(steps);
      } catch (error) {
        end(asKeymoorError(error).status < 500 ? "refused" : "failed");
        throw error;
      }
      end("done");
      countEvents(metrics, steps);
    },
    note: (note) => {
      if ("event" in note) metrics.audited(note.event.outcome);
      store.note(note);
    },
    compact: () => store.compact(),
    emptyLog: () => store.emptyLog(),
    flush: () => store.flush(),
    close: () => store.close(),
  };
}

function countEvents(metrics: Metrics, steps: readonly Step[]): void {
  for (const step of steps) if (step.do === "append_audit") metrics.audited(step.event.outcome);
}
