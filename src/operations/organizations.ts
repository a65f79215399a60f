import type { Caller } from "../access/caller.ts";
import { KeymoorError } from "../errors.ts";
import type { OrganizationRecord } from "../storage/records.ts";
import type { Page } from "../storage/store.ts";
import { countedRead } from "./counted-read.ts";
import { type PageRequest, pageWithin } from "./page-within.ts";
import { refuseUseToken } from "./refuse-use-token.ts";
import type { Origin, Services } from "./services.ts";

/** The server's one organization, which whoever has a credential belongs to. */
export function listOrganizations(
  services: Services,
  caller: Caller,
  origin: Origin,
  page: () => PageRequest,
): Promise<Page<OrganizationRecord>> {
  return countedRead(services, caller, origin, "organization.list", async () => {
    refuseUseToken(caller);
    return pageWithin(await services.store.read.organizations(), ({ id }) => id, page());
  });
}

export function describeOrganization(
  services: Services,
  caller: Caller,
  origin: Origin,
  id: string,
): Promise<OrganizationRecord> {
  return countedRead(services, caller, origin, "organization.describe", async () => {
    refuseUseToken(caller);
    const found = (await services.store.read.organizations()).find((known) => known.id === id);
    if (found !== undefined) return found;
    throw new KeymoorError("organization_not_found", "This organization does not exist on this server.");
  });
}
