import type { Static } from "@sinclair/typebox";
import type { Organization as OrganizationSchema } from "../api/control-plane/organizations.ts";
import type {
  NewRoleBinding as NewRoleBindingSchema,
  RoleBinding as RoleBindingSchema,
} from "../api/control-plane/role-bindings.ts";
import { type Client, pathOf } from "./client.ts";
import { getEnvironment } from "./environments.ts";

export type RoleBinding = Static<typeof RoleBindingSchema>;

const path = "/iam/v2/role-bindings";

/** One's own, and those of the environments that one manages. */
export function listRoleBindings(
  client: Client,
  filter: { readonly principal: string | undefined; readonly role: string | undefined },
): AsyncGenerator<RoleBinding, void> {
  return client.items(path, { principal: filter.principal, role_name: filter.role });
}

export function getRoleBinding(client: Client, id: string): Promise<RoleBinding> {
  return client.request({ path: path + pathOf(id) });
}

export function createRoleBinding(
  client: Client,
  body: Static<typeof NewRoleBindingSchema>,
): Promise<RoleBinding> {
  return client.request({ method: "POST", path, body });
}

export function deleteRoleBinding(client: Client, id: string): Promise<RoleBinding> {
  return client.request({ method: "DELETE", path: path + pathOf(id) });
}

export interface RoleScope {
  /** None: the whole organization. */
  readonly environment: string | undefined;
  readonly in: { readonly cloud: string; readonly region: string } | undefined;
  readonly serviceAccount: string | undefined;
}

/** The CRN pattern of what a role is bound to, from the names that the server has for organization and environment. */
export async function crnOf(client: Client, organization: string, scope: RoleScope): Promise<string> {
  const { environment, in: region, serviceAccount } = scope;
  const { metadata } =
    environment === undefined
      ? await getOrganization(client, organization)
      : await getEnvironment(client, environment);
  const below = [
    ...(region === undefined ? [] : [`flink-region=${region.cloud}.${region.region}`]),
    ...(serviceAccount === undefined ? [] : [`service-account=${serviceAccount}`]),
  ];
  return [metadata.resource_name, ...below].join("/");
}

function getOrganization(client: Client, id: string): Promise<Static<typeof OrganizationSchema>> {
  return client.request({ path: `/org/v2/organizations${pathOf(id)}` });
}
