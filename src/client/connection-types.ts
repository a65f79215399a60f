import type { Static } from "@sinclair/typebox";
import type { ConnectionType as ConnectionTypeSchema } from "../api/keymoor-v1/connection-types.ts";
import type { Client } from "./client.ts";

export type ConnectionType = Static<typeof ConnectionTypeSchema>;

/** Every type of service that the server knows, in the order in which people see them. */
export async function listConnectionTypes(client: Client): Promise<readonly ConnectionType[]> {
  const { data }: { readonly data: readonly ConnectionType[] } = await client.request({
    path: "/keymoor/v1/connection-types",
  });
  return data;
}
