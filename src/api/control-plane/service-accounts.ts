import { type Static, Type } from "@sinclair/typebox";
import { organizationOf } from "../../operations/control-act.ts";
import {
  createServiceAccount,
  deleteServiceAccount,
  describeServiceAccount,
  listServiceAccounts,
  updateServiceAccount,
} from "../../operations/service-accounts.ts";
import type { Services } from "../../operations/services.ts";
import { callerOf, judgeRequest, originOf } from "../admission.ts";
import type { App } from "../app.ts";
import { ListMetadata, pageQuery } from "../list-page.ts";
import { noContent } from "../no-content.ts";
import { answerPage } from "./answer-page.ts";
import { ObjectMetadata, objectMetadata, organizationCrn } from "./control-plane-object.ts";
import { description, displayName, sentEnvelope } from "./sent-fields.ts";

const path = "/iam/v2/service-accounts";
const tags = ["Access"];
const params = Type.Object({ id: Type.String({ description: "`sa-...`." }) });

export const ServiceAccount = Type.Object(
  {
    api_version: Type.Literal("iam/v2"),
    kind: Type.Literal("ServiceAccount"),
    id: Type.String({ description: "`sa-...`." }),
    metadata: ObjectMetadata,
    display_name: Type.String(),
    description: Type.String(),
  },
  { title: "ServiceAccount" },
);

const ServiceAccountList = Type.Object(
  {
    api_version: Type.Literal("iam/v2"),
    kind: Type.Literal("ServiceAccountList"),
    metadata: ListMetadata,
    data: Type.Array(ServiceAccount),
  },
  { title: "ServiceAccountList" },
);

export const NewServiceAccount = Type.Object(
  { ...sentEnvelope, display_name: displayName, description: Type.Optional(description) },
  { title: "NewServiceAccount", additionalProperties: false },
);

export const ChangedServiceAccount = Type.Object(
  {
    ...sentEnvelope,
    display_name: Type.Optional(displayName),
    description: Type.Optional(description),
  },
  { title: "ChangedServiceAccount", additionalProperties: false },
);

/** Service accounts: whoever programs sign in as (contract/cli.md 3.2, contract/terraform.md 4). */
export function addServiceAccountRoutes(app: App, services: Services): void {
  app.get(
    path,
    {
      config: { access: "key", errors: ["user_unauthorized", "invalid_page_token", "invalid_request"] },
      schema: {
        tags,
        operationId: "listServiceAccounts",
        summary: "List service accounts",
        description: "All of them for administrators; else the caller's own.",
        querystring: Type.Object(
          {
            display_name: Type.Optional(Type.String({ description: "Only the one of this name." })),
            ...pageQuery,
          },
          { additionalProperties: false },
        ),
        response: { 200: ServiceAccountList },
      },
    },
    async (request) => {
      const name = request.query.display_name || undefined;
      const { items, metadata } = await answerPage(services, request, {
        path,
        read: (caller, origin, page) =>
          listServiceAccounts(services, caller, origin, () => ({ ...page(), name })),
        filter: () => [name],
        repeated: (first) => ({ display_name: name && first?.name }),
      });
      return {
        api_version: "iam/v2" as const,
        kind: "ServiceAccountList" as const,
        metadata,
        data: await Promise.all(items.map((record) => view(services, record))),
      };
    },
  );

  app.get(
    `${path}/:id`,
    {
      config: { access: "key", errors: ["user_unauthorized", "principal_not_found"] },
      schema: {
        tags,
        operationId: "getServiceAccount",
        summary: "Read a service account",
        params,
        response: { 200: ServiceAccount },
      },
    },
    async (request) => {
      const { id } = request.params;
      return view(services, await describeServiceAccount(services, callerOf(request), originOf(request), id));
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
        operationId: "createServiceAccount",
        summary: "Make a service account",
        description:
          "It may do nothing until a role is bound to it. Takes OrganizationAdmin, and a Cloud API key or a session.",
        body: NewServiceAccount,
        response: { 201: ServiceAccount },
      },
    },
    async (request, reply) => {
      const made = await createServiceAccount(services, callerOf(request), originOf(request), () => {
        judgeRequest(request);
        const { display_name: name, description } = request.body;
        return { name, ...(description !== undefined && { description }) };
      });
      return reply.code(201).send(await view(services, made));
    },
  );

  app.patch(
    `${path}/:id`,
    {
      config: {
        access: "key",
        needsCloudKey: true,
        errors: ["user_unauthorized", "principal_not_found", "resource_already_exists"],
      },
      schema: {
        tags,
        operationId: "updateServiceAccount",
        summary: "Rename a service account",
        description: "Takes OrganizationAdmin, and a Cloud API key or a session.",
        params,
        body: ChangedServiceAccount,
        response: { 200: ServiceAccount },
      },
    },
    async (request) => {
      const changed = await updateServiceAccount(services, callerOf(request), originOf(request), () => {
        judgeRequest(request);
        const { display_name: name, description } = request.body;
        const change = {
          ...(name !== undefined && { name }),
          ...(description !== undefined && { description }),
        };
        return { id: request.params.id, change };
      });
      return view(services, changed);
    },
  );

  app.delete(
    `${path}/:id`,
    {
      config: {
        access: "key",
        needsCloudKey: true,
        errors: ["user_unauthorized", "principal_not_found", "last_administrator"],
      },
      schema: {
        tags,
        operationId: "deleteServiceAccount",
        summary: "Delete a service account",
        description:
          "With its keys, role bindings and identity pools; its connections and statements stay. Takes OrganizationAdmin, and a Cloud API key or a session.",
        params,
        response: { 204: noContent("It is gone.") },
      },
    },
    async (request, reply) => {
      await deleteServiceAccount(services, callerOf(request), originOf(request), request.params.id);
      return reply.code(204).send(undefined);
    },
  );
}

async function view(
  services: Services,
  record: Awaited<ReturnType<typeof describeServiceAccount>>,
): Promise<Static<typeof ServiceAccount>> {
  const crn = `${organizationCrn(await organizationOf(services))}/service-account=${record.id}`;
  return {
    api_version: "iam/v2",
    kind: "ServiceAccount",
    id: record.id,
    metadata: objectMetadata(services, `${path}/${encodeURIComponent(record.id)}`, crn, record),
    display_name: record.name,
    description: record.description,
  };
}
