import { queryOptions } from "@tanstack/react-query";
import type { Client } from "../../../../src/client/client.ts";
import { listComputePools } from "../../../../src/client/environments.ts";
import { allOf } from "./all-of.ts";

export function computePoolsQuery(client: Client, environment: string) {
  return queryOptions({
    queryKey: ["compute-pools", environment],
    queryFn: () => allOf(listComputePools(client, environment, undefined)),
  });
}
