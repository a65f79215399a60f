import { queryOptions } from "@tanstack/react-query";
import { listApiKeys } from "../../../../src/client/api-keys.ts";
import type { Client } from "../../../../src/client/client.ts";
import { accessKey } from "./access-key.ts";
import { allOf } from "./all-of.ts";

export function apiKeysQuery(client: Client) {
  return queryOptions({
    queryKey: [...accessKey, "api-keys"],
    queryFn: () => allOf(listApiKeys(client, { owner: undefined, resource: undefined })),
  });
}
