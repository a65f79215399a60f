import type { Caller } from "../access/caller.ts";
import type { EnvironmentRecord, OrganizationRecord, PrincipalRecord } from "../storage/records.ts";
import { readableEnvironments } from "./readable-environment.ts";
import { refuseUseToken } from "./refuse-use-token.ts";
import type { Services } from "./services.ts";

export interface Me {
  readonly principal: PrincipalRecord;
  readonly organization: OrganizationRecord;
  /** Those the caller has a role in, in order of id: clients begin in the first. */
  readonly environments: readonly EnvironmentRecord[];
}

/** Who is signed in, as official clients ask for it at every login. Like `whoami` it leaves no event. */
export async function describeMe(services: Services, caller: Caller): Promise<Me> {
  refuseUseToken(caller);
  const [known, [organization], environments] = await Promise.all([
    services.access.principal(caller.principal),
    services.store.read.organizations(),
    readableEnvironments(services, caller),
  ]);
  if (known === undefined || organization === undefined)
    throw new Error("a credential belongs to a principal, and a server has an organization");
  return { principal: known.principal, organization, environments };
}
