import type { Static } from "@sinclair/typebox";
import type { CatalogueRole } from "../api/control-plane/role-catalogue.ts";
import type { Client } from "./client.ts";

export type Role = Static<typeof CatalogueRole>;

/** The role catalogue: what each role lets one do, and what it is bound to. */
export function listRoles(client: Client): Promise<readonly Role[]> {
  return client.bareList("/metadata/security/v2alpha1/roles");
}
