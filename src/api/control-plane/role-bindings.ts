import { type Static, Type } from "@sinclair/typebox";
import { printCrn, readCrn } from "../../access/crn.ts";
import {
  createRoleBinding,
  deleteRoleBinding,
  describeRoleBinding,
  type ListRoleBindings,
  listRoleBindings,
} from "../../operations/role-bindings.ts";
import type { Services } from "../../operations/services.ts";
import { callerOf, judgeRequest, originOf } from "../admission.ts";
import type { App } from "../app.ts";
import { ListMetadata, pageQuery } from "../list-page.ts";
import { answerPage } from "./answer-page.ts";
import { ObjectMetadata, objectMetadata } from "./control-plane-object.ts";
import { sentEnvelope } from "./sent-fields.ts";

const path = "/iam/v2/role-bindings";
const tags = ["Access"];
const params = Type.Object({ id: Type.String({ description: "`rb-...`." }) });
const crnExample =
  "crn://confluent.cloud/organization=1111aaaa-11aa-11aa-11aa-111111aaaaaa/environment=env-abc123";

export const RoleBinding = Type.Object(
  {
    api_version: Type.Literal("iam/v2"),
    kind: Type.Literal("RoleBinding"),
    id: Type.String({ description: "`rb-...`." }),
    metadata: ObjectMetadata,
    principal: Type.String({ examples: ["User:sa-abc123"] }),
    role_name: Type.String(),
    crn_pattern: Type.String(),
  },
  { title: "RoleBinding" },
);

const RoleBindingList = Type.Object(
  {
    api_version: Type.Literal("iam/v2"),
    kind: Type.Literal("RoleBindingList"),
    metadata: ListMetadata,
    data: Type.Array(RoleBinding),
  },
  { title: "RoleBindingList" },
);

export const NewRoleBinding = Type.Object(
  {
    ...sentEnvelope,
    principal: Type.String({
      description: "`User:` and the id of a user or service account.",
      examples: ["User:sa-abc123"],
    }),
    role_name: Type.String({ description: "One of the role catalogue.", examples: ["FlinkDeveloper"] }),
    crn_pattern: Type.String({
      description:
        "What the role is bound to: the organization, an environment (`/environment=env-...`), a region of it (`/flink-region=aws.us-east-1`), or for Assigner a service account (`/service-account=sa-...`).",
      examples: [crnExample],
    }),
  },
  { title: "NewRoleBinding", additionalProperties: false },
);

/** Role bindings, as official clients make and read them (contract/cli.md 3.2, contract/terraform.md 4). */
export function addRoleBindingRoutes(app: App, services: Services): void {
  app.get(
    path,
    {
      config: { access: "key", errors: ["user_unauthorized", "invalid_page_token", "invalid_request"] },
      schema: {
        tags,
        operationId: "listRoleBindings",
        summary: "List role bindings",
        description: "One's own, and those of the environments that one manages.",
        querystring: Type.Object(
          {
            principal: Type.Optional(Type.String({ description: "Only this one's, as `User:sa-...`." })),
            role_name: Type.Optional(Type.String({ description: "Only this role." })),
            crn_pattern: Type.Optional(
              Type.String({
                description: "Only what is bound exactly there; with `/*` behind it, or below.",
              }),
            ),
            ...pageQuery,
          },
          { additionalProperties: false },
        ),
        response: { 200: RoleBindingList },
      },
    },
    async (request) => {
      const { principal, role_name, crn_pattern } = request.query;
      const { items, metadata } = await answerPage(services, request, {
        path,
        read: (caller, origin, page) =>
          listRoleBindings(services, caller, origin, () => ({
            ...page(),
            principalId: principal?.replace(/^User:/, "") || undefined,
            role: role_name || undefined,
            scope: scopeOf(crn_pattern),
          })),
        filter: () => [principal, role_name, crn_pattern],
        repeated: (first) => ({
          principal: principal && first && `User:${first.principalId}`,
          role_name: role_name && first?.role,
          crn_pattern: first && crn_pattern,
        }),
      });
      return {
        api_version: "iam/v2" as const,
        kind: "RoleBindingList" as const,
        metadata,
        data: items.map((record) => view(services, record)),
      };
    },
  );

  app.get(
    `${path}/:id`,
    {
      config: { access: "key", errors: ["user_unauthorized", "role_binding_not_found"] },
      schema: {
        tags,
        operationId: "getRoleBinding",
        summary: "Read a role binding",
        params,
        response: { 200: RoleBinding },
      },
    },
    async (request) => {
      const { id } = request.params;
      return view(services, await describeRoleBinding(services, callerOf(request), originOf(request), id));
    },
  );

  app.post(
    path,
    {
      config: {
        access: "key",
        needsCloudKey: true,
        errors: ["user_unauthorized", "resource_already_exists"],
      },
      schema: {
        tags,
        operationId: "createRoleBinding",
        summary: "Bind a role",
        description:
          "It holds from the next request on. Nobody grants what he does not hold. Takes an admin role where it is bound, and a Cloud API key or a session.",
        body: NewRoleBinding,
        response: { 201: RoleBinding },
      },
    },
    async (request, reply) => {
      const made = await createRoleBinding(services, callerOf(request), originOf(request), () => {
        judgeRequest(request);
        const { principal, role_name: role, crn_pattern: crnPattern } = request.body;
        return { principal, role, crnPattern };
      });
      return reply.code(201).send(view(services, made));
    },
  );

  app.delete(
    `${path}/:id`,
    {
      config: {
        access: "key",
        needsCloudKey: true,
        errors: ["user_unauthorized", "role_binding_not_found", "last_administrator"],
      },
      schema: {
        tags,
        operationId: "deleteRoleBinding",
        summary: "Take a role away",
        description:
          "It holds from the next request on. Takes an admin role where it is bound, and a Cloud API key or a session.",
        params,
        response: { 200: RoleBinding },
      },
    },
    async (request) => {
      const { id } = request.params;
      return view(services, await deleteRoleBinding(services, callerOf(request), originOf(request), id));
    },
  );
}

/** The CLI asks for exactly there, and with `--inclusive` puts `/*` behind it. */
function scopeOf(pattern: string | undefined): ListRoleBindings["scope"] {
  if (pattern === undefined || pattern === "") return undefined;
  const exact = pattern.replace(/\/\*$/, "");
  const read = readCrn(exact);
  return read.status === "read" ? { ...read.scope, andBelow: exact !== pattern } : "none";
}

function view(
  services: Services,
  record: Awaited<ReturnType<typeof describeRoleBinding>>,
): Static<typeof RoleBinding> {
  const crn = printCrn(record);
  return {
    api_version: "iam/v2",
    kind: "RoleBinding",
    id: record.id,
    metadata: objectMetadata(
      services,
      `${path}/${encodeURIComponent(record.id)}`,
      `${crn}/role-binding=${record.id}`,
      record,
    ),
    principal: `User:${record.principalId}`,
    role_name: record.role,
    crn_pattern: crn,
  };
}
