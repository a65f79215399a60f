import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeLink } from "../src/operations/one-time-link.ts";
import { newApiKey, newRoleBinding } from "../src/storage/new-records.ts";
import { fakeCheck } from "./fixtures/checks.ts";
import { addUser } from "./fixtures/people.ts";
import {
  type ApiFixture,
  addComputePool,
  addIdentityPool,
  addServiceAccount,
  basicOf,
  environmentId,
  type KeyKind,
  keymoorV1,
  openApi,
  openaiBody,
  organizationId,
  otherEnvironmentId,
  type PrincipalName,
  principals,
  sqlV1,
} from "./fixtures/services.ts";

/**
 * The table of design 6, written out by hand: every role against every operation, by REST and by SQL, with either kind of
 * key. An operation that is reachable on a surface without its right shows here.
 */
const everyone = [
  "organizationAdmin",
  "environmentAdmin",
  "flinkAdmin",
  "flinkDeveloper",
  "assigner",
  "nobody",
] as const;
const managers: readonly PrincipalName[] = ["organizationAdmin", "environmentAdmin", "flinkAdmin"];
const users: readonly PrincipalName[] = [...managers, "flinkDeveloper"];
const administrators: readonly PrincipalName[] = ["organizationAdmin", "environmentAdmin"];

interface Case {
  readonly operation: string;
  readonly may: readonly PrincipalName[];
  readonly method: string;
  readonly path: (names: Names) => string;
  readonly body?: (names: Names) => unknown;
  readonly status: number;
  /** Of an answer to those who may, where the thing itself is refused: nobody deletes the environment that all cases need. */
  readonly code?: string;
  /** What somebody is told who may not, where it is not 403: what he may not see, he may not know of. */
  readonly told?: (name: PrincipalName) => Refusal | undefined;
  /** A Flink key may not, whoever's it is: it is about what stands above environments. */
  readonly isForCloudKeys?: true;
  /** A use token may, too. */
  readonly isForTokens?: true;
  /** Makes what it is about, where an attempt before may have removed it. */
  readonly prepare?: (api: ApiFixture) => Promise<void>;
}

type Refusal = readonly [status: number, code: string];

const toUsers = (refusal: Refusal) => (name: PrincipalName) => (users.includes(name) ? refusal : undefined);
const toOthers = (refusal: Refusal) => (name: PrincipalName) => (users.includes(name) ? undefined : refusal);
const toAll = (refusal: Refusal) => (name: PrincipalName) =>
  administrators.includes(name) ? undefined : refusal;

interface Names {
  /** A connection, a statement and a use token of the caller's own that exist; and a name that is free. */
  readonly connection: string;
  readonly statement: string;
  readonly token: string;
  readonly free: string;
  /** A service account with a role in the environment, that role's binding, a Flink key of it, and a compute pool. */
  readonly account: string;
  readonly binding: string;
  readonly key: string;
  readonly pool: string;
}

const sql = (text: (names: Names) => string) => (names: Names) => ({
  name: names.free,
  spec: { statement: text(names) },
});
const createSql = ({ free }: Names) =>
  `CREATE CONNECTION \`${free}\` WITH ('type'='openai','endpoint'='https://api.openai.com/v1/chat/completions','api-key'='k')`;
const statements = () => `${sqlV1}/statements`;

const computePoolId = "lfcp-matrix";
const identityPoolId = "pool-matrix";
const invitationId = "i-matrix";

async function addOnce(api: ApiFixture, id: string): Promise<void> {
  if ((await api.services.store.read.principal(id)) === undefined) await addUser(api, id);
}

async function inviteOnce({ services }: ApiFixture): Promise<void> {
  const { record } = makeLink(services, "invitation", "u-matrix", principals.organizationAdmin);
  await services.store.write([{ do: "insert_one_time_link", record: { ...record, id: invitationId } }]);
}

const noNames: Names = {
  connection: "x",
  statement: "x",
  token: "x",
  free: "x",
  account: "x",
  binding: "x",
  key: "x",
  pool: "x",
};
const rotation = { spec: { auth_data: { data: '{"API_KEY":"k2"}' } } };

const cases: readonly Case[] = [
  {
    operation: "create a connection",
    may: managers,
    method: "POST",
    path: () => `${sqlV1}/connections`,
    body: ({ free }) => openaiBody(free),
    status: 201,
  },
  {
    operation: "create a connection by SQL",
    may: managers,
    method: "POST",
    path: statements,
    body: sql(createSql),
    status: 201,
  },
  {
    operation: "replace a connection by SQL",
    may: managers,
    method: "POST",
    path: statements,
    body: sql((names) =>
      createSql({ ...names, free: names.connection }).replace("CREATE", "CREATE OR REPLACE"),
    ),
    status: 201,
  },
  {
    operation: "read a connection",
    may: users,
    method: "GET",
    path: ({ connection }) => `${sqlV1}/connections/${connection}`,
    status: 200,
  },
  {
    operation: "read a connection by SQL",
    may: users,
    method: "POST",
    path: statements,
    body: sql(({ connection }) => `DESCRIBE CONNECTION \`${connection}\``),
    status: 201,
  },
  {
    operation: "describe a connection",
    may: users,
    method: "GET",
    path: ({ connection }) => `${keymoorV1}/connections/${connection}`,
    status: 200,
  },
  {
    operation: "describe a connection by SQL",
    may: users,
    method: "POST",
    path: statements,
    body: sql(({ connection }) => `DESCRIBE CONNECTION EXTENDED \`${connection}\``),
    status: 201,
  },
  {
    operation: "show how a connection was created",
    may: users,
    method: "POST",
    path: statements,
    body: sql(({ connection }) => `SHOW CREATE CONNECTION \`${connection}\``),
    status: 201,
  },
  {
    operation: "list connections",
    may: users,
    method: "GET",
    path: () => `${sqlV1}/connections`,
    status: 200,
  },
  {
    operation: "list connections of all regions",
    may: users,
    method: "GET",
    path: () => `${keymoorV1}/connections`,
    status: 200,
  },
  {
    operation: "list connections by SQL",
    may: users,
    method: "POST",
    path: statements,
    body: sql(() => "SHOW CONNECTIONS"),
    status: 201,
  },
  {
    operation: "see who used a connection",
    may: users,
    method: "GET",
    path: ({ connection }) => `${keymoorV1}/connections/${connection}/usage`,
    status: 200,
  },
  {
    operation: "see what depends on a connection",
    may: users,
    method: "GET",
    path: ({ connection }) => `${keymoorV1}/connections/${connection}/dependants`,
    status: 200,
  },
  {
    operation: "define what names a connection",
    may: users,
    method: "POST",
    path: statements,
    body: sql(
      ({ connection, free }) => `CREATE MODEL \`${free}\` WITH ('openai.connection'='${connection}')`,
    ),
    status: 201,
  },
  {
    operation: "list versions of a credential",
    may: users,
    method: "GET",
    path: ({ connection }) => `${keymoorV1}/connections/${connection}/versions`,
    status: 200,
  },
  {
    operation: "go back to a version",
    may: managers,
    method: "POST",
    path: ({ connection }) => `${keymoorV1}/connections/${connection}/versions/1/activate`,
    status: 200,
  },
  {
    operation: "rotate a connection",
    may: managers,
    method: "PUT",
    path: ({ connection }) => `${sqlV1}/connections/${connection}`,
    body: () => rotation,
    status: 200,
  },
  {
    operation: "rotate a connection by PATCH",
    may: managers,
    method: "PATCH",
    path: ({ connection }) => `${sqlV1}/connections/${connection}`,
    body: () => rotation,
    status: 200,
  },
  {
    operation: "rotate a connection by SQL",
    may: managers,
    method: "POST",
    path: statements,
    body: sql(({ connection }) => `ALTER CONNECTION \`${connection}\` SET ('api-key'='k2')`),
    status: 201,
  },
  {
    operation: "delete a connection",
    may: managers,
    method: "DELETE",
    path: ({ connection }) => `${sqlV1}/connections/${connection}`,
    status: 204,
  },
  {
    operation: "delete a connection by SQL",
    may: managers,
    method: "POST",
    path: statements,
    body: sql(({ connection }) => `DROP CONNECTION \`${connection}\``),
    status: 201,
  },
  {
    operation: "delete a missing connection by SQL",
    may: managers,
    method: "POST",
    path: statements,
    body: sql(() => "DROP CONNECTION IF EXISTS missing"),
    status: 201,
  },
  {
    operation: "call through a connection",
    may: users,
    method: "POST",
    path: ({ connection }) => `${keymoorV1}/connections/${connection}/call`,
    body: () => ({}),
    status: 200,
  },
  {
    operation: "check a connection",
    may: users,
    method: "POST",
    path: ({ connection }) => `${keymoorV1}/connections/${connection}/verify`,
    status: 200,
  },
  {
    operation: "check a connection by SQL",
    may: users,
    method: "POST",
    path: statements,
    body: sql(({ connection }) => `VALIDATE CONNECTION \`${connection}\``),
    status: 201,
  },
  {
    operation: "list checks",
    may: users,
    method: "GET",
    path: ({ connection }) => `${keymoorV1}/connections/${connection}/checks`,
    status: 200,
  },
  {
    operation: "see when a connection is checked next",
    may: users,
    method: "GET",
    path: ({ connection }) => `${keymoorV1}/connections/${connection}/verification`,
    status: 200,
  },
  {
    operation: "switch the checks of a connection",
    may: managers,
    method: "PUT",
    path: ({ connection }) => `${keymoorV1}/connections/${connection}/verification`,
    body: () => ({ enabled: false }),
    status: 200,
  },
  {
    operation: "check a connection before it is saved",
    may: managers,
    method: "POST",
    path: () => `${keymoorV1}/connection-checks`,
    body: ({ free }) => openaiBody(free),
    status: 200,
  },
  {
    operation: "create a connection if it is verified",
    may: managers,
    method: "POST",
    path: () => `${sqlV1}/connections?if=verified`,
    body: ({ free }) => openaiBody(free),
    status: 201,
  },
  {
    operation: "rotate a connection if it is verified",
    may: managers,
    method: "PUT",
    path: ({ connection }) => `${sqlV1}/connections/${connection}?if=verified`,
    body: () => rotation,
    status: 200,
  },
  {
    operation: "run a statement",
    may: users,
    method: "POST",
    path: statements,
    body: sql(() => "SELECT 1"),
    status: 201,
  },
  {
    operation: "read a statement",
    may: users,
    method: "GET",
    path: ({ statement }) => `${sqlV1}/statements/${statement}`,
    status: 200,
  },
  {
    operation: "read a statement's results",
    may: users,
    method: "GET",
    path: ({ statement }) => `${sqlV1}/statements/${statement}/results`,
    status: 200,
  },
  {
    operation: "read why a statement failed",
    may: users,
    method: "GET",
    path: ({ statement }) => `${sqlV1}/statements/${statement}/exceptions`,
    status: 200,
  },
  { operation: "list statements", may: users, method: "GET", path: statements, status: 200 },
  {
    operation: "list recent statements",
    may: users,
    method: "GET",
    path: () => `${keymoorV1}/statements`,
    status: 200,
  },
  {
    operation: "stop a statement",
    may: users,
    method: "PUT",
    path: ({ statement }) => `${sqlV1}/statements/${statement}`,
    body: () => ({ spec: { stopped: true } }),
    status: 202,
  },
  {
    operation: "patch a statement",
    may: users,
    method: "PATCH",
    path: ({ statement }) => `${sqlV1}/statements/${statement}`,
    body: () => [{ op: "replace", path: "/spec/stopped", value: true }],
    status: 200,
  },
  {
    operation: "delete a statement",
    may: users,
    method: "DELETE",
    path: ({ statement }) => `${sqlV1}/statements/${statement}`,
    status: 202,
  },
  {
    operation: "make a use token",
    may: users,
    method: "POST",
    path: () => `${keymoorV1}/use-tokens`,
    body: ({ connection }) => ({ name: "t", connections: [connection] }),
    status: 201,
  },
  {
    operation: "list use tokens",
    may: users,
    method: "GET",
    path: () => `${keymoorV1}/use-tokens`,
    status: 200,
  },
  {
    operation: "revoke another's use token",
    may: administrators,
    method: "DELETE",
    path: ({ token }) => `${keymoorV1}/use-tokens/${token}`,
    status: 204,
    told: toUsers([404, "use_token_not_found"]),
  },
  {
    operation: "read audit events",
    may: administrators,
    method: "GET",
    path: () => `/keymoor/v1/audit-events?environment=${environmentId}`,
    status: 200,
  },
  {
    operation: "export audit events",
    may: administrators,
    method: "GET",
    path: () => `/keymoor/v1/audit-events/export?environment=${environmentId}`,
    status: 200,
  },
  {
    operation: "plan connections",
    may: managers,
    method: "POST",
    path: () => `${keymoorV1}/connection-plans`,
    body: () => ({ managed_by: "file:a.yaml", connections: [] }),
    status: 200,
  },
  {
    operation: "mark a connection",
    may: managers,
    method: "PUT",
    path: ({ connection }) => `${keymoorV1}/connections/${connection}/managed-by`,
    body: () => ({ managed_by: "file:a.yaml" }),
    status: 200,
  },
  {
    operation: "list environments",
    may: everyone,
    method: "GET",
    path: () => "/org/v2/environments",
    status: 200,
  },
  {
    operation: "read an environment",
    may: users,
    method: "GET",
    path: () => `/org/v2/environments/${environmentId}`,
    status: 200,
    told: toOthers([404, "environment_not_found"]),
  },
  {
    operation: "list regions",
    may: everyone,
    method: "GET",
    path: () => "/fcpm/v2/regions",
    status: 200,
  },
  {
    operation: "list compute pools",
    may: users,
    method: "GET",
    path: () => `/fcpm/v2/compute-pools?environment=${environmentId}`,
    status: 200,
    told: toOthers([404, "environment_not_found"]),
  },
  {
    operation: "read a compute pool",
    may: users,
    method: "GET",
    path: () => `/fcpm/v2/compute-pools/${computePoolId}?environment=${environmentId}`,
    status: 200,
    told: toOthers([404, "environment_not_found"]),
  },
  {
    operation: "make an environment",
    may: ["organizationAdmin"],
    method: "POST",
    path: () => "/org/v2/environments",
    body: ({ free }) => ({ display_name: free }),
    status: 201,
    isForCloudKeys: true,
  },
  {
    operation: "change an environment",
    may: administrators,
    method: "PATCH",
    path: () => `/org/v2/environments/${environmentId}`,
    body: () => ({}),
    status: 200,
    told: toOthers([404, "environment_not_found"]),
    isForCloudKeys: true,
  },
  {
    operation: "delete an environment",
    may: administrators,
    method: "DELETE",
    path: () => `/org/v2/environments/${environmentId}`,
    status: 400,
    code: "environment_not_empty",
    told: toOthers([404, "environment_not_found"]),
    isForCloudKeys: true,
  },
  {
    operation: "make a compute pool",
    may: managers,
    method: "POST",
    path: () => "/fcpm/v2/compute-pools",
    body: () => ({
      spec: { display_name: "p", cloud: "AWS", region: "us-east-1", environment: { id: environmentId } },
    }),
    status: 202,
    isForCloudKeys: true,
  },
  {
    operation: "change a compute pool",
    may: managers,
    method: "PATCH",
    path: ({ pool }) => `/fcpm/v2/compute-pools/${pool}`,
    body: () => ({ spec: {} }),
    status: 200,
    told: toOthers([404, "compute_pool_not_found"]),
    isForCloudKeys: true,
  },
  {
    operation: "delete a compute pool",
    may: managers,
    method: "DELETE",
    path: ({ pool }) => `/fcpm/v2/compute-pools/${pool}?environment=${environmentId}`,
    status: 204,
    told: toOthers([404, "compute_pool_not_found"]),
    isForCloudKeys: true,
  },
  ...[
    "/org/v2/organizations",
    `/org/v2/organizations/${organizationId}`,
    "/iam/v2/service-accounts",
    "/iam/v2/api-keys",
    "/iam/v2/role-bindings",
    "/iam/v2/identity-providers",
    "/iam/v2/sso/group-mappings",
    "/networking/v1/networks",
    "/networking/v1/private-link-attachments",
    "/endpoint/v1/endpoints",
    "/metadata/security/v2alpha1/roles",
    "/metadata/security/v2alpha1/roleNames",
    "/metadata/security/v2alpha1/roles/FlinkAdmin",
  ].map((path) => ({
    operation: `read ${path}`,
    may: everyone,
    method: "GET",
    path: () => path,
    status: 200,
  })),
  {
    operation: "make a service account",
    may: ["organizationAdmin"],
    method: "POST",
    path: () => "/iam/v2/service-accounts",
    body: ({ free }) => ({ display_name: free }),
    status: 201,
    isForCloudKeys: true,
  },
  {
    operation: "read another service account",
    may: administrators,
    method: "GET",
    path: ({ account }) => `/iam/v2/service-accounts/${account}`,
    status: 200,
    told: toAll([404, "principal_not_found"]),
  },
  {
    operation: "change a service account",
    may: ["organizationAdmin"],
    method: "PATCH",
    path: ({ account }) => `/iam/v2/service-accounts/${account}`,
    body: () => ({ description: "x" }),
    status: 200,
    told: toAll([404, "principal_not_found"]),
    isForCloudKeys: true,
  },
  {
    operation: "delete a service account",
    may: ["organizationAdmin"],
    method: "DELETE",
    path: ({ account }) => `/iam/v2/service-accounts/${account}`,
    status: 204,
    told: toAll([404, "principal_not_found"]),
    isForCloudKeys: true,
  },
  {
    operation: "make a key of one's own",
    may: everyone,
    method: "POST",
    path: () => "/iam/v2/api-keys",
    body: () => ({ spec: {} }),
    status: 202,
    isForCloudKeys: true,
  },
  {
    operation: "make a service account's key",
    may: administrators,
    method: "POST",
    path: () => "/iam/v2/api-keys",
    body: ({ account }) => ({ spec: { owner: { id: account } } }),
    status: 202,
    isForCloudKeys: true,
  },
  {
    operation: "read another's key",
    may: administrators,
    method: "GET",
    path: ({ key }) => `/iam/v2/api-keys/${key}`,
    status: 200,
    told: toAll([404, "api_key_not_found"]),
  },
  {
    operation: "change another's key",
    may: administrators,
    method: "PATCH",
    path: ({ key }) => `/iam/v2/api-keys/${key}`,
    body: () => ({ spec: { description: "x" } }),
    status: 200,
    told: toAll([404, "api_key_not_found"]),
    isForCloudKeys: true,
  },
  {
    operation: "delete another's key",
    may: administrators,
    method: "DELETE",
    path: ({ key }) => `/iam/v2/api-keys/${key}`,
    status: 204,
    told: toAll([404, "api_key_not_found"]),
    isForCloudKeys: true,
  },
  {
    operation: "bind a role",
    may: administrators,
    method: "POST",
    path: () => "/iam/v2/role-bindings",
    body: ({ account }) => ({
      principal: `User:${account}`,
      role_name: "FlinkAdmin",
      crn_pattern: `crn://confluent.cloud/organization=${organizationId}/environment=${environmentId}`,
    }),
    status: 201,
    isForCloudKeys: true,
  },
  {
    operation: "make an OrganizationAdmin",
    may: ["organizationAdmin"],
    method: "POST",
    path: () => "/iam/v2/role-bindings",
    body: ({ account }) => ({
      principal: `User:${account}`,
      role_name: "OrganizationAdmin",
      crn_pattern: `crn://confluent.cloud/organization=${organizationId}`,
    }),
    status: 201,
    isForCloudKeys: true,
  },
  {
    operation: "read another's role binding",
    may: administrators,
    method: "GET",
    path: ({ binding }) => `/iam/v2/role-bindings/${binding}`,
    status: 200,
    told: toAll([404, "role_binding_not_found"]),
  },
  {
    operation: "take a role away",
    may: administrators,
    method: "DELETE",
    path: ({ binding }) => `/iam/v2/role-bindings/${binding}`,
    status: 200,
    told: toAll([404, "role_binding_not_found"]),
    isForCloudKeys: true,
  },
  {
    operation: "list identity pools",
    may: ["organizationAdmin"],
    method: "GET",
    path: () => "/keymoor/v1/identity-pools",
    status: 200,
    isForCloudKeys: true,
  },
  {
    operation: "make an identity pool",
    may: ["organizationAdmin"],
    method: "POST",
    path: () => "/keymoor/v1/identity-pools",
    body: () => ({
      name: "p",
      issuer: "https://issuer.example",
      audience: "keymoor",
      claims: { sub: "job" },
      service_account: principals.nobody,
    }),
    status: 201,
    isForCloudKeys: true,
  },
  {
    operation: "read an identity pool",
    may: ["organizationAdmin"],
    method: "GET",
    path: () => `/keymoor/v1/identity-pools/${identityPoolId}`,
    status: 200,
    isForCloudKeys: true,
  },
  {
    operation: "change an identity pool",
    may: ["organizationAdmin"],
    method: "PATCH",
    path: () => `/keymoor/v1/identity-pools/${identityPoolId}`,
    body: () => ({ description: "d" }),
    status: 200,
    isForCloudKeys: true,
  },
  {
    operation: "delete an identity pool",
    may: ["organizationAdmin"],
    method: "DELETE",
    // Once: a second deletion would find none.
    path: () => "/keymoor/v1/identity-pools/pool-deleted",
    status: 204,
    isForCloudKeys: true,
  },
  {
    operation: "read metrics",
    may: ["organizationAdmin"],
    method: "GET",
    path: () => "/metrics",
    status: 200,
    isForCloudKeys: true,
  },
  {
    operation: "rotate the master key",
    may: ["organizationAdmin"],
    method: "POST",
    path: () => "/keymoor/v1/master-key/rotate",
    status: 200,
    isForCloudKeys: true,
  },
  {
    operation: "ask who one is",
    may: everyone,
    method: "GET",
    path: () => "/keymoor/v1/whoami",
    status: 200,
    isForTokens: true,
  },
  {
    operation: "ask who one is, as official clients do",
    may: everyone,
    method: "GET",
    path: () => "/api/me",
    status: 200,
  },
  {
    operation: "list users, as official clients do",
    may: everyone,
    method: "GET",
    path: () => "/api/users",
    status: 200,
  },
  {
    operation: "list service accounts, as official clients do",
    may: everyone,
    method: "GET",
    path: () => "/api/service_accounts",
    status: 200,
  },
  {
    operation: "get a data-plane token without a session",
    may: [],
    method: "POST",
    path: () => "/api/access_tokens",
    body: () => ({}),
    status: 200,
  },
  {
    operation: "read a browser's session by a key",
    may: [],
    method: "GET",
    path: () => "/keymoor/v1/session",
    status: 200,
  },
  {
    operation: "end a session by a key",
    may: [],
    method: "DELETE",
    path: () => "/keymoor/v1/session",
    status: 204,
  },
  { operation: "list users", may: everyone, method: "GET", path: () => "/iam/v2/users", status: 200 },
  {
    operation: "read a user",
    may: administrators,
    method: "GET",
    path: () => `/iam/v2/users/${principals.organizationAdmin}`,
    status: 200,
    told: toAll([404, "principal_not_found"]),
  },
  {
    operation: "rename a user who is somebody else",
    may: ["organizationAdmin"],
    method: "PATCH",
    path: () => "/iam/v2/users/u-matrix",
    body: () => ({ full_name: "x" }),
    status: 200,
    isForCloudKeys: true,
    told: toAll([404, "principal_not_found"]),
  },
  {
    operation: "delete a user",
    may: ["organizationAdmin"],
    method: "DELETE",
    path: () => "/iam/v2/users/u-gone",
    status: 204,
    isForCloudKeys: true,
    told: toAll([404, "principal_not_found"]),
    prepare: (api) => addOnce(api, "u-gone"),
  },
  {
    operation: "disable a user",
    may: ["organizationAdmin"],
    method: "POST",
    path: () => "/keymoor/v1/users/u-matrix/disable",
    status: 200,
    isForCloudKeys: true,
    told: toAll([404, "principal_not_found"]),
  },
  {
    operation: "enable a user",
    may: ["organizationAdmin"],
    method: "POST",
    path: () => "/keymoor/v1/users/u-matrix/enable",
    status: 200,
    isForCloudKeys: true,
    told: toAll([404, "principal_not_found"]),
  },
  {
    operation: "invite a user",
    may: ["organizationAdmin"],
    method: "POST",
    path: () => "/iam/v2/invitations",
    body: ({ free }) => ({ email: `${free}@example.com` }),
    status: 201,
    isForCloudKeys: true,
  },
  {
    operation: "list invitations",
    may: ["organizationAdmin"],
    method: "GET",
    path: () => "/iam/v2/invitations",
    status: 200,
    isForCloudKeys: true,
  },
  {
    operation: "read an invitation",
    may: ["organizationAdmin"],
    method: "GET",
    path: () => `/iam/v2/invitations/${invitationId}`,
    status: 200,
    isForCloudKeys: true,
    prepare: inviteOnce,
  },
  {
    operation: "withdraw an invitation",
    may: ["organizationAdmin"],
    method: "DELETE",
    path: () => `/iam/v2/invitations/${invitationId}`,
    status: 204,
    isForCloudKeys: true,
    prepare: inviteOnce,
  },
  {
    operation: "list connection types",
    may: everyone,
    method: "GET",
    path: () => "/keymoor/v1/connection-types",
    status: 200,
    isForTokens: true,
  },
];

describe("who may do what", () => {
  let api: ApiFixture;
  let upstream: Server;
  let made = 0;

  beforeAll(async () => {
    upstream = createServer((request, response) => {
      request.resume();
      response.end("{}");
    });
    await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
    api = await openApi({ check: fakeCheck().check });
    await addUser(api, "u-matrix");
    await addComputePool(api.services, {
      id: computePoolId,
      name: "pool",
      environmentId,
      cloud: "aws",
      region: "us-east-1",
    });
    for (const id of [identityPoolId, "pool-deleted"]) await addIdentityPool(api.services, { id });
  });
  afterAll(async () => {
    await api.close();
    upstream.closeAllConnections();
    upstream.close();
  });

  /** The statement is the caller's own where he may run one: a developer may not touch another's. */
  async function makeNames(owner: Readonly<Record<string, string>> = {}): Promise<Names> {
    made += 1;
    const names = { connection: `connection-${made}`, statement: `statement-${made}`, free: `free-${made}` };
    const body = openaiBody(names.connection);
    body.spec.endpoint = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/v1/chat/completions`;
    const show = { name: names.statement, spec: { statement: "SHOW CONNECTIONS" } };
    const own = await api.send("POST", `${sqlV1}/statements`, show, owner);
    const statement = own.status === 201 ? own : await api.send("POST", `${sqlV1}/statements`, show);
    const connection = await api.send("POST", `${sqlV1}/connections`, body);
    expect([connection.status, statement.status]).toEqual([201, 201]);
    const token = await api.send("POST", `${keymoorV1}/use-tokens`, {
      name: "t",
      connections: [names.connection],
    });
    expect(token.status).toBe(201);
    return { ...names, token: token.json.id, ...(await makeAccess()) };
  }

  async function makeAccess(): Promise<Pick<Names, "account" | "binding" | "key" | "pool">> {
    const names = {
      account: `sa-${made}`,
      binding: `rb-${made}`,
      key: `KEY${made}`,
      pool: `lfcp-${made}`,
    };
    await addServiceAccount(api.services, names.account);
    await addComputePool(api.services, {
      id: names.pool,
      name: "pool",
      environmentId,
      cloud: "aws",
      region: "us-east-1",
    });
    const at = new Date().toISOString();
    const place = { environmentId, cloud: "aws", region: "us-east-1" };
    const owned = { id: names.key, ownerId: names.account, secretMac: new Uint8Array(32) };
    const bound = { id: names.binding, principalId: names.account, organizationId, environmentId };
    await api.services.store.write([
      { do: "insert_api_key", record: newApiKey({ ...owned, ...place }, at) },
      { do: "insert_role_binding", record: newRoleBinding({ ...bound, role: "FlinkDeveloper" }, at) },
    ]);
    return names;
  }

  async function attempt({ method, path, body, prepare }: Case, headers: Readonly<Record<string, string>>) {
    await prepare?.(api);
    const names = await makeNames(headers);
    const answer = await api.send(method, path(names), body?.(names), headers);
    return { names, answer };
  }

  const callers = everyone.flatMap((name) =>
    (["cloud", "flink"] as const).map((kind): [PrincipalName, KeyKind] => [name, kind]),
  );

  describe.each(callers)("%s with a %s key", (name, kind) => {
    const mayBe = (one: Case) => one.may.includes(name) && (kind === "cloud" || one.isForCloudKeys !== true);
    it.each(cases.map((one): [string, string, Case] => [mayBe(one) ? "may" : "may not", one.operation, one]))(
      "%s %s",
      async (_may, _operation, one) => {
        const { names, answer } = await attempt(one, { authorization: basicOf(name, kind) });
        const isWrongKey = one.isForCloudKeys === true && kind === "flink";
        const refusal = (isWrongKey ? undefined : one.told?.(name)) ?? [403, "user_unauthorized"];
        expect([answer.status, answer.json?.errors?.[0].code]).toEqual(
          mayBe(one) ? [one.status, one.code] : refusal,
        );
        if (answer.status !== 403) return;
        // What was refused has left nothing behind.
        expect((await api.send("GET", `${sqlV1}/statements/${names.free}`)).status).toBe(404);
        expect((await api.send("GET", `${sqlV1}/connections/${names.free}`)).status).toBe(404);
        expect(
          (await api.send("GET", `${sqlV1}/connections/${names.connection}`)).json.metadata.resource_version,
        ).toBe("1");
      },
    );
  });

  describe("a use token, whoever made it", () => {
    const mayBe = (one: Case) => one.operation === "call through a connection" || one.isForTokens === true;
    it.each(cases.map((one): [string, string, Case] => [mayBe(one) ? "may" : "may not", one.operation, one]))(
      "%s %s",
      async (_may, _operation, one) => {
        const names = await makeNames();
        const { json } = await api.send("POST", `${keymoorV1}/use-tokens`, {
          name: "t",
          connections: [names.connection],
        });
        const answer = await api.send(one.method, one.path(names), one.body?.(names), {
          authorization: `Bearer ${json.token}`,
        });
        expect(answer.status).toBe(mayBe(one) ? one.status : 403);
      },
    );
  });

  it("a use token stops at the connections it is bound to, and with its maker's right", async () => {
    const [bound, other] = [await makeNames(), await makeNames()];
    const developer = { authorization: basicOf("flinkDeveloper") };
    const { json } = await api.send(
      "POST",
      `${keymoorV1}/use-tokens`,
      { name: "t", connections: [bound.connection] },
      developer,
    );
    const call = (name: string) =>
      api.send("POST", `/c/${name}`, {}, { authorization: `Bearer ${json.token}` });
    expect((await call(bound.connection)).status).toBe(200);
    const [outside, missing] = [await call(other.connection), await call("missing")];
    expect([outside.status, missing.status]).toEqual([403, 403]);
    expect(outside.json.errors[0].detail).toBe(missing.json.errors[0].detail);
    await api.send("DELETE", `${keymoorV1}/use-tokens/${json.id}`);
    expect((await call(bound.connection)).status).toBe(401);
  });

  it("nobody reaches another environment but who has a role in it, and no Flink key leaves its own", async () => {
    for (const [name, kind] of callers) {
      for (const path of ["connections", "statements"]) {
        const url = `/sql/v1/organizations/${organizationId}/environments/${otherEnvironmentId}/${path}`;
        const { status } = await api.send("GET", url, undefined, { authorization: basicOf(name, kind) });
        const expected = kind === "flink" ? 401 : name === "organizationAdmin" ? 200 : 403;
        expect([name, kind, path, status]).toEqual([name, kind, path, expected]);
      }
    }
  });

  it("audit events are shown no further than the right to them goes", async () => {
    const other = `/sql/v1/organizations/${organizationId}/environments/${otherEnvironmentId}/connections`;
    await api.send("GET", other);
    await api.services.store.flush();
    const environments = async (name: PrincipalName, kind: KeyKind, query: string) => {
      const answer = await api.send("GET", `/keymoor/v1/audit-events?page_size=100&${query}`, undefined, {
        authorization: basicOf(name, kind),
      });
      const ids = answer.json.data?.map((event: { environment_id: string }) => event.environment_id);
      return answer.status === 200 ? [...new Set(ids)].sort() : answer.status;
    };
    const ofOther = `environment=${otherEnvironmentId}`;
    expect(await environments("organizationAdmin", "cloud", ofOther)).toEqual([otherEnvironmentId]);
    expect(await environments("organizationAdmin", "flink", "action=connection.list")).toEqual([
      environmentId,
    ]);
    expect(await environments("environmentAdmin", "cloud", "action=connection.list")).toEqual([
      environmentId,
    ]);
    expect(await environments("organizationAdmin", "flink", ofOther)).toBe(403);
    expect(await environments("environmentAdmin", "cloud", ofOther)).toBe(403);
  });

  it("a statement run as another has the lesser of both rights, and needs an admin role or Assigner", async () => {
    const run = (name: PrincipalName, principal: string, text: (names: Names) => string) => {
      made += 1;
      const names = { ...noNames, free: `as-${made}` };
      const body = { name: names.free, spec: { statement: text(names), principal } };
      return api
        .send("POST", `${sqlV1}/statements`, body, { authorization: basicOf(name) })
        .then(({ status }) => status);
    };
    const show = () => "SHOW CONNECTIONS";
    expect(await run("environmentAdmin", principals.flinkDeveloper, show)).toBe(201);
    expect(await run("environmentAdmin", principals.flinkDeveloper, createSql)).toBe(403);
    expect(await run("environmentAdmin", principals.flinkAdmin, createSql)).toBe(201);
    expect(await run("environmentAdmin", principals.nobody, show)).toBe(403);
    expect(await run("environmentAdmin", "sa-unknown", show)).toBe(403);
    expect(await run("flinkAdmin", principals.flinkDeveloper, show)).toBe(403);
    expect(await run("flinkDeveloper", principals.flinkAdmin, createSql)).toBe(403);
    // Assigner alone runs nothing: it adds to a role that does.
    expect(await run("assigner", principals.flinkDeveloper, show)).toBe(403);
  });

  it("covers every operation of the API", () => {
    const names = noNames;
    const driven = cases.map(({ method, path }) => `${method} ${path(names).split("?")[0]}`);
    const documented = Object.entries(api.app.swagger().paths ?? {}).flatMap(([path, operations]) =>
      Object.keys(operations ?? {}).map((method) => ({ method: method.toUpperCase(), path })),
    );
    const elsewhere = [
      "POST /keymoor/v1/password", // about oneself alone: users.test.ts
      "GET /health",
      "GET /openapi.json",
      "GET /docs",
      "GET /api/login/realm",
      "POST /api/sessions",
      "DELETE /api/sessions",
      "POST /api/cli/v1/usages",
      "POST /keymoor/v1/session",
      "POST /keymoor/v1/session/link",
      "POST /keymoor/v1/invitations/accept",
      "POST /sts/v1/oauth2/token", // the token that is exchanged is its credential
    ];
    const missing = documented
      .filter(({ method, path }) => !elsewhere.includes(`${method} ${path}`) && !path.startsWith("/c/"))
      .filter(({ method, path }) => {
        const form = new RegExp(`^${method} ${path.replace(/\{\w+\}/g, "[^/]+")}$`);
        // A call by GET is the operation that a call by POST is.
        return !/\/call(\/\{more_path\})?$/.test(path) && !driven.some((one) => form.test(one));
      });
    expect(missing).toEqual([]);
    expect(documented.length).toBeGreaterThan(20);
  });
});
