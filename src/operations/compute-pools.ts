import type { Caller } from "../access/caller.ts";
import { KeymoorError } from "../errors.ts";
import { defaultMaxCfu, newComputePool } from "../storage/new-records.ts";
import type { ComputePoolRecord, EnvironmentRecord } from "../storage/records.ts";
import type { Page } from "../storage/store.ts";
import { type ControlAct, changeControl } from "./control-act.ts";
import { countedRead } from "./counted-read.ts";
import { canReadSomething } from "./find-environment.ts";
import { makeId } from "./make-id.ts";
import { namedEnvironment, namedRegion } from "./named-place.ts";
import { needRight } from "./need-right.ts";
import { type PageRequest, pageWithin } from "./page-within.ts";
import { reachableRegions } from "./reachable-regions.ts";
import { readableEnvironment } from "./readable-environment.ts";
import { refuseUseToken } from "./refuse-use-token.ts";
import type { Origin, Services } from "./services.ts";

export interface ComputePool {
  readonly environment: EnvironmentRecord;
  readonly pool: ComputePoolRecord;
}

export interface ListComputePools extends PageRequest {
  readonly environmentId: string;
  readonly region: string | undefined;
}

type Changeable = Pick<ComputePoolRecord, "name" | "maxCfu" | "defaultPool">;

export type NewComputePool = Pick<ComputePoolRecord, "name" | "environmentId" | "cloud" | "region"> &
  Partial<Changeable>;

export interface ComputePoolKey {
  readonly id: string;
  /** Where it has to stand; absent: wherever it does. */
  readonly environmentId?: string | undefined;
}

export interface ComputePoolChange extends ComputePoolKey {
  readonly change: Partial<Changeable>;
}

/** Those of one environment, in order of id; for a Flink key, of its region. */
export function listComputePools(
  services: Services,
  caller: Caller,
  origin: Origin,
  input: () => ListComputePools,
): Promise<Page<ComputePool>> {
  return countedRead(services, caller, origin, "compute_pool.list", async () => {
    refuseUseToken(caller);
    const { environmentId, region, ...page } = input();
    const pools = await poolsOf(services, caller, environmentId);
    const wanted = pools.filter(({ pool }) => region === undefined || pool.region === region);
    return pageWithin(wanted, ({ pool }) => pool.id, page);
  });
}

export function describeComputePool(
  services: Services,
  caller: Caller,
  origin: Origin,
  input: () => { readonly environmentId: string; readonly id: string },
): Promise<ComputePool> {
  return countedRead(services, caller, origin, "compute_pool.describe", async () => {
    refuseUseToken(caller);
    const { environmentId, id } = input();
    const found = (await poolsOf(services, caller, environmentId)).find(({ pool }) => pool.id === id);
    if (found !== undefined) return found;
    throw notFound();
  });
}

export function createComputePool(
  services: Services,
  caller: Caller,
  origin: Origin,
  input: () => NewComputePool,
): Promise<ComputePool> {
  return changeControl(services, caller, origin, "compute_pool.create", async (act) => {
    const facts = input();
    const environment = await namedEnvironment(services, caller, facts.environmentId, "/spec/environment/id");
    const region = await namedRegion(services, facts, "/spec/region");
    judgeRight(act, environment, region, "Creating a compute pool");
    const pool = newComputePool({ ...filled(facts), ...region, id: makeId("lfcp") }, act.at);
    await services.store.write([
      { do: "require_environment", id: environment.id },
      { do: "insert_compute_pool", record: pool },
      audit(act, pool),
    ]);
    return { environment, pool };
  });
}

export function updateComputePool(
  services: Services,
  caller: Caller,
  origin: Origin,
  input: () => ComputePoolChange,
): Promise<ComputePool> {
  return changeControl(services, caller, origin, "compute_pool.update", async (act) => {
    const { change: asked, ...key } = input();
    const change = filled(asked);
    const { environment, pool } = await managedPool(act, key, "Changing this compute pool");
    await services.store.write([
      { do: "update_compute_pool", id: pool.id, change, updatedAt: act.at },
      audit(act, pool),
    ]);
    return { environment, pool: { ...pool, ...change, updatedAt: act.at } };
  });
}

/** Statements that name it stay, and keep its id. */
export function deleteComputePool(
  services: Services,
  caller: Caller,
  origin: Origin,
  input: () => ComputePoolKey,
): Promise<void> {
  return changeControl(services, caller, origin, "compute_pool.delete", async (act) => {
    const { pool } = await managedPool(act, input(), "Deleting this compute pool");
    await services.store.write([{ do: "delete_compute_pool", id: pool.id }, audit(act, pool)]);
  });
}

async function poolsOf(
  services: Services,
  caller: Caller,
  environmentId: string,
): Promise<readonly ComputePool[]> {
  const environment = await readableEnvironment(services, caller, environmentId);
  const regions = await reachableRegions(services, caller);
  const pools = await services.store.read.computePools(environment.id);
  return pools
    .filter((pool) => regions.some(({ cloud, region }) => cloud === pool.cloud && region === pool.region))
    .map((pool) => ({ environment, pool }));
}

/** Terraform sends 0 for what nobody set, and takes what it is answered (contract/terraform.md 4). */
function filled<Facts extends Partial<Changeable>>(facts: Facts): Facts {
  return facts.maxCfu === 0 ? { ...facts, maxCfu: defaultMaxCfu } : facts;
}

async function managedPool(
  act: ControlAct,
  { id, environmentId }: ComputePoolKey,
  what: string,
): Promise<ComputePool> {
  const { services, caller } = act;
  const pool = await services.store.read.computePool(id);
  const isMeant = pool !== undefined && (environmentId ?? pool.environmentId) === pool.environmentId;
  const environment = isMeant ? await services.access.environment(pool.environmentId) : undefined;
  if (!isMeant || environment === undefined || !canReadSomething(caller, environment)) {
    throw notFound();
  }
  judgeRight(act, environment, pool, what);
  return { environment, pool };
}

function judgeRight(
  { caller }: ControlAct,
  { organizationId, id }: EnvironmentRecord,
  { cloud, region }: Pick<ComputePoolRecord, "cloud" | "region">,
  what: string,
): void {
  const scope = { organizationId, environmentId: id, in: { cloud, region } };
  needRight(caller, "connection:manage", scope, what);
}

function notFound(): KeymoorError {
  return new KeymoorError("compute_pool_not_found", "This compute pool does not exist in this environment.");
}

function audit(act: ControlAct, { id, environmentId }: ComputePoolRecord) {
  return act.audit({ kind: "compute_pool", id, environmentId });
}
