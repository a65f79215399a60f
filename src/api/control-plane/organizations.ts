import { type Static, Type } from "@sinclair/typebox";
import { describeOrganization, listOrganizations } from "../../operations/organizations.ts";
import type { Services } from "../../operations/services.ts";
import { callerOf, originOf } from "../admission.ts";
import type { App } from "../app.ts";
import { ListMetadata, pageQuery } from "../list-page.ts";
import { answerPage } from "./answer-page.ts";
import { ObjectMetadata, objectMetadata, organizationCrn } from "./control-plane-object.ts";

const path = "/org/v2/organizations";
const tags = ["Control plane"];

export const Organization = Type.Object(
  {
    api_version: Type.Literal("org/v2"),
    kind: Type.Literal("Organization"),
    id: Type.String({ description: "A UUID." }),
    metadata: ObjectMetadata,
    display_name: Type.String(),
    jit_enabled: Type.Boolean({ description: "Always false." }),
  },
  { title: "Organization" },
);

const OrganizationList = Type.Object(
  {
    api_version: Type.Literal("org/v2"),
    kind: Type.Literal("OrganizationList"),
    metadata: ListMetadata,
    data: Type.Array(Organization),
  },
  { title: "OrganizationList" },
);

/** The organization, of which a server has one, as official clients read it (contract/cli.md 3.2). */
export function addOrganizationRoutes(app: App, services: Services): void {
  app.get(
    path,
    {
      config: { access: "key", errors: ["user_unauthorized", "invalid_page_token"] },
      schema: {
        tags,
        operationId: "listOrganizations",
        summary: "List organizations",
        description: "There is one.",
        querystring: Type.Object(pageQuery, { additionalProperties: false }),
        response: { 200: OrganizationList },
      },
    },
    async (request) => {
      const { items, metadata } = await answerPage(services, request, {
        path,
        read: (caller, origin, page) => listOrganizations(services, caller, origin, page),
      });
      return {
        api_version: "org/v2" as const,
        kind: "OrganizationList" as const,
        metadata,
        data: items.map((record) => view(services, record)),
      };
    },
  );

  app.get(
    `${path}/:id`,
    {
      config: { access: "key", errors: ["user_unauthorized", "organization_not_found"] },
      schema: {
        tags,
        operationId: "getOrganization",
        summary: "Read an organization",
        params: Type.Object({ id: Type.String() }),
        response: { 200: Organization },
      },
    },
    async (request) => {
      const { id } = request.params;
      return view(services, await describeOrganization(services, callerOf(request), originOf(request), id));
    },
  );
}

function view(
  services: Services,
  record: Awaited<ReturnType<typeof describeOrganization>>,
): Static<typeof Organization> {
  const url = `${path}/${encodeURIComponent(record.id)}`;
  return {
    api_version: "org/v2",
    kind: "Organization",
    id: record.id,
    metadata: objectMetadata(services, url, organizationCrn(record.id), record),
    display_name: record.name,
    jit_enabled: false,
  };
}
