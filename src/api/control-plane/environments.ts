import { type Static, Type } from "@sinclair/typebox";
import {
  createEnvironment,
  deleteEnvironment,
  describeEnvironment,
  listEnvironments,
  updateEnvironment,
} from "../../operations/environments.ts";
import type { Services } from "../../operations/services.ts";
import { callerOf, judgeRequest, originOf } from "../admission.ts";
import type { App } from "../app.ts";
import { ListMetadata, pageQuery } from "../list-page.ts";
import { noContent } from "../no-content.ts";
import { answerPage } from "./answer-page.ts";
import { environmentCrn, ObjectMetadata, objectMetadata } from "./control-plane-object.ts";
import { displayName, sentEnvelope } from "./sent-fields.ts";

const path = "/org/v2/environments";
const tags = ["Control plane"];

const params = Type.Object({ id: Type.String() });

/** Terraform compares it (contract/terraform.md 4), so that it is kept as it was sent. */
const GovernanceConfig = Type.Object(
  {
    package: Type.Union([Type.Literal("ESSENTIALS"), Type.Literal("ADVANCED")], {
      description: "Kept and shown; nothing follows from it.",
    }),
  },
  { title: "StreamGovernanceConfig", additionalProperties: false },
);

export const Environment = Type.Object(
  {
    api_version: Type.Literal("org/v2"),
    kind: Type.Literal("Environment"),
    id: Type.String({ description: "`env-...`." }),
    metadata: ObjectMetadata,
    display_name: Type.String(),
    stream_governance_config: GovernanceConfig,
  },
  { title: "Environment" },
);

export const NewEnvironment = Type.Object(
  {
    ...sentEnvelope,
    display_name: displayName,
    stream_governance_config: Type.Optional(GovernanceConfig),
  },
  { title: "NewEnvironment", additionalProperties: false },
);

export const ChangedEnvironment = Type.Object(
  {
    ...sentEnvelope,
    display_name: Type.Optional(displayName),
    stream_governance_config: Type.Optional(GovernanceConfig),
  },
  { title: "ChangedEnvironment", additionalProperties: false },
);

const EnvironmentList = Type.Object(
  {
    api_version: Type.Literal("org/v2"),
    kind: Type.Literal("EnvironmentList"),
    metadata: ListMetadata,
    data: Type.Array(Environment),
  },
  { title: "EnvironmentList" },
);

/** Environments, as official clients read them (contract/cli.md 3.2). */
export function addEnvironmentRoutes(app: App, services: Services): void {
  app.get(
    path,
    {
      config: { access: "key", errors: ["user_unauthorized", "invalid_page_token"] },
      schema: {
        tags,
        operationId: "listEnvironments",
        summary: "List environments",
        description: "Those you have a role in.",
        querystring: Type.Object(pageQuery, { additionalProperties: false }),
        response: { 200: EnvironmentList },
      },
    },
    async (request) => {
      const { items, metadata } = await answerPage(services, request, {
        path,
        read: (caller, origin, page) => listEnvironments(services, caller, origin, page),
      });
      return {
        api_version: "org/v2" as const,
        kind: "EnvironmentList" as const,
        metadata,
        data: items.map((record) => view(services, record)),
      };
    },
  );

  app.get(
    `${path}/:id`,
    {
      config: { access: "key", errors: ["user_unauthorized", "environment_not_found"] },
      schema: {
        tags,
        operationId: "getEnvironment",
        summary: "Read an environment",
        params,
        response: { 200: Environment },
      },
    },
    async (request) => {
      const { id } = request.params;
      return view(services, await describeEnvironment(services, callerOf(request), originOf(request), id));
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
        operationId: "createEnvironment",
        summary: "Make an environment",
        description: "Takes OrganizationAdmin, and a Cloud API key or a session.",
        body: NewEnvironment,
        response: { 201: Environment },
      },
    },
    async (request, reply) => {
      const made = await createEnvironment(services, callerOf(request), originOf(request), () => {
        judgeRequest(request);
        const { display_name, stream_governance_config } = request.body;
        return { name: display_name, ...packageOf(stream_governance_config) };
      });
      return reply.code(201).send(view(services, made));
    },
  );

  app.patch(
    `${path}/:id`,
    {
      config: {
        access: "key",
        needsCloudKey: true,
        errors: ["user_unauthorized", "environment_not_found", "resource_already_exists"],
      },
      schema: {
        tags,
        operationId: "updateEnvironment",
        summary: "Rename an environment",
        description: "Takes an admin role in it, and a Cloud API key or a session.",
        params,
        body: ChangedEnvironment,
        response: { 200: Environment },
      },
    },
    async (request) => {
      const changed = await updateEnvironment(services, callerOf(request), originOf(request), () => {
        judgeRequest(request);
        const { display_name: name, stream_governance_config } = request.body;
        return {
          id: request.params.id,
          change: { ...(name !== undefined && { name }), ...packageOf(stream_governance_config) },
        };
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
        errors: ["user_unauthorized", "environment_not_found", "environment_not_empty"],
      },
      schema: {
        tags,
        operationId: "deleteEnvironment",
        summary: "Delete an environment",
        description:
          "With its compute pools, statements, keys, role bindings and use tokens; not while it holds a connection, nor the last one. Takes an admin role in it, and a Cloud API key or a session.",
        params,
        response: { 204: noContent("It is gone.") },
      },
    },
    async (request, reply) => {
      await deleteEnvironment(services, callerOf(request), originOf(request), request.params.id);
      return reply.code(204).send(undefined);
    },
  );
}

function packageOf(config: Static<typeof GovernanceConfig> | undefined) {
  return config === undefined ? {} : { governancePackage: config.package };
}

function view(
  services: Services,
  record: Awaited<ReturnType<typeof describeEnvironment>>,
): Static<typeof Environment> {
  return {
    api_version: "org/v2",
    kind: "Environment",
    id: record.id,
    metadata: objectMetadata(
      services,
      `${path}/${encodeURIComponent(record.id)}`,
      environmentCrn(record),
      record,
    ),
    display_name: record.name,
    stream_governance_config: { package: record.governancePackage },
  };
}
