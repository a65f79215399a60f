import type { Caller } from "../access/caller.ts";
import { KeymoorError } from "../errors.ts";
import { newEnvironment } from "../storage/new-records.ts";
import type { EnvironmentRecord } from "../storage/records.ts";
import type { Page } from "../storage/store.ts";
import { type ControlAct, changeControl } from "./control-act.ts";
import { countedRead } from "./counted-read.ts";
import { makeId } from "./make-id.ts";
import { needOrganizationAdmin, needRight } from "./need-right.ts";
import { type PageRequest, pageWithin } from "./page-within.ts";
import { readableEnvironment, readableEnvironments } from "./readable-environment.ts";
import { refuseUseToken } from "./refuse-use-token.ts";
import type { Origin, Services } from "./services.ts";

type Changeable = Pick<EnvironmentRecord, "name" | "governancePackage">;

export type NewEnvironment = Pick<Changeable, "name"> & Partial<Changeable>;

export interface EnvironmentChange {
  readonly id: string;
  readonly change: Partial<Changeable>;
}

/** Those the caller has a role in, in order of id. */
export function listEnvironments(
  services: Services,
  caller: Caller,
  origin: Origin,
  page: () => PageRequest,
): Promise<Page<EnvironmentRecord>> {
  return countedRead(services, caller, origin, "environment.list", async () => {
    refuseUseToken(caller);
    return pageWithin(await readableEnvironments(services, caller), ({ id }) => id, page());
  });
}

export function describeEnvironment(
  services: Services,
  caller: Caller,
  origin: Origin,
  id: string,
): Promise<EnvironmentRecord> {
  return countedRead(services, caller, origin, "environment.describe", async () => {
    refuseUseToken(caller);
    return await readableEnvironment(services, caller, id);
  });
}

export function createEnvironment(
  services: Services,
  caller: Caller,
  origin: Origin,
  input: () => NewEnvironment,
): Promise<EnvironmentRecord> {
  return changeControl(services, caller, origin, "environment.create", async (act) => {
    const { organizationId } = act;
    needOrganizationAdmin(caller, organizationId, "Creating an environment");
    const facts = input();
    await judgeName(act, facts.name);
    const record = newEnvironment({ id: makeId("env"), organizationId, ...facts }, act.at);
    await services.store.write([{ do: "insert_environment", record }, audit(act, record.id)]);
    return record;
  });
}

export function updateEnvironment(
  services: Services,
  caller: Caller,
  origin: Origin,
  input: () => EnvironmentChange,
): Promise<EnvironmentRecord> {
  return changeControl(services, caller, origin, "environment.update", async (act) => {
    const { id, change } = input();
    const stored = await managedEnvironment(act, id, "Changing this environment");
    if (change.name !== undefined && change.name !== stored.name) await judgeName(act, change.name);
    await services.store.write([{ do: "update_environment", id, change, updatedAt: act.at }, audit(act, id)]);
    return { ...stored, ...change, updatedAt: act.at };
  });
}

/** With its compute pools, statements, keys, role bindings and use tokens; not while it holds a connection. */
export function deleteEnvironment(
  services: Services,
  caller: Caller,
  origin: Origin,
  id: string,
): Promise<void> {
  return changeControl(services, caller, origin, "environment.delete", async (act) => {
    await managedEnvironment(act, id, "Deleting this environment");
    await services.store.write([{ do: "delete_environment", id }, audit(act, id)]);
  });
}

async function managedEnvironment(act: ControlAct, id: string, what: string): Promise<EnvironmentRecord> {
  const environment = await readableEnvironment(act.services, act.caller, id);
  const { organizationId } = environment;
  needRight(act.caller, "access:manage", { organizationId, environmentId: id, in: "all" }, what);
  return environment;
}

/** SQL calls an environment by its name, as the catalog. */
async function judgeName({ services }: ControlAct, name: string): Promise<void> {
  const environments = await services.store.read.environments();
  if (environments.every((known) => known.name !== name)) return;
  throw new KeymoorError("resource_already_exists", `An environment "${name}" exists already.`, {
    hint: "Choose another name.",
    pointer: "/display_name",
  });
}

function audit(act: ControlAct, id: string) {
  return act.audit({ kind: "environment", id, environmentId: id });
}
