import { queryOptions } from "@tanstack/react-query";
import type { Client } from "../../../../src/client/client.ts";
import { listIdentityPools } from "../../../../src/client/identity-pools.ts";
import { accessKey } from "./access-key.ts";
import { allOf } from "./all-of.ts";

export function identityPoolsQuery(client: Client) {
  return queryOptions({
    queryKey: [...accessKey, "identity-pools"],
    queryFn: () => allOf(listIdentityPools(client)),
  });
}
