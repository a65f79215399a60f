import type { Static } from "@sinclair/typebox";
import type {
  IdentityPoolChange as IdentityPoolChangeSchema,
  IdentityPoolView as IdentityPoolSchema,
  NewIdentityPool as NewIdentityPoolSchema,
} from "../api/keymoor-v1/identity-pools.ts";
import { type Client, pathOf } from "./client.ts";

export type IdentityPool = Static<typeof IdentityPoolSchema>;
export type NewIdentityPool = Static<typeof NewIdentityPoolSchema>;

const path = "/keymoor/v1/identity-pools";

export function listIdentityPools(client: Client): AsyncGenerator<IdentityPool, void> {
  return client.items(path);
}

export function createIdentityPool(client: Client, body: NewIdentityPool): Promise<IdentityPool> {
  return client.request({ method: "POST", path, body });
}

/** What is not given stays. */
export function updateIdentityPool(
  client: Client,
  id: string,
  body: Static<typeof IdentityPoolChangeSchema>,
): Promise<IdentityPool> {
  return client.request({ method: "PATCH", path: path + pathOf(id), body });
}

export function deleteIdentityPool(client: Client, id: string): Promise<void> {
  return client.request({ method: "DELETE", path: path + pathOf(id) });
}
