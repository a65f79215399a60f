import type { Caller } from "../access/caller.ts";
import { KeymoorError } from "../errors.ts";
import type { Secret } from "../secret.ts";
import { newApiKey } from "../storage/new-records.ts";
import type { ApiKeyRecord, PrincipalRecord } from "../storage/records.ts";
import type { ApiKeyFilter, Page } from "../storage/store.ts";
import { administratorRemainsWithout } from "./administrator-remains.ts";
import { type ControlAct, changeControl, managedScope, organizationOf, visibleTo } from "./control-act.ts";
import { countedRead } from "./counted-read.ts";
import { environmentRemains } from "./environment-remains.ts";
import { makeKey } from "./make-id.ts";
import { mayMakeKeysOf } from "./may-make-keys-of.ts";
import { namedEnvironment, namedRegion } from "./named-place.ts";
import type { PageRequest } from "./page-within.ts";
import { refuseUseToken } from "./refuse-use-token.ts";
import type { Origin, Services } from "./services.ts";

/** A key and whose it is. */
export interface ApiKey {
  readonly key: ApiKeyRecord;
  readonly ownerKind: PrincipalRecord["kind"];
}

export interface ShownApiKey extends ApiKey {
  /** Shown once; only its hash is kept. */
  readonly secret: Secret;
}

/** What a key is for: `cloud`, or a region of an environment. */
export type KeyResource =
  | "cloud"
  | { readonly environmentId: string; readonly cloud: string; readonly region: string };

export interface NewApiKey extends Partial<Pick<ApiKeyRecord, "name" | "description">> {
  /** Absent: the caller. */
  readonly ownerId: string | undefined;
  readonly resource: KeyResource;
}

export interface ApiKeyChange {
  readonly id: string;
  readonly change: Partial<Pick<ApiKeyRecord, "name" | "description">>;
}

export interface ListApiKeys extends PageRequest {
  readonly ownerId: string | undefined;
  /** `none`: something of which this server has no keys. */
  readonly resource: ApiKeyFilter["resource"] | "none";
}

/** One's own, and where one manages access the Flink keys of those environments; of an owner whose keys one may make, all. */
export function listApiKeys(
  services: Services,
  caller: Caller,
  origin: Origin,
  input: () => ListApiKeys,
): Promise<Page<ApiKey>> {
  return countedRead(services, caller, origin, "api_key.list", async () => {
    refuseUseToken(caller);
    const { ownerId, resource, after, limit } = input();
    if (resource === "none") return { items: [], next: undefined, totalSize: undefined };
    const owner = ownerId === undefined ? undefined : await services.store.read.principal(ownerId);
    const mayMakeThem = owner !== undefined && (await mayMakeKeysOf(services, caller, owner));
    const visible = mayMakeThem ? undefined : visibleTo(caller, await organizationOf(services));
    const filter: ApiKeyFilter = {
      ...(ownerId !== undefined && { ownerId }),
      ...(resource !== undefined && { resource }),
      ...(visible !== undefined && { visible }),
    };
    const page = await services.store.read.apiKeyPage(filter, after, limit);
    return { ...page, items: await Promise.all(page.items.map((key) => withOwner(services, key))) };
  });
}

export function describeApiKey(
  services: Services,
  caller: Caller,
  origin: Origin,
  id: string,
): Promise<ApiKey> {
  return countedRead(services, caller, origin, "api_key.describe", async () => {
    refuseUseToken(caller);
    return await managedKey(services, caller, id);
  });
}

/** A key carries its owner's rights, so that nobody may make one that lets him do more than he does himself (design 6). */
export function createApiKey(
  services: Services,
  caller: Caller,
  origin: Origin,
  input: () => NewApiKey,
): Promise<ShownApiKey> {
  return changeControl(services, caller, origin, "api_key.create", async (act) => {
    const { ownerId = caller.principal, resource, ...texts } = input();
    const owner = await judgeOwner(act, ownerId);
    const place = await placeOf(act, resource);
    const { id, secret } = makeKey();
    const secretMac = services.vault.mac("api_key", secret.reveal());
    const key = newApiKey({ id, secretMac, ownerId, ...texts, ...place }, act.at);
    await services.store.write([
      { do: "require_principal", id: ownerId },
      ...environmentRemains(key),
      { do: "insert_api_key", record: key },
      audit(act, key),
    ]);
    return { key, ownerKind: owner.kind, secret };
  });
}

export function updateApiKey(
  services: Services,
  caller: Caller,
  origin: Origin,
  input: () => ApiKeyChange,
): Promise<ApiKey> {
  return changeControl(services, caller, origin, "api_key.update", async (act) => {
    const { id, change } = input();
    const { key, ownerKind } = await managedKey(services, caller, id);
    await services.store.write([{ do: "update_api_key", id, change, updatedAt: act.at }, audit(act, key)]);
    return { key: { ...key, ...change, updatedAt: act.at }, ownerKind };
  });
}

/** It passes no more from the next request on. The last way in of the last administrator stays. */
export function deleteApiKey(services: Services, caller: Caller, origin: Origin, id: string): Promise<void> {
  return changeControl(services, caller, origin, "api_key.delete", async (act) => {
    const { key } = await managedKey(services, caller, id);
    const bindings = await services.store.read.roleBindings(key.ownerId);
    await services.store.write([
      { do: "delete_api_key", id },
      audit(act, key),
      ...administratorRemainsWithout(key.environmentId === null ? bindings : []),
    ]);
  });
}

async function judgeOwner({ services, caller }: ControlAct, id: string): Promise<PrincipalRecord> {
  const owner = await services.store.read.principal(id);
  if (owner !== undefined && (await mayMakeKeysOf(services, caller, owner))) return owner;
  // What does not exist and what is out of reach are one answer, so that nothing tells which.
  throw new KeymoorError("user_unauthorized", "You may not make a key for this owner.", {
    hint: "A user's key he makes himself. A service account's takes an administrator of all that it has roles in.",
    pointer: "/spec/owner/id",
  });
}

async function placeOf({ services, caller }: ControlAct, resource: KeyResource) {
  if (resource === "cloud") return {};
  const pointer = "/spec/resource";
  const { id } = await namedEnvironment(services, caller, resource.environmentId, `${pointer}/environment`);
  return { environmentId: id, ...(await namedRegion(services, resource, `${pointer}/id`)) };
}

/** One that the caller sees, he may also rename and delete. */
async function managedKey(services: Services, caller: Caller, id: string): Promise<ApiKey> {
  const key = await services.store.read.apiKey(id);
  const owner = key && (await services.store.read.principal(key.ownerId));
  const isManaged =
    key !== undefined &&
    owner !== undefined &&
    ((await standsInManaged(services, caller, key)) || (await mayMakeKeysOf(services, caller, owner)));
  if (isManaged) return { key, ownerKind: owner.kind };
  throw new KeymoorError("api_key_not_found", "This API key does not exist, or you may not see it.");
}

async function standsInManaged(
  services: Services,
  caller: Caller,
  { environmentId }: ApiKeyRecord,
): Promise<boolean> {
  const scope = managedScope(caller, await organizationOf(services));
  return scope === "organization" || (environmentId !== null && scope.includes(environmentId));
}

async function withOwner(services: Services, key: ApiKeyRecord): Promise<ApiKey> {
  const owner = await services.access.principal(key.ownerId);
  // Deleted with all its keys since the page was read.
  return { key, ownerKind: owner?.principal.kind ?? "service_account" };
}

function audit(act: ControlAct, { id, environmentId }: ApiKeyRecord) {
  return act.audit({ kind: "api_key", id, environmentId });
}
