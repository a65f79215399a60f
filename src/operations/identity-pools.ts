import type { Caller } from "../access/caller.ts";
import { KeymoorError } from "../errors.ts";
import type { IdentityPoolRecord } from "../storage/records.ts";
import type { Page } from "../storage/store.ts";
import { administratorRemainsWithout } from "./administrator-remains.ts";
import { changeControl, judgeCredential, organizationOf } from "./control-act.ts";
import { countedRead } from "./counted-read.ts";
import { type IdentityPoolFacts, judgeIdentityPool } from "./judge-identity-pool.ts";
import { makeId } from "./make-id.ts";
import { needOrganizationAdmin } from "./need-right.ts";
import { type PageRequest, pageWithin } from "./page-within.ts";
import type { Origin, Services } from "./services.ts";

export type IdentityPool = IdentityPoolRecord;

/** Lets tokens of an external issuer act as a service account. It takes OrganizationAdmin, like all that concerns pools. */
export function createIdentityPool(
  services: Services,
  caller: Caller,
  origin: Origin,
  input: () => IdentityPoolFacts,
): Promise<IdentityPoolRecord> {
  return changeControl(services, caller, origin, "identity_pool.create", async (act) => {
    needOrganizationAdmin(caller, act.organizationId, "Making an identity pool");
    const facts = input();
    await judge(services, facts);
    const record = { ...facts, id: makeId("pool"), createdAt: act.at, updatedAt: act.at };
    await services.store.write([
      { do: "require_principal", id: record.serviceAccountId },
      { do: "insert_identity_pool", record },
      act.audit({ kind: "identity_pool", id: record.id }),
    ]);
    return record;
  });
}

/** In order of id. */
export function listIdentityPools(
  services: Services,
  caller: Caller,
  origin: Origin,
  page: () => PageRequest,
): Promise<Page<IdentityPoolRecord>> {
  return countedRead(services, caller, origin, "identity_pool.list", async () => {
    await judgeReader(services, caller);
    return pageWithin(await services.store.read.identityPools(), ({ id }) => id, page());
  });
}

export function describeIdentityPool(
  services: Services,
  caller: Caller,
  origin: Origin,
  id: string,
): Promise<IdentityPoolRecord> {
  return countedRead(services, caller, origin, "identity_pool.describe", async () => {
    await judgeReader(services, caller);
    return await findPool(services, id);
  });
}

/** What is not given stays. It holds from the next request on, and ends the tokens that were exchanged before. */
export function updateIdentityPool(
  services: Services,
  caller: Caller,
  origin: Origin,
  input: () => { readonly id: string; readonly change: Partial<IdentityPoolFacts> },
): Promise<IdentityPoolRecord> {
  return changeControl(services, caller, origin, "identity_pool.update", async (act) => {
    needOrganizationAdmin(caller, act.organizationId, "Changing an identity pool");
    const { id, change } = input();
    const stored = await findPool(services, id);
    const record = { ...stored, ...change, updatedAt: act.at };
    await judge(services, record);
    await services.store.write([
      { do: "require_principal", id: record.serviceAccountId },
      { do: "update_identity_pool", id, change, updatedAt: act.at },
      act.audit({ kind: "identity_pool", id }),
      ...(await remainsWithout(services, stored)),
    ]);
    return record;
  });
}

export function deleteIdentityPool(
  services: Services,
  caller: Caller,
  origin: Origin,
  id: string,
): Promise<void> {
  return changeControl(services, caller, origin, "identity_pool.delete", async (act) => {
    needOrganizationAdmin(caller, act.organizationId, "Deleting an identity pool");
    const stored = await findPool(services, id);
    await services.store.write([
      { do: "delete_identity_pool", id },
      act.audit({ kind: "identity_pool", id }),
      ...(await remainsWithout(services, stored)),
    ]);
  });
}

async function judge({ store }: Services, facts: IdentityPoolFacts): Promise<void> {
  judgeIdentityPool(facts);
  const owner = await store.read.principal(facts.serviceAccountId);
  if (owner?.kind === "service_account") return;
  throw new KeymoorError("invalid_request", "The service account does not exist.", {
    hint: "Give the id of one, such as sa-4k2x9q.",
    pointer: "/service_account",
  });
}

/** A pool may be the last way in of the last administrator. */
async function remainsWithout({ store }: Services, { serviceAccountId }: IdentityPoolRecord) {
  return administratorRemainsWithout(await store.read.roleBindings(serviceAccountId));
}

/** Whom a pool lets in is for administrators to know, as it is for them to say. */
async function judgeReader(services: Services, caller: Caller): Promise<void> {
  judgeCredential(caller);
  needOrganizationAdmin(caller, await organizationOf(services), "Seeing identity pools");
}

async function findPool({ store }: Services, id: string): Promise<IdentityPoolRecord> {
  const found = (await store.read.identityPools()).find((pool) => pool.id === id);
  if (found !== undefined) return found;
  throw new KeymoorError("identity_pool_not_found", "This identity pool does not exist.");
}
