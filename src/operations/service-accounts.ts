import type { Caller } from "../access/caller.ts";
import { mayGrant } from "../access/may-grant.ts";
import { KeymoorError } from "../errors.ts";
import { newServiceAccount } from "../storage/new-records.ts";
import type { PrincipalRecord } from "../storage/records.ts";
import type { Page } from "../storage/store.ts";
import { administratorRemainsWithout } from "./administrator-remains.ts";
import { type ControlAct, changeControl, managesSomewhere } from "./control-act.ts";
import { countedRead } from "./counted-read.ts";
import { makeId } from "./make-id.ts";
import { needOrganizationAdmin } from "./need-right.ts";
import type { PageRequest } from "./page-within.ts";
import { refuseUseToken } from "./refuse-use-token.ts";
import type { Origin, Services } from "./services.ts";

type Texts = Pick<PrincipalRecord, "name" | "description">;

export interface ServiceAccountChange {
  readonly id: string;
  readonly change: Partial<Texts>;
}

const kind = "service_account";

/** All of them for whoever gives roles or keys; else the caller alone, if he is one. */
export function listServiceAccounts(
  services: Services,
  caller: Caller,
  origin: Origin,
  input: () => PageRequest & { readonly name?: string | undefined },
): Promise<Page<PrincipalRecord>> {
  return countedRead(services, caller, origin, "service_account.list", async () => {
    refuseUseToken(caller);
    const { name, after, limit } = input();
    const only = (await managesSomewhere(services, caller)) ? {} : { id: caller.principal };
    const filter = { kind, ...only, ...(name !== undefined && { name }) } as const;
    return await services.store.read.principalPage(filter, after, limit);
  });
}

export function describeServiceAccount(
  services: Services,
  caller: Caller,
  origin: Origin,
  id: string,
): Promise<PrincipalRecord> {
  return countedRead(services, caller, origin, "service_account.describe", async () => {
    refuseUseToken(caller);
    return await visibleServiceAccount(services, caller, id);
  });
}

/** It stands above all environments, so it takes a right over the whole organization. */
export function createServiceAccount(
  services: Services,
  caller: Caller,
  origin: Origin,
  input: () => Pick<Texts, "name"> & Partial<Texts>,
): Promise<PrincipalRecord> {
  return changeControl(services, caller, origin, "service_account.create", async (act) => {
    needOrganizationAdmin(caller, act.organizationId, "Creating a service account");
    const facts = input();
    await judgeName(act, facts.name);
    const record = newServiceAccount({ id: makeId("sa"), ...facts }, act.at);
    await services.store.write([{ do: "insert_principal", record }, act.audit({ kind, id: record.id })]);
    return record;
  });
}

export function updateServiceAccount(
  services: Services,
  caller: Caller,
  origin: Origin,
  input: () => ServiceAccountChange,
): Promise<PrincipalRecord> {
  return changeControl(services, caller, origin, "service_account.update", async (act) => {
    const { id, change } = input();
    const stored = await managedServiceAccount(act, id, "Changing this service account");
    if (change.name !== undefined && change.name !== stored.name) await judgeName(act, change.name);
    await services.store.write([
      { do: "update_principal", id, change, updatedAt: act.at },
      act.audit({ kind, id }),
    ]);
    return { ...stored, ...change, updatedAt: act.at };
  });
}

/** With its keys, role bindings and identity pools; what it made stays. */
export function deleteServiceAccount(
  services: Services,
  caller: Caller,
  origin: Origin,
  id: string,
): Promise<void> {
  return changeControl(services, caller, origin, "service_account.delete", async (act) => {
    await managedServiceAccount(act, id, "Deleting this service account");
    const bindings = await services.store.read.roleBindings(id);
    await services.store.write([
      { do: "delete_principal", id },
      act.audit({ kind, id }),
      ...administratorRemainsWithout(bindings),
    ]);
  });
}

async function managedServiceAccount(act: ControlAct, id: string, what: string): Promise<PrincipalRecord> {
  const stored = await visibleServiceAccount(act.services, act.caller, id);
  needOrganizationAdmin(act.caller, act.organizationId, what);
  const bindings = await act.services.store.read.roleBindings(id);
  if (bindings.every((binding) => mayGrant(act.caller, binding))) return stored;
  throw new KeymoorError("user_unauthorized", `${what} is not allowed for you: it holds more than you do.`);
}

async function visibleServiceAccount(
  services: Services,
  caller: Caller,
  id: string,
): Promise<PrincipalRecord> {
  const found = id === caller.principal || (await managesSomewhere(services, caller));
  const principal = found ? await services.store.read.principal(id) : undefined;
  if (principal?.kind === kind) return principal;
  throw new KeymoorError(
    "principal_not_found",
    "This service account does not exist, or you may not see it.",
  );
}

/** As Confluent has it: people and Terraform find service accounts by name. */
async function judgeName({ services }: ControlAct, name: string): Promise<void> {
  const { items } = await services.store.read.principalPage({ kind, name }, undefined, 1);
  if (items.length === 0) return;
  throw new KeymoorError("resource_already_exists", `A service account "${name}" exists already.`, {
    hint: "Choose another name.",
    pointer: "/display_name",
  });
}
