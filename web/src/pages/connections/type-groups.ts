import type { ConnectionType } from "../../../../src/client/connection-types.ts";

/** In the order in which people see them. */
export const typeGroups = [
  { group: "model", label: "Models" },
  { group: "vector_store", label: "Vector stores" },
  { group: "database", label: "Databases" },
  { group: "api", label: "APIs and agents" },
] as const satisfies readonly { readonly group: ConnectionType["group"]; readonly label: string }[];
