import { queryOptions } from "@tanstack/react-query";
import type { Client } from "../../../../src/client/client.ts";
import { listRoles } from "../../../../src/client/roles.ts";

/** The role catalogue. It never changes while a server runs. */
export function rolesQuery(client: Client) {
  return queryOptions({
    queryKey: ["roles"],
    queryFn: () => listRoles(client),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
