import type { Secret } from "../secret.ts";
import { type InventedKey, makeId, makeKey, makeSecret } from "./make-id.ts";
import type { Seed } from "./seed-file.ts";

/** What a person needs from the first start; its secrets are kept nowhere in clear. */
export interface FirstAdmin {
  readonly organizationId: string;
  readonly environmentId: string;
  readonly environmentName: string;
  readonly computePoolId: string;
  readonly cloud: string;
  readonly region: string;
  readonly userId: string;
  readonly email: string;
  readonly password: Secret;
  readonly cloudKey: InventedKey;
  readonly flinkKey: InventedKey;
}

export interface FirstStart {
  /** The given seed, filled up with what a server needs. */
  readonly seed: Seed;
  /** Undefined when the seed has users: then no admin is invented (design 10). */
  readonly admin: FirstAdmin | undefined;
}

/**
 * Invents what an empty database needs and the seed does not say: organization, environment, region, compute pool, and an
 * administrator with a Cloud key and a Flink key. Ids look like Confluent's.
 */
export function firstStart(given: Seed): FirstStart {
  const organization = given.organization ?? { id: crypto.randomUUID(), name: "default" };
  const environments = filled(given.environments) ?? [{ id: makeId("env"), name: "default" }];
  const regions = filled(given.regions) ?? [{ cloud: "aws", region: "us-east-1" }];
  const [environment] = environments;
  const [region] = regions;
  if (environment === undefined || region === undefined) throw new Error("lists are never empty here");
  const place = { environment: environment.id, cloud: region.cloud, region: region.region };
  const computePools = filled(given.computePools) ?? [{ id: makeId("lfcp"), name: "default", ...place }];
  const [computePool] = computePools;
  if (computePool === undefined) throw new Error("lists are never empty here");
  const seed = { ...given, organization, environments, regions, computePools };
  if (filled(given.users) !== undefined) return { seed, admin: undefined };

  const user = {
    id: makeId("u"),
    email: "admin@keymoor.local",
    name: "Administrator",
    password: makeSecret(24),
  };
  const cloudKey = makeKey();
  const flinkKey = makeKey();
  return {
    seed: {
      ...seed,
      users: [{ ...user, roles: [{ role: "OrganizationAdmin" }] }],
      apiKeys: [
        ...(given.apiKeys ?? []),
        { ...cloudKey, owner: user.id, name: "Cloud key of the first start" },
        { ...flinkKey, owner: user.id, name: "Flink key of the first start", ...place },
      ],
    },
    admin: {
      organizationId: organization.id,
      environmentId: environment.id,
      environmentName: environment.name,
      computePoolId: computePool.id,
      cloud: region.cloud,
      region: region.region,
      userId: user.id,
      email: user.email,
      password: user.password,
      cloudKey,
      flinkKey,
    },
  };
}

function filled<Item>(list: Item[] | undefined): Item[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list;
}
