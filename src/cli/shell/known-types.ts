import { connectionTypes } from "../../connections/types/index.ts";
import type { KnownType } from "../../sql/complete-statement.ts";

/** The connection types, as completion wants to know them. */
export function knownTypes(): readonly KnownType[] {
  return connectionTypes.map(({ name, endpoint, options, auth }) => ({
    name,
    endpointExample: endpoint.example,
    options: [options, ...auth.map(({ fields }) => fields)].flatMap((fields) =>
      Object.entries(fields).map(([key, { values = [] }]) => ({ key, values })),
    ),
  }));
}
