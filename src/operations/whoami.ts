import { type Caller, callerHolds } from "../access/caller.ts";
import { type Right, rights } from "../access/rights.ts";
import type {
  EnvironmentRecord,
  OrganizationRecord,
  PrincipalRecord,
  RegionRecord,
  RoleBindingRecord,
} from "../storage/records.ts";
import { reachableRegions } from "./reachable-regions.ts";
import { readableEnvironments } from "./readable-environment.ts";
import type { Services } from "./services.ts";

/** Who a credential belongs to, and what it reaches. */
export interface Identity {
  readonly caller: Caller;
  readonly principal: PrincipalRecord;
  readonly organization: OrganizationRecord;
  /** Those in which the caller may see connections or call through them. */
  readonly environments: readonly (EnvironmentRecord & { readonly rights: readonly Right[] })[];
  /** Those that hold in the whole organization. */
  readonly rights: readonly Right[];
  /** In their order; that of a Flink key or use token alone. */
  readonly regions: readonly RegionRecord[];
  /** Of the principal. A use token has none of its own, and does not tell those of its maker. */
  readonly roles: readonly Pick<RoleBindingRecord, "role" | "environmentId" | "cloud" | "region">[];
}

/** Needs no right but a right credential. Every command line begins with it, so it leaves no event: that would hide the others. */
export async function whoami(services: Services, caller: Caller): Promise<Identity> {
  const { read } = services.store;
  const [principal, [organization], environments, regions, bindings] = await Promise.all([
    read.principal(caller.principal),
    read.organizations(),
    readableEnvironments(services, caller),
    reachableRegions(services, caller),
    read.roleBindings(caller.principal),
  ]);
  if (principal === undefined || organization === undefined) {
    throw new Error("a credential belongs to a principal, and a server has an organization");
  }
  const roles = caller.via === "use_token" ? [] : bindings;
  const rightsIn = (environmentId: string | null) =>
    rights.filter((right) => callerHolds(caller, right, { organizationId: organization.id, environmentId }));
  return {
    caller,
    principal,
    organization,
    environments: environments.map((environment) => ({ ...environment, rights: rightsIn(environment.id) })),
    regions,
    roles,
    rights: rightsIn(null),
  };
}
