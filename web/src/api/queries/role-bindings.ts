import { queryOptions } from "@tanstack/react-query";
import type { Client } from "../../../../src/client/client.ts";
import { listRoleBindings } from "../../../../src/client/role-bindings.ts";
import { accessKey } from "./access-key.ts";
import { allOf } from "./all-of.ts";

export function roleBindingsQuery(client: Client) {
  return queryOptions({
    queryKey: [...accessKey, "role-bindings"],
    queryFn: () => allOf(listRoleBindings(client, { principal: undefined, role: undefined })),
  });
}
