import type { ConnectionCaller, FoundDependant } from "../storage/records.ts";
import type { Page } from "../storage/store.ts";
import { firstDay } from "./describe-connection.ts";
import { findConnection } from "./find-connection.ts";
import type { Operation } from "./operation.ts";

export interface Dependants {
  readonly definitions: Page<FoundDependant>;
  readonly callers: readonly ConnectionCaller[];
}

/** Of more than these the audit trail tells. */
const mostCallers = 100;

/** What stands on a connection: the kept definitions that name it, a page of them, and who called in the last 30 days. */
export const connectionDependants: Operation<
  { readonly name: string; readonly after: string | undefined; readonly limit: number },
  Dependants
> = {
  name: "connection.dependants",
  right: "connection:read",
  kind: "read",
  about: ({ name }) => ({ kind: "connection", name }),
  run: async (act, { name, after, limit }) => {
    const { uid } = await findConnection(act, name);
    const { read } = act.services.store;
    return {
      definitions: await read.dependants(act.place, name, after, limit),
      callers: await read.callers(uid, firstDay(act), mostCallers),
    };
  },
};
