import type { Static } from "@sinclair/typebox";
import type {
  ApiKey as ApiKeySchema,
  ChangedApiKey as ChangedApiKeySchema,
  NewApiKey as NewApiKeySchema,
  ShownApiKey as ShownApiKeySchema,
} from "../api/control-plane/api-keys.ts";
import { type Client, pathOf } from "./client.ts";

export type ApiKey = Static<typeof ApiKeySchema>;
/** With the secret, which is shown this once. */
export type ShownApiKey = Static<typeof ShownApiKeySchema>;

const path = "/iam/v2/api-keys";

/** One's own, and those that one manages. */
export function listApiKeys(
  client: Client,
  filter: { readonly owner: string | undefined; readonly resource: string | undefined },
): AsyncGenerator<ApiKey, void> {
  return client.items(path, { "spec.owner": filter.owner, "spec.resource": filter.resource });
}

export function getApiKey(client: Client, id: string): Promise<ApiKey> {
  return client.request({ path: path + pathOf(id) });
}

export function createApiKey(
  client: Client,
  spec: Static<typeof NewApiKeySchema>["spec"],
): Promise<ShownApiKey> {
  return client.request({ method: "POST", path, body: { spec } });
}

export function updateApiKey(
  client: Client,
  id: string,
  spec: Static<typeof ChangedApiKeySchema>["spec"],
): Promise<ApiKey> {
  return client.request({ method: "PATCH", path: path + pathOf(id), body: { spec } });
}

export function deleteApiKey(client: Client, id: string): Promise<void> {
  return client.request({ method: "DELETE", path: path + pathOf(id) });
}
