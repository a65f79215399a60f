import type {
  ApiKeyRecord,
  ComputePoolRecord,
  EnvironmentRecord,
  PrincipalRecord,
  RoleBindingRecord,
} from "./records.ts";

/** Records as they begin, whoever makes them: a seed, the control plane, the first start. `at` is the time they share. */

export function newEnvironment(
  facts: Pick<EnvironmentRecord, "id" | "organizationId" | "name"> &
    Partial<Pick<EnvironmentRecord, "governancePackage">>,
  at: string,
): EnvironmentRecord {
  return { governancePackage: "ESSENTIALS", ...facts, createdAt: at, updatedAt: at };
}

export function newUser(
  facts: Pick<PrincipalRecord, "id" | "name" | "email"> & Partial<Pick<PrincipalRecord, "passwordHash">>,
  at: string,
): PrincipalRecord {
  return { passwordHash: null, ...facts, ...principal, kind: "user", createdAt: at, updatedAt: at };
}

export function newServiceAccount(
  facts: Pick<PrincipalRecord, "id" | "name"> & Partial<Pick<PrincipalRecord, "description">>,
  at: string,
): PrincipalRecord {
  const kind = "service_account";
  return { ...principal, ...facts, kind, email: null, passwordHash: null, createdAt: at, updatedAt: at };
}

const principal = { description: "", disabledAt: null };

export function newComputePool(
  facts: Pick<ComputePoolRecord, "id" | "name" | "environmentId" | "cloud" | "region"> &
    Partial<Pick<ComputePoolRecord, "maxCfu" | "defaultPool">>,
  at: string,
): ComputePoolRecord {
  return { maxCfu: defaultMaxCfu, defaultPool: false, ...facts, createdAt: at, updatedAt: at };
}

/** The clients' own default (contract/cli.md 3.2). */
export const defaultMaxCfu = 5;

export function newApiKey(
  facts: Pick<ApiKeyRecord, "id" | "secretMac" | "ownerId"> &
    Partial<Pick<ApiKeyRecord, "name" | "description" | "environmentId" | "cloud" | "region">>,
  at: string,
): ApiKeyRecord {
  return {
    name: "",
    description: "",
    environmentId: null,
    cloud: null,
    region: null,
    ...facts,
    createdAt: at,
    updatedAt: at,
  };
}

export function newRoleBinding(
  facts: Pick<RoleBindingRecord, "principalId" | "role" | "organizationId"> &
    Partial<Pick<RoleBindingRecord, "id" | "environmentId" | "cloud" | "region" | "serviceAccountId">>,
  at: string,
): RoleBindingRecord {
  return {
    id: `rb-${crypto.randomUUID()}`,
    environmentId: null,
    cloud: null,
    region: null,
    serviceAccountId: null,
    ...facts,
    createdAt: at,
  };
}
