import { isName } from "../connections/connection-name.ts";
import { KeymoorError } from "../errors.ts";
import type { ConnectionRecord } from "../storage/records.ts";
import type { Act } from "./act.ts";

/** The connection of this name in the act's place; `connection_not_found` when there is none. */
export async function findConnection(act: Act, name: string): Promise<ConnectionRecord> {
  const connection = await act.services.store.read.connection(act.place, name);
  if (connection === undefined) throw connectionNotFound(act, name);
  return connection;
}

/** Names the connection only when the text could be a name; anything else is not repeated. */
export function connectionNotFound(act: Act, name: string): KeymoorError {
  const { cloud, region } = act.place;
  const subject = isName(name) ? `Connection "${name}"` : "A connection of this name";
  return new KeymoorError(
    "connection_not_found",
    `${subject} does not exist in ${cloud}.${region} of this environment.`,
  );
}
