import { queryOptions } from "@tanstack/react-query";
import type { Client } from "../../../../src/client/client.ts";
import { listConnectionTypes } from "../../../../src/client/connection-types.ts";

/** The catalogue. It never changes while a server runs. */
export function connectionTypesQuery(client: Client) {
  return queryOptions({
    queryKey: ["connection-types"],
    queryFn: () => listConnectionTypes(client),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
