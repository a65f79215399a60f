import { queryOptions } from "@tanstack/react-query";
import type { Client } from "../../../../src/client/client.ts";
import { listServiceAccounts } from "../../../../src/client/service-accounts.ts";
import { accessKey } from "./access-key.ts";
import { allOf } from "./all-of.ts";

export function serviceAccountsQuery(client: Client) {
  return queryOptions({
    queryKey: [...accessKey, "service-accounts"],
    queryFn: () => allOf(listServiceAccounts(client)),
  });
}
