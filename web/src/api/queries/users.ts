import { queryOptions } from "@tanstack/react-query";
import type { Client } from "../../../../src/client/client.ts";
import { listUsers } from "../../../../src/client/users.ts";
import { accessKey } from "./access-key.ts";
import { allOf } from "./all-of.ts";

export function usersQuery(client: Client) {
  return queryOptions({ queryKey: [...accessKey, "users"], queryFn: () => allOf(listUsers(client)) });
}
