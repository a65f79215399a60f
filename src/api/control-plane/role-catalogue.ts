import { type Static, Type } from "@sinclair/typebox";
import type { Role } from "../../access/rights.ts";
import { KeymoorError } from "../../errors.ts";
import { listRoles } from "../../operations/list-roles.ts";
import type { Services } from "../../operations/services.ts";
import { callerOf, judgeRequest, originOf } from "../admission.ts";
import type { App } from "../app.ts";

const path = "/metadata/security/v2alpha1";
const tags = ["Access"];

export const CatalogueRole = Type.Object(
  {
    name: Type.String(),
    description: Type.String(),
    policies: Type.Array(
      Type.Object({
        bindingScope: Type.String({ description: "What it may be bound to." }),
        allowedOperations: Type.Array(
          Type.Object({ resourceType: Type.String(), operations: Type.Array(Type.String()) }),
        ),
      }),
    ),
  },
  { title: "CatalogueRole" },
);

/** Where Confluent has roles of these names: its CLI asks for one namespace after the other and puts the answers together. */
const namespaceOf: Readonly<Record<Role, string>> = {
  OrganizationAdmin: "public",
  EnvironmentAdmin: "public",
  FlinkAdmin: "flink",
  FlinkDeveloper: "flink",
  Assigner: "workload",
};

const querystring = Type.Object(
  {
    namespace: Type.Optional(
      Type.String({ description: "Only roles of these, with commas between: public, flink, workload." }),
    ),
  },
  { additionalProperties: false },
);

/** Who asks for names means all: the CLI without its feature flags does not ask for those of Flink. */
const anyNamespace = Type.Object(
  { namespace: Type.Optional(Type.String({ description: "What is sent is ignored." })) },
  { additionalProperties: false },
);

/** The role catalogue, bare lists as official clients read them (contract/cli.md 3.2). */
export function addRoleCatalogueRoutes(app: App, services: Services): void {
  app.get(
    `${path}/roles`,
    {
      config: { access: "key", errors: ["user_unauthorized", "invalid_request"] },
      schema: {
        tags,
        operationId: "listRoles",
        summary: "List the roles there are",
        querystring,
        response: { 200: Type.Array(CatalogueRole) },
      },
    },
    async (request) => {
      const all = await listRoles(services, callerOf(request), originOf(request));
      judgeRequest(request);
      return all.filter(({ name }) => isIn(name, request.query.namespace)).map(view);
    },
  );

  app.get(
    `${path}/roleNames`,
    {
      config: { access: "key", errors: ["user_unauthorized", "invalid_request"] },
      schema: {
        tags,
        operationId: "listRoleNames",
        summary: "List the names of roles",
        querystring: anyNamespace,
        response: { 200: Type.Array(Type.String()) },
      },
    },
    async (request) => {
      const all = await listRoles(services, callerOf(request), originOf(request));
      judgeRequest(request);
      return all.map(({ name }) => name);
    },
  );

  app.get(
    `${path}/roles/:name`,
    {
      config: { access: "key", errors: ["user_unauthorized", "role_not_found", "invalid_request"] },
      schema: {
        tags,
        operationId: "getRole",
        summary: "Read a role",
        params: Type.Object({ name: Type.String() }),
        querystring: anyNamespace,
        response: { 200: CatalogueRole },
      },
    },
    async (request) => {
      const all = await listRoles(services, callerOf(request), originOf(request));
      judgeRequest(request);
      const found = all.find(({ name }) => name === request.params.name);
      if (found !== undefined) return view(found);
      throw new KeymoorError("role_not_found", "There is no such role.", {
        hint: `There are ${all.map(({ name }) => name).join(", ")}.`,
      });
    },
  );
}

function isIn(name: Role, namespaces: string | undefined): boolean {
  return !namespaces || namespaces.split(",").includes(namespaceOf[name]);
}

function view(role: Awaited<ReturnType<typeof listRoles>>[number]): Static<typeof CatalogueRole> {
  return {
    name: role.name,
    description: role.description,
    policies: role.boundTo.map((bindingScope) => ({
      bindingScope,
      allowedOperations: operations(role.rights),
    })),
  };
}

/** `connection:manage` is the operation "manage" on resources of the type "connection". */
function operations(rights: readonly string[]) {
  const parts = rights.map((right) => right.split(":") as [string, string]);
  return [...new Set(parts.map(([type]) => type))].map((resourceType) => ({
    resourceType,
    operations: parts.filter(([type]) => type === resourceType).map(([, operation]) => operation),
  }));
}
