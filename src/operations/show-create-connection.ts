import { requireConnectionType } from "../connections/connection-type.ts";
import { Secret } from "../secret.ts";
import { mask } from "../sql/mask.ts";
import { printConnectionStatement } from "../sql/print-connection-statement.ts";
import { findConnection } from "./find-connection.ts";
import { openCredentialAsGiven } from "./open-credential.ts";
import type { Operation } from "./operation.ts";

/** CREATE CONNECTION with every sealed value masked: it runs once the masks are filled in. */
export const showCreateConnection: Operation<{ readonly name: string }, string> = {
  name: "connection.describe",
  right: "connection:read",
  kind: "read",
  about: ({ name }) => ({ kind: "connection", name }),
  run: async (act, { name }) => {
    const connection = await findConnection(act, name);
    const { values } = await openCredentialAsGiven(act.services, connection);
    const type = requireConnectionType(connection.type);
    const fields = type.auth.find((method) => method.name === connection.authMethod)?.fields ?? {};
    const given: Record<string, string> = {
      type: connection.type,
      endpoint: connection.endpoint,
      ...connection.options,
    };
    for (const key of Object.keys(fields)) {
      const value = values[key];
      // An empty value says that the service takes no credential; there is nothing to hide.
      if (value !== undefined) given[key] = value.isEmpty ? "" : mask;
    }
    return printConnectionStatement({
      kind: "create",
      orReplace: false,
      ifNotExists: false,
      name: { name, position: noPosition },
      comment: connection.comment ?? undefined,
      options: Object.entries(given).map(([key, value]) => ({
        key,
        value: new Secret(value),
        keyPosition: noPosition,
        valuePosition: noPosition,
      })),
    });
  },
};

const noPosition = { line: 1, column: 1 };
