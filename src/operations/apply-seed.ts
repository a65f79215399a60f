import type { Caller } from "../access/caller.ts";
import { organizationBinding } from "../access/rights.ts";
import { judgeConnectionName } from "../connections/connection-name.ts";
import { judgeConnection } from "../connections/judge-connection.ts";
import { KeymoorError } from "../errors.ts";
import type { Secret } from "../secret.ts";
import {
  newApiKey,
  newComputePool,
  newEnvironment,
  newRoleBinding,
  newServiceAccount,
  newUser,
} from "../storage/new-records.ts";
import type { Step } from "../storage/store.ts";
import { createConnection } from "./create-connection.ts";
import { judgeIdentityPool } from "./judge-identity-pool.ts";
import { permit } from "./operation.ts";
import type { Seed, SeedItem } from "./seed-file.ts";
import { regionKey, SeedPlan, type SeedSource, seedPrincipal } from "./seed-plan.ts";
import type { Services } from "./services.ts";

/**
 * Applies a seed: creates what is missing, changes nothing that exists, and does not bring back what was deleted since an
 * earlier seed made it. Everything is judged before the first write; all but the connections is one transaction, each
 * connection is one of its own.
 */
export async function applySeed(services: Services, seed: Seed, source: SeedSource): Promise<void> {
  const plan = await SeedPlan.open(services, seed, source);
  await planAccess(plan, seed);
  const connections = await planConnections(plan, seed);
  source.beforeWrite?.();
  const steps = [...plan.steps, ...(source.alongside ?? [])];
  if (steps.length > 0) await services.store.write(steps);
  services.access.clear();
  source.afterWrite?.();
  for (const [key, connection] of connections) await create(plan, key, connection);
}

async function planAccess(plan: SeedPlan, seed: Seed): Promise<void> {
  await planOrganization(plan, seed);
  await planRegions(plan, seed.regions ?? []);
  await planComputePools(plan, seed.computePools ?? []);
  for (const [index, { id, email, name, password }] of (seed.users ?? []).entries()) {
    const at = `users[${index}]`;
    plan.once("address", email.toLowerCase(), `${at}.email`);
    await planPrincipal(plan, at, id, async () => {
      await judgeAddress(plan, email, `${at}.email`);
      const passwordHash =
        password === undefined
          ? null
          : await plan.services.passwords.hash(plan.resolve(password, `${at}.password`));
      const record = newUser({ id, name: name ?? email, email, passwordHash }, plan.at);
      return { do: "insert_principal", record };
    });
  }
  for (const [index, { id, name }] of (seed.serviceAccounts ?? []).entries()) {
    await planPrincipal(plan, `serviceAccounts[${index}]`, id, () => ({
      do: "insert_principal",
      record: newServiceAccount({ id, name }, plan.at),
    }));
  }
  // After all principals, because the role of one may name another.
  for (const list of ["users", "serviceAccounts"] as const) {
    for (const [index, { id, roles }] of (seed[list] ?? []).entries()) {
      await planRoles(plan, `${list}[${index}]`, id, roles ?? []);
    }
  }
  await planIdentityPools(plan, seed.identityPools ?? []);
  await planApiKeys(plan, seed.apiKeys ?? []);
}

async function planOrganization(plan: SeedPlan, seed: Seed): Promise<void> {
  const { organization } = seed;
  if (organization !== undefined) {
    await plan.add("organization", organization.id, {
      make: () => ({ do: "insert_organization", record: { ...organization, createdAt: plan.at } }),
    });
  }
  for (const [index, environment] of (seed.environments ?? []).entries()) {
    plan.once("environment", environment.id, `environments[${index}]`);
    await plan.add("environment", environment.id, {
      environmentId: environment.id,
      make: () => ({
        do: "insert_environment",
        record: newEnvironment({ ...environment, organizationId: plan.organizationId }, plan.at),
      }),
    });
  }
}

/**
 * Where a region is reached depends on the machine and its network, so that alone follows the file: a port that is taken here
 * must not keep a database from starting.
 */
async function planRegions(plan: SeedPlan, regions: readonly SeedItem<"regions">[]): Promise<void> {
  const stored = await plan.services.store.read.regions();
  let position = stored.reduce((last, region) => Math.max(last, region.position), -1);
  for (const [index, { cloud, region, endpoint = null, listen = null }] of regions.entries()) {
    const key = regionKey({ cloud, region });
    plan.once("region", key, `regions[${index}]`);
    const known = stored.find((one) => regionKey(one) === key);
    if (known !== undefined && (known.endpoint !== endpoint || known.listen !== listen)) {
      const record = { cloud: known.cloud, region, endpoint, listen };
      plan.change("region", key, { do: "set_region_origin", record });
    }
    await plan.add("region", key, {
      make: () => {
        position += 1;
        return {
          do: "insert_region",
          record: { cloud: cloud.toLowerCase(), region, endpoint, listen, position },
        };
      },
    });
  }
}

async function planComputePools(plan: SeedPlan, pools: readonly SeedItem<"computePools">[]): Promise<void> {
  for (const [index, { id, name, environment, cloud, region }] of pools.entries()) {
    const at = `computePools[${index}]`;
    plan.once("compute_pool", id, at);
    await plan.add("compute_pool", id, {
      environmentId: environment,
      make: () => {
        plan.needPlace({ environment, cloud, region }, at);
        const place = { environmentId: environment, cloud: cloud.toLowerCase(), region };
        return { do: "insert_compute_pool", record: newComputePool({ id, name, ...place }, plan.at) };
      },
    });
  }
}

async function planPrincipal(
  plan: SeedPlan,
  at: string,
  id: string,
  make: () => Promise<Step> | Step,
): Promise<void> {
  plan.once("principal", id, at);
  await plan.add("principal", id, { make });
}

/** Who signs in is found by his address. */
async function judgeAddress(plan: SeedPlan, email: string, at: string): Promise<void> {
  const holder = await plan.services.store.read.userByEmail(email);
  if (holder !== undefined) throw plan.refusal(at, `user "${holder.id}" has this address already.`);
}

type SeedRole = NonNullable<SeedItem<"users">["roles"]>[number];

async function planRoles(
  plan: SeedPlan,
  owner: string,
  principalId: string,
  roles: readonly SeedRole[],
): Promise<void> {
  // The roles of somebody who was deleted went with him.
  if (!plan.has("principal", principalId)) return;
  const bound = await plan.services.store.read.roleBindings(principalId);
  for (const [index, { role, environment, serviceAccount }] of roles.entries()) {
    const at = `${owner}.roles[${index}]`;
    judgeRole(plan, { role, environment, serviceAccount }, at);
    const key = [principalId, role, environment ?? "*", serviceAccount ?? "-"].join(" ");
    plan.once("role_binding", key, at);
    await plan.add("role_binding", key, {
      ...(environment === undefined ? {} : { environmentId: environment }),
      exists: bound.some(
        (binding) =>
          binding.role === role &&
          binding.environmentId === (environment ?? null) &&
          binding.serviceAccountId === (serviceAccount ?? null),
      ),
      make: () => {
        if (environment !== undefined) plan.need("environment", environment, `${at}.environment`);
        if (serviceAccount !== undefined)
          plan.need("service_account", serviceAccount, `${at}.serviceAccount`);
        return {
          do: "insert_role_binding",
          record: newRoleBinding(
            {
              principalId,
              role,
              organizationId: plan.organizationId,
              environmentId: environment ?? null,
              serviceAccountId: serviceAccount ?? null,
            },
            plan.at,
          ),
        };
      },
    });
  }
}

function judgeRole(
  plan: SeedPlan,
  {
    role,
    environment,
    serviceAccount,
  }: Pick<SeedRole, "role"> & { environment: string | undefined; serviceAccount: string | undefined },
  at: string,
): void {
  if (role === "OrganizationAdmin" && environment !== undefined) {
    throw plan.refusal(`${at}.environment`, "an OrganizationAdmin is bound to the whole organization.", {
      hint: "Leave `environment` out, or give the role EnvironmentAdmin.",
    });
  }
  if (role === "EnvironmentAdmin" && environment === undefined) {
    throw plan.refusal(`${at}.environment`, "an EnvironmentAdmin is bound to an environment.", {
      hint: "Name it, or give the role OrganizationAdmin.",
    });
  }
  if ((role === "Assigner") !== (serviceAccount !== undefined)) {
    throw plan.refusal(
      `${at}.serviceAccount`,
      "the role Assigner names a service account, and no other role does.",
    );
  }
}

async function planIdentityPools(plan: SeedPlan, pools: readonly SeedItem<"identityPools">[]): Promise<void> {
  const stored = await plan.services.store.read.identityPools();
  for (const [index, { id, serviceAccount, ...given }] of pools.entries()) {
    const at = `identityPools[${index}]`;
    plan.once("identity_pool", id, at);
    await plan.add("identity_pool", id, {
      exists: stored.some((pool) => pool.id === id),
      make: async () => {
        plan.need("service_account", serviceAccount, `${at}.serviceAccount`);
        const facts = { description: "", jwksUri: null, ...given, serviceAccountId: serviceAccount };
        await within(plan, at, () => judgeIdentityPool(facts));
        return {
          do: "insert_identity_pool",
          record: { ...facts, id, createdAt: plan.at, updatedAt: plan.at },
        };
      },
    });
  }
}

async function planApiKeys(plan: SeedPlan, keys: readonly SeedItem<"apiKeys">[]): Promise<void> {
  for (const [index, { id, secret, owner, name, environment, cloud, region }] of keys.entries()) {
    const at = `apiKeys[${index}]`;
    plan.once("api_key", id, at);
    const place = judgeKeyPlace(plan, { environment, cloud, region }, at);
    await plan.add("api_key", id, {
      ...(environment === undefined ? {} : { environmentId: environment }),
      exists: (await plan.services.store.read.apiKey(id)) !== undefined,
      make: () => {
        plan.need("principal", owner, `${at}.owner`);
        if (place !== undefined) plan.needPlace(place, at);
        const text = plan.resolve(secret, `${at}.secret`).reveal();
        return {
          do: "insert_api_key",
          record: newApiKey(
            {
              id,
              secretMac: plan.services.vault.mac("api_key", text),
              ownerId: owner,
              name: name ?? "",
              environmentId: place?.environment ?? null,
              cloud: place?.cloud.toLowerCase() ?? null,
              region: place?.region ?? null,
            },
            plan.at,
          ),
        };
      },
    });
  }
}

/** A Flink key names environment, cloud and region, a Cloud key none of them. */
function judgeKeyPlace(
  plan: SeedPlan,
  place: { environment: string | undefined; cloud: string | undefined; region: string | undefined },
  at: string,
): { readonly environment: string; readonly cloud: string; readonly region: string } | undefined {
  const { environment, cloud, region } = place;
  if (environment !== undefined && cloud !== undefined && region !== undefined)
    return { environment, cloud, region };
  if (environment === undefined && cloud === undefined && region === undefined) return undefined;
  throw plan.refusal(at, "a Flink key names environment, cloud and region; a Cloud key names none of them.");
}

type Planned = readonly [key: string, connection: SeedItem<"connections"> & { readonly at: string }];

async function planConnections(plan: SeedPlan, seed: Seed): Promise<readonly Planned[]> {
  const planned: Planned[] = [];
  for (const [index, connection] of (seed.connections ?? []).entries()) {
    const at = `connections[${index}]`;
    const key = `${connection.environment} ${regionKey(connection)} ${connection.name}`;
    plan.once("connection", key, at);
    if (await plan.services.store.read.isSeeded("connection", key)) continue;
    const place = {
      environmentId: connection.environment,
      cloud: connection.cloud.toLowerCase(),
      region: connection.region,
    };
    if ((await plan.services.store.read.connection(place, connection.name)) !== undefined) {
      plan.steps.push({ do: "mark_seeded", kind: "connection", key });
      continue;
    }
    plan.needPlace(connection, at);
    await within(plan, at, () => {
      judgeConnectionName(connection.name);
      judgeConnection({
        type: connection.type.toUpperCase(),
        endpoint: connection.endpoint,
        options: optionsOf(plan, connection, at),
      });
    });
    planned.push([key, { ...connection, at }]);
  }
  return planned;
}

async function create(plan: SeedPlan, key: string, connection: Planned[1]): Promise<void> {
  const { services, organizationId } = plan;
  const caller: Caller = {
    principal: seedPrincipal,
    credential: seedPrincipal,
    via: "cloud_key",
    bindings: [[organizationBinding("OrganizationAdmin", organizationId)]],
    place: undefined,
    connections: undefined,
    shownIn: "",
  };
  const origin = { address: "", requestId: "" };
  const target = {
    organizationId,
    environmentId: connection.environment,
    regionHeader: regionKey(connection),
    host: undefined,
    port: undefined,
  };
  await within(plan, connection.at, async () => {
    const permitted = await permit(services, createConnection, caller, origin, target);
    await permitted.run(() => ({
      name: connection.name,
      type: connection.type.toUpperCase(),
      endpoint: connection.endpoint,
      options: optionsOf(plan, connection, connection.at),
      comment: connection.comment,
      onExisting: "keep",
      alongside: () => [{ do: "mark_seeded", kind: "connection", key }],
    }));
  });
}

function optionsOf(
  plan: SeedPlan,
  connection: SeedItem<"connections">,
  at: string,
): ReadonlyMap<string, Secret> {
  const options = new Map(Object.entries(connection.options ?? {}));
  for (const [key, value] of Object.entries(connection.credential ?? {})) {
    if (options.has(key)) throw plan.refusal(`${at}.credential`, `"${key}" stands in \`options\` too.`);
    options.set(key, value);
  }
  return options;
}

/** Puts the file and the place in front of what an operation refuses. */
async function within(plan: SeedPlan, at: string, run: () => Promise<void> | void): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof KeymoorError) || error.code === "cannot_start") throw error;
    throw plan.refusal(at, error.message, error.details);
  }
}
