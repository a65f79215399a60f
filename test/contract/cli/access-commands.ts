import { listAt, objectAt, optionalTextAt, readJson, textAt, valueAt } from "../reading.ts";
import { accept, CliFailure, type CliSession } from "./session.ts";

/** The namespaces in which the CLI looks for a role. */
const namespaces = "dataplane,datagovernance,identity,ksql,public,streamcatalog,usm";

/** `confluent api-key ...` and `confluent iam ...` (contract/cli.md 3.1, 3.2). */
export function accessCommands(session: CliSession) {
  const get = async (path: string) => readJson(accept(await session.v2("GET", path)));
  const made = async (method: string, path: string, body: object) =>
    readJson(accept(await session.v2(method, path, body)));
  const remove = async (path: string, kind: string, id: string) => {
    if ((await session.v2("GET", `${path}/${id}`)).status !== 200)
      throw new CliFailure(`${kind} "${id}" not found`);
    accept(await session.v2("DELETE", `${path}/${id}`));
  };
  const users = () => session.v2List("/iam/v2/users");
  const catalogue = async (path: string) => session.based(path, { namespace: namespaces });

  return {
    apiKey: {
      /** Without a service account it is the caller's own, whom the CLI finds in the lists of v1. */
      create: (
        resource: "cloud" | { readonly cloud: string; readonly region: string },
        { serviceAccount, description = "" }: { serviceAccount?: string; description?: string } = {},
      ) =>
        session.command("api-key create", async () => {
          const owner = serviceAccount ?? (await ownId(session));
          const spec = {
            description,
            owner: { id: owner },
            resource:
              resource === "cloud"
                ? { id: "cloud" }
                : { id: `${resource.cloud}.${resource.region}`, environment: session.environment },
          };
          const key = await made("POST", "/iam/v2/api-keys", { spec });
          return { apiKey: textAt(key, "id"), apiSecret: textAt(key, "spec.secret") };
        }),
      list: ({ serviceAccount = "", resource = "" } = {}) =>
        session.command("api-key list", async () => {
          const serviceAccounts = await session.v2List("/iam/v2/service-accounts");
          const people = await v1Users(session);
          if (serviceAccount !== "" && !people.some(({ resourceId }) => resourceId === serviceAccount))
            throw new CliFailure(`service account "${serviceAccount}" not found`);
          const keys = await session.v2List("/iam/v2/api-keys", {
            "spec.owner": serviceAccount,
            "spec.resource": resource,
          });
          return keys.map((key) => keyRow(key, serviceAccounts, people));
        }),
      describe: (id: string) =>
        session.command("api-key describe", async () => {
          const key = await get(`/iam/v2/api-keys/${id}`);
          const people = await v1Users(session);
          return keyRow(key, await session.v2List("/iam/v2/service-accounts"), people);
        }),
      update: (id: string, description: string) =>
        session.command("api-key update", async () => {
          await made("PATCH", `/iam/v2/api-keys/${id}`, { spec: { description } });
        }),
      delete: (id: string) =>
        session.command("api-key delete", () => remove("/iam/v2/api-keys", "API key", id)),
    },

    user: {
      list: () => session.command("iam user list", async () => (await users()).map(userRow)),
      describe: (id: string) =>
        session.command("iam user describe", async () => userRow(await get(`/iam/v2/users/${id}`))),
      update: (id: string, fullName: string) =>
        session.command("iam user update", async () => {
          await made("PATCH", `/iam/v2/users/${id}`, { full_name: fullName });
        }),
      delete: (id: string) => session.command("iam user delete", () => remove("/iam/v2/users", "user", id)),
    },

    invitation: {
      create: (email: string) =>
        session.command("iam user invitation create", async () =>
          textAt(await made("POST", "/iam/v2/invitations", { email }), "email"),
        ),
      list: () =>
        session.command("iam user invitation list", async () => {
          const rows: object[] = [];
          for (const one of await session.v2List("/iam/v2/invitations", {}, 99)) {
            const userId = textAt(one, "user.id");
            const user = await session.v2("GET", `/iam/v2/users/${userId}`);
            rows.push({
              email: textAt(one, "email"),
              status: textAt(one, "status"),
              userId,
              name: user.status === 200 ? optionalTextAt(readJson(user), "full_name") : "",
            });
          }
          return rows;
        }),
    },

    serviceAccount: {
      create: (name: string, description: string) =>
        session.command("iam service-account create", async () =>
          accountRow(await made("POST", "/iam/v2/service-accounts", { display_name: name, description })),
        ),
      list: (...names: readonly string[]) =>
        session.command("iam service-account list", async () => {
          const query = names.length === 0 ? {} : { display_name: names.join(",") };
          return (await session.v2List("/iam/v2/service-accounts", query)).map(accountRow);
        }),
      describe: (id: string) =>
        session.command("iam service-account describe", async () =>
          accountRow(await get(`/iam/v2/service-accounts/${id}`)),
        ),
      update: (id: string, description: string) =>
        session.command("iam service-account update", async () => {
          await made("PATCH", `/iam/v2/service-accounts/${id}`, { description });
        }),
      delete: (id: string) =>
        session.command("iam service-account delete", () =>
          remove("/iam/v2/service-accounts", "service account", id),
        ),
    },

    role: {
      /** Two bare lists; `public` roles need no name of a namespace. */
      list: () =>
        session.command("iam rbac role list", async () => {
          const roles: unknown[] = [];
          for (const query of [{}, { namespace: "usm" }]) {
            const json = readJson(
              accept(await session.based("/api/metadata/security/v2alpha1/roles", query)),
            );
            if (!Array.isArray(json))
              throw new CliFailure("json: cannot unmarshal object into a list of roles");
            roles.push(...json);
          }
          return roles.map((role) => {
            listAt(role, "policies");
            return textAt(role, "name");
          });
        }),
      /** Of an unknown one, the names there are stand in the suggestion. */
      describe: (name: string) =>
        session.command("iam rbac role describe", async () => {
          const answer = await catalogue(`/api/metadata/security/v2alpha1/roles/${name}`);
          if (answer.status === 200) return textAt(readJson(answer), "name");
          const names = readJson(accept(await catalogue("/api/metadata/security/v2alpha1/roleNames")));
          throw new CliFailure(`unknown role "${name}"`, `The available roles are ${JSON.stringify(names)}.`);
        }),
    },

    roleBinding: {
      create: (principal: string, role: string, crnPattern: string) =>
        session.command("iam rbac role-binding create", async () => {
          const body = { principal: `User:${principal}`, role_name: role, crn_pattern: crnPattern };
          const id = textAt(await made("POST", "/iam/v2/role-bindings", body), "id");
          const email = principal.startsWith("u-")
            ? textAt(await get(`/iam/v2/users/${principal}`), "email")
            : "";
          return { id, email };
        }),
      ofPrincipal: (principal: string, crnPattern: string) =>
        session.command("iam rbac role-binding list", async () => {
          const query = { crn_pattern: crnPattern, principal: `User:${principal}` };
          const bindings = await session.v2List("/iam/v2/role-bindings", query);
          const people = (await users()).map(userRow);
          return bindings.map((binding) => ({
            ...bindingRow(binding),
            email: people.find(({ id }) => `User:${id}` === textAt(binding, "principal"))?.email ?? "",
          }));
        }),
      /** Names of principals come from four lists, all of which have to be there (contract/cli.md 9.10). */
      ofRole: (role: string, crnPattern: string) =>
        session.command("iam rbac role-binding list", async () => {
          const query = { crn_pattern: crnPattern, role_name: role };
          const bindings = await session.v2List("/iam/v2/role-bindings", query);
          await users();
          await session.v2List("/iam/v2/service-accounts");
          await session.v2List("/iam/v2/identity-providers");
          await session.v2List("/iam/v2/sso/group-mappings");
          return [...new Set(bindings.map((binding) => textAt(binding, "principal")))].sort();
        }),
      delete: (id: string) =>
        session.command("iam rbac role-binding delete", async () => {
          accept(await session.v2("DELETE", `/iam/v2/role-bindings/${id}`));
        }),
    },
  };
}

interface V1User {
  readonly id: number;
  readonly resourceId: string;
  readonly email: string;
}

/** Service accounts, the caller and people of v1, and the caller once more from the CLI's own memory. */
async function v1Users(session: CliSession): Promise<readonly V1User[]> {
  const accounts = readJson(accept(await session.v1("GET", "/api/service_accounts")));
  await session.me();
  const people = readJson(accept(await session.v1("GET", "/api/users")));
  const listed = [...listAt(accounts, "users"), ...listAt(people, "users")].map((user) => ({
    id: Number(valueAt(user, "id")),
    resourceId: textAt(user, "resource_id"),
    email: optionalTextAt(user, "email"),
  }));
  return [...listed, session.user];
}

async function ownId(session: CliSession): Promise<string> {
  const own = (await v1Users(session)).find(({ id }) => id === session.user.id);
  if (own === undefined) throw new CliFailure("unable to find authenticated user");
  return own.resourceId;
}

function keyRow(key: unknown, serviceAccounts: readonly unknown[], people: readonly V1User[]) {
  objectAt(key, "spec.resource");
  const owner = textAt(key, "spec.owner.id");
  const isServiceAccount = serviceAccounts.some((account) => textAt(account, "id") === owner);
  const person = people.find(({ resourceId }) => resourceId === owner);
  return {
    key: textAt(key, "id"),
    description: optionalTextAt(key, "spec.description"),
    owner,
    email: isServiceAccount ? "<service account>" : (person?.email ?? "<deactivated user>"),
    resourceType: resourceType(key),
    resource: textAt(key, "spec.resource.id"),
    created: textAt(key, "metadata.created_at"),
  };
}

function resourceType(key: unknown): string {
  const kind = optionalTextAt(key, "spec.resource.kind");
  if (kind === "Cloud") return "cloud";
  return kind === "Region" && optionalTextAt(key, "spec.resource.api_version").startsWith("fcpm/")
    ? "flink-region"
    : "";
}

function userRow(json: unknown) {
  return {
    id: textAt(json, "id"),
    name: optionalTextAt(json, "full_name"),
    email: textAt(json, "email"),
    isLocal: optionalTextAt(json, "auth_type") === "AUTH_TYPE_LOCAL",
  };
}

function accountRow(json: unknown) {
  return {
    id: textAt(json, "id"),
    name: textAt(json, "display_name"),
    description: optionalTextAt(json, "description"),
  };
}

function bindingRow(json: unknown) {
  return {
    id: textAt(json, "id"),
    principal: textAt(json, "principal"),
    role: textAt(json, "role_name"),
    crnPattern: textAt(json, "crn_pattern"),
  };
}
