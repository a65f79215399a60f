import { queryOptions } from "@tanstack/react-query";
import type { Client } from "../../../../src/client/client.ts";
import { listInvitations } from "../../../../src/client/users.ts";
import { accessKey } from "./access-key.ts";
import { allOf } from "./all-of.ts";

export function invitationsQuery(client: Client) {
  return queryOptions({
    queryKey: [...accessKey, "invitations"],
    queryFn: () => allOf(listInvitations(client)),
  });
}
