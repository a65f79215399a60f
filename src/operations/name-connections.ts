import { judgeConnectionName } from "../connections/connection-name.ts";
import { KeymoorError } from "../errors.ts";
import type { NamedConnection } from "../sql/named-connections.ts";
import type { Act } from "./act.ts";
import { atPosition } from "./at-position.ts";
import { connectionNotFound } from "./find-connection.ts";
import { type Operation, permitAlso } from "./operation.ts";
import { judgeCatalog } from "./run-connection-statement.ts";

/** Each is looked up, and shown with the statement in every list. */
const mostNamed = 100;

/**
 * What a statement about something else may name: connections of this place, by whoever may use them. The form of the names
 * is judged at once, and the right; `find` throws `connection_not_found` for the first one that is not there.
 */
export function permitNamed(
  act: Act,
  named: readonly NamedConnection[],
): { readonly names: readonly string[]; readonly find: () => Promise<void> } {
  if (named.length > mostNamed) {
    throw new KeymoorError(
      "sql_not_supported",
      `A statement names connections in at most ${mostNamed} places.`,
      { pointer: "/spec/statement" },
    );
  }
  for (const one of named) judgeForm(act, one);
  const names = [...new Set(named.map(({ name }) => name.name))];
  if (names.length === 0) return { names, find: async () => {} };
  const permitted = permitAlso(act, nameConnection);
  return {
    names,
    find: async () => {
      for (const name of names) await permitted.run(() => ({ name }));
    },
  };
}

function judgeForm(act: Act, { name: { catalog, name, position } }: NamedConnection): void {
  try {
    judgeConnectionName(name);
    judgeCatalog(act, catalog);
  } catch (error) {
    throw error instanceof KeymoorError ? atPosition(error, position) : error;
  }
}

/** Who names a connection has it used in his name by whatever runs the statement. */
const nameConnection: Operation<{ readonly name: string }, void> = {
  name: "connection.name",
  right: "connection:call",
  kind: "read",
  about: ({ name }) => ({ kind: "connection", name }),
  run: async (act, { name }) => {
    const { environmentId, cloud, region } = act.place;
    const all = await act.services.store.read.connectionsNamed(environmentId, name);
    if (all.some((one) => one.cloud === cloud && one.region === region)) return;
    const { code, message } = connectionNotFound(act, name);
    const elsewhere = all.map((one) => `${one.cloud}.${one.region}`).join(", ");
    throw elsewhere === ""
      ? new KeymoorError(code, message)
      : new KeymoorError(code, message, {
          hint: `There is one in ${elsewhere}, and a statement uses those of its own region.`,
        });
  },
};
