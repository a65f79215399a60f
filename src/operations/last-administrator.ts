import { KeymoorError } from "../errors.ts";
import type { PrincipalRecord, RoleBindingRecord } from "../storage/records.ts";
import type { Services } from "./services.ts";

/** What is about to go: one binding, or a principal with all of his. */
export interface Going {
  readonly bindingId?: string;
  readonly principalId?: string;
}

/** Refuses what would leave nobody who is OrganizationAdmin and has a way in: only the machine's owner could repair that. */
export async function judgeAdministratorLeft(services: Services, going: Going): Promise<void> {
  const others = (await administrations(services)).filter(
    ({ id, principalId }) => id !== going.bindingId && principalId !== going.principalId,
  );
  for (const { principalId } of others) if (await hasWayIn(services, principalId)) return;
  throw new KeymoorError(
    "last_administrator",
    "Nobody would be left who is OrganizationAdmin and may sign in.",
    {
      hint: "Make somebody else OrganizationAdmin first.",
    },
  );
}

async function administrations({ store }: Services): Promise<readonly RoleBindingRecord[]> {
  const found: RoleBindingRecord[] = [];
  let after: string | undefined;
  do {
    const page = await store.read.roleBindingPage({ role: "OrganizationAdmin" }, after, 100);
    found.push(...page.items.filter(({ environmentId }) => environmentId === null));
    after = page.next;
  } while (after !== undefined);
  return found;
}

async function hasWayIn({ store }: Services, principalId: string): Promise<boolean> {
  const principal: PrincipalRecord | undefined = await store.read.principal(principalId);
  if (principal === undefined || principal.disabledAt !== null) return false;
  if (principal.passwordHash !== null) return true;
  const keys = await store.read.apiKeyPage({ ownerId: principalId, resource: "cloud" }, undefined, 1);
  return keys.items.length > 0;
}
