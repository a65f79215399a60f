import { randomInt } from "node:crypto";
import { Secret } from "../secret.ts";
import type { Seed } from "./seed-file.ts";

export interface InventedKey {
  readonly id: string;
  readonly secret: Secret;
}

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
  const environments = filled(given.environments) ?? [{ id: `env-${shortId()}`, name: "default" }];
  const regions = filled(given.regions) ?? [{ cloud: "aws", region: "us-east-1" }];
  const [environment] = environments;
  const [region] = regions;
  if (environment === undefined || region === undefined) throw new Error("lists are never empty here");
  const place = { environment: environment.id, cloud: region.cloud, region: region.region };
  const computePools = filled(given.computePools) ?? [{ id: `lfcp-${shortId()}`, name: "default", ...place }];
  const [computePool] = computePools;
  if (computePool === undefined) throw new Error("lists are never empty here");
  const seed = { ...given, organization, environments, regions, computePools };
  if (filled(given.users) !== undefined) return { seed, admin: undefined };

  const user = {
    id: `u-${shortId()}`,
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

/** A key with 64 letters and digits of secret: 381 bits, and nothing that a shell or a URL would touch. */
function makeKey(): InventedKey {
  return { id: randomText(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), secret: makeSecret(64) };
}

function makeSecret(length: number): Secret {
  return new Secret(randomText(length, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"));
}

function shortId(): string {
  return randomText(6, "0123456789abcdefghijklmnopqrstuvwxyz");
}

function randomText(length: number, alphabet: string): string {
  return Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join("");
}
