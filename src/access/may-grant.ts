import { type Caller, callerHolds } from "./caller.ts";
import { type Binding, type Right, rightsOf, type Scope } from "./rights.ts";

/**
 * Nobody grants what he does not hold (design 6): a binding may be handed out, taken away, or carried on by a key of its
 * principal, by whoever manages access where it is bound and holds all that it gives.
 */
export function mayGrant(caller: Caller, binding: Binding): boolean {
  const needed: readonly Right[] = ["access:manage", ...rightsOf(binding.role)];
  return needed.every((right) => callerHolds(caller, right, scopeOf(binding)));
}

function scopeOf({ organizationId, environmentId, cloud, region }: Binding): Scope {
  const isOfRegion = cloud !== null && region !== null;
  return { organizationId, environmentId, in: isOfRegion ? { cloud, region } : "all" };
}
