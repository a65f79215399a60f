import type { Static } from "@sinclair/typebox";
import type {
  ChangedServiceAccount as ChangedServiceAccountSchema,
  NewServiceAccount as NewServiceAccountSchema,
  ServiceAccount as ServiceAccountSchema,
} from "../api/control-plane/service-accounts.ts";
import { type Client, pathOf } from "./client.ts";

export type ServiceAccount = Static<typeof ServiceAccountSchema>;

const path = "/iam/v2/service-accounts";

export function listServiceAccounts(client: Client): AsyncGenerator<ServiceAccount, void> {
  return client.items(path);
}

export function getServiceAccount(client: Client, id: string): Promise<ServiceAccount> {
  return client.request({ path: path + pathOf(id) });
}

export function createServiceAccount(
  client: Client,
  body: Static<typeof NewServiceAccountSchema>,
): Promise<ServiceAccount> {
  return client.request({ method: "POST", path, body });
}

export function updateServiceAccount(
  client: Client,
  id: string,
  body: Static<typeof ChangedServiceAccountSchema>,
): Promise<ServiceAccount> {
  return client.request({ method: "PATCH", path: path + pathOf(id), body });
}

export function deleteServiceAccount(client: Client, id: string): Promise<void> {
  return client.request({ method: "DELETE", path: path + pathOf(id) });
}
