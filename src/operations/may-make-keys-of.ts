import { type Caller, callerHolds } from "../access/caller.ts";
import { mayGrant } from "../access/may-grant.ts";
import type { PrincipalRecord } from "../storage/records.ts";
import { organizationOf } from "./control-act.ts";
import type { Services } from "./services.ts";

/**
 * Whether a caller may make keys of somebody: of himself, or of a service account that holds nothing he may not grant. One
 * without a role may be on its way to more, so that it takes a right over the whole organization.
 */
export async function mayMakeKeysOf(
  services: Services,
  caller: Caller,
  { id, kind }: PrincipalRecord,
): Promise<boolean> {
  if (id === caller.principal) return true;
  if (kind === "user") return false;
  const bindings = await services.store.read.roleBindings(id);
  if (bindings.length > 0) return bindings.every((binding) => mayGrant(caller, binding));
  const organizationId = await organizationOf(services);
  return callerHolds(caller, "access:manage", { organizationId, environmentId: null });
}
