import type { CheckRecord } from "../storage/records.ts";
import { findConnection } from "./find-connection.ts";
import type { Operation } from "./operation.ts";

/** The last checks of a connection, newest first. */
export const listChecks: Operation<{ readonly name: string }, readonly CheckRecord[]> = {
  name: "connection.checks",
  right: "connection:read",
  kind: "read",
  about: ({ name }) => ({ kind: "connection", name }),
  run: async (act, { name }) => {
    const { uid } = await findConnection(act, name);
    return await act.services.store.read.checks(uid);
  },
};
