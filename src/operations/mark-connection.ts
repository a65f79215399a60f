import type { ConnectionRecord } from "../storage/records.ts";
import { findConnection } from "./find-connection.ts";
import type { Operation } from "./operation.ts";

export interface MarkConnection {
  readonly name: string;
  /** `file:NAME`; null: none. */
  readonly managedBy: () => string | null;
}

/** Says which file manages a connection. Nothing else of it changes. */
export const markConnection: Operation<MarkConnection, ConnectionRecord> = {
  name: "connection.mark",
  right: "connection:manage",
  kind: "change",
  about: ({ name }) => ({ kind: "connection", name }),
  run: async (act, input) => {
    const stored = await findConnection(act, input.name);
    const managedBy = input.managedBy();
    await act.services.store.write([
      { do: "set_managed_by", uid: stored.uid, managedBy },
      act.audit({ kind: "connection", name: stored.name }),
    ]);
    return { ...stored, managedBy };
  },
};
