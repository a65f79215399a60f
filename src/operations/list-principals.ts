import type { Caller } from "../access/caller.ts";
import type { PrincipalRecord } from "../storage/records.ts";
import type { Page } from "../storage/store.ts";
import { managedScope, organizationOf } from "./control-act.ts";
import { countedRead } from "./counted-read.ts";
import type { PageRequest } from "./page-within.ts";
import { refuseUseToken } from "./refuse-use-token.ts";
import type { Origin, Services } from "./services.ts";

/** Users in order of id: all for those who manage access somewhere, since they name users in roles; else oneself. */
export async function listUsers(
  services: Services,
  caller: Caller,
  origin: Origin,
  page: () => PageRequest,
): Promise<Page<PrincipalRecord>> {
  return countedRead(services, caller, origin, "user.list", () => list(services, caller, "user", page));
}

/** The same of service accounts, for the clients that ask for all at once (contract/cli.md 3.1). */
export async function listServiceAccounts(
  services: Services,
  caller: Caller,
  origin: Origin,
  page: () => PageRequest,
): Promise<Page<PrincipalRecord>> {
  return countedRead(services, caller, origin, "service_account.list", () =>
    list(services, caller, "service_account", page),
  );
}

export async function managesSomewhere(services: Services, caller: Caller): Promise<boolean> {
  const scope = managedScope(caller, await organizationOf(services));
  return scope === "organization" || scope.length > 0;
}

async function list(
  services: Services,
  caller: Caller,
  kind: PrincipalRecord["kind"],
  page: () => PageRequest,
): Promise<Page<PrincipalRecord>> {
  refuseUseToken(caller);
  const { after, limit } = page();
  const filter = (await managesSomewhere(services, caller)) ? { kind } : { kind, id: caller.principal };
  return await services.store.read.principalPage(filter, after, limit);
}
