import { type Static, Type } from "@sinclair/typebox";
import {
  createComputePool,
  deleteComputePool,
  describeComputePool,
  listComputePools,
  type ComputePool as Pool,
  updateComputePool,
} from "../../operations/compute-pools.ts";
import type { Services } from "../../operations/services.ts";
import { callerOf, judgeRequest, originOf } from "../admission.ts";
import type { App } from "../app.ts";
import { ListMetadata, pageQuery } from "../list-page.ts";
import { noContent } from "../no-content.ts";
import { answerPage } from "./answer-page.ts";
import { environmentCrn, ObjectMetadata, objectMetadata } from "./control-plane-object.ts";
import { displayName, SentReference, sentEnvelope } from "./sent-fields.ts";

const path = "/fcpm/v2/compute-pools";
const tags = ["Control plane"];
const environment = Type.String({ minLength: 1, description: "Id of its environment, `env-...`." });
const params = Type.Object({ id: Type.String() });

export const ComputePool = Type.Object(
  {
    api_version: Type.Literal("fcpm/v2"),
    kind: Type.Literal("ComputePool"),
    id: Type.String({ description: "`lfcp-...`." }),
    metadata: ObjectMetadata,
    spec: Type.Object({
      display_name: Type.String(),
      cloud: Type.String({ description: "In upper case." }),
      region: Type.String(),
      max_cfu: Type.Integer({ description: "Kept and shown; nothing is measured by it." }),
      default_pool: Type.Boolean({ description: "Kept and shown; nothing follows from it." }),
      enable_ai: Type.Boolean({ description: "Always false." }),
      environment: Type.Object({
        id: Type.String(),
        related: Type.String(),
        resource_name: Type.String(),
      }),
    }),
    status: Type.Object({
      phase: Type.Literal("PROVISIONED"),
      current_cfu: Type.Integer({ description: "Always 0." }),
    }),
  },
  { title: "ComputePool" },
);

const ComputePoolList = Type.Object(
  {
    api_version: Type.Literal("fcpm/v2"),
    kind: Type.Literal("ComputePoolList"),
    metadata: ListMetadata,
    data: Type.Array(ComputePool),
  },
  { title: "ComputePoolList" },
);

const sentSpec = {
  max_cfu: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 100_000,
      description: "0, which Terraform sends when it is not set, means the default, 5.",
    }),
  ),
  default_pool: Type.Optional(Type.Boolean()),
  enable_ai: Type.Optional(Type.Boolean({ description: "What is sent is ignored." })),
};

export const NewComputePool = Type.Object(
  {
    ...sentEnvelope,
    spec: Type.Object(
      {
        display_name: displayName,
        cloud: Type.String({ description: "In any case.", examples: ["AWS"] }),
        region: Type.String({ examples: ["us-east-1"] }),
        environment: SentReference,
        ...sentSpec,
      },
      { additionalProperties: false },
    ),
  },
  { title: "NewComputePool", additionalProperties: false },
);

export const ChangedComputePool = Type.Object(
  {
    ...sentEnvelope,
    spec: Type.Object(
      {
        display_name: Type.Optional(displayName),
        environment: Type.Optional(SentReference),
        ...sentSpec,
      },
      { additionalProperties: false },
    ),
  },
  { title: "ChangedComputePool", additionalProperties: false },
);

/** Compute pools, as official clients read them (contract/cli.md 3.2). No engine is attached, so nothing runs on them. */
export function addComputePoolRoutes(app: App, services: Services): void {
  app.get(
    path,
    {
      config: {
        access: "key",
        errors: ["user_unauthorized", "environment_not_found", "invalid_page_token", "invalid_request"],
      },
      schema: {
        tags,
        operationId: "listComputePools",
        summary: "List compute pools",
        querystring: Type.Object(
          {
            environment,
            "spec.region": Type.Optional(Type.String({ description: "Only this region." })),
            ...pageQuery,
          },
          { additionalProperties: false },
        ),
        response: { 200: ComputePoolList },
      },
    },
    async (request) => {
      const { environment: environmentId } = request.query;
      const region = request.query["spec.region"] || undefined;
      const { items, metadata } = await answerPage(services, request, {
        path,
        read: (caller, origin, page) =>
          listComputePools(services, caller, origin, () => ({ ...page(), environmentId, region })),
        filter: () => [environmentId, region],
        repeated: (first) => ({ environment: environmentId, "spec.region": region && first?.pool.region }),
      });
      return {
        api_version: "fcpm/v2" as const,
        kind: "ComputePoolList" as const,
        metadata,
        data: items.map((pool) => view(services, pool)),
      };
    },
  );

  app.get(
    `${path}/:id`,
    {
      config: {
        access: "key",
        errors: ["user_unauthorized", "environment_not_found", "compute_pool_not_found", "invalid_request"],
      },
      schema: {
        tags,
        operationId: "getComputePool",
        summary: "Read a compute pool",
        params,
        querystring: Type.Object({ environment }, { additionalProperties: false }),
        response: { 200: ComputePool },
      },
    },
    async (request) => {
      const found = await describeComputePool(services, callerOf(request), originOf(request), () => {
        judgeRequest(request);
        return { environmentId: request.query.environment, id: request.params.id };
      });
      return view(services, found);
    },
  );

  app.post(
    path,
    {
      config: { access: "key", needsCloudKey: true, errors: ["user_unauthorized"] },
      schema: {
        tags,
        operationId: "createComputePool",
        summary: "Make a compute pool",
        description:
          "It is ready at once. Takes the right to manage connections there, and a Cloud API key or a session.",
        body: NewComputePool,
        response: { 202: ComputePool },
      },
    },
    async (request, reply) => {
      const made = await createComputePool(services, callerOf(request), originOf(request), () => {
        judgeRequest(request);
        const { display_name, cloud, region, environment, ...rest } = request.body.spec;
        return { name: display_name, cloud, region, environmentId: environment.id, ...sizeOf(rest) };
      });
      return reply.code(202).send(view(services, made));
    },
  );

  app.patch(
    `${path}/:id`,
    {
      config: {
        access: "key",
        needsCloudKey: true,
        errors: ["user_unauthorized", "compute_pool_not_found"],
      },
      schema: {
        tags,
        operationId: "updateComputePool",
        summary: "Change a compute pool",
        description: "Takes the right to manage connections there, and a Cloud API key or a session.",
        params,
        body: ChangedComputePool,
        response: { 200: ComputePool },
      },
    },
    async (request) => {
      const changed = await updateComputePool(services, callerOf(request), originOf(request), () => {
        judgeRequest(request);
        const { display_name: name, environment, ...rest } = request.body.spec;
        return {
          id: request.params.id,
          environmentId: environment?.id,
          change: { ...(name !== undefined && { name }), ...sizeOf(rest) },
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
        errors: ["user_unauthorized", "compute_pool_not_found", "invalid_request"],
      },
      schema: {
        tags,
        operationId: "deleteComputePool",
        summary: "Delete a compute pool",
        description:
          "Statements that name it stay. Takes the right to manage connections there, and a Cloud API key or a session.",
        params,
        querystring: Type.Object({ environment }, { additionalProperties: false }),
        response: { 204: noContent("It is gone.") },
      },
    },
    async (request, reply) => {
      await deleteComputePool(services, callerOf(request), originOf(request), () => {
        judgeRequest(request);
        return { id: request.params.id, environmentId: request.query.environment };
      });
      return reply.code(204).send(undefined);
    },
  );
}

function sizeOf({ max_cfu, default_pool }: { readonly max_cfu?: number; readonly default_pool?: boolean }) {
  return {
    ...(max_cfu !== undefined && { maxCfu: max_cfu }),
    ...(default_pool !== undefined && { defaultPool: default_pool }),
  };
}

function view(services: Services, { environment: owner, pool }: Pool): Static<typeof ComputePool> {
  const name = `${environmentCrn(owner)}/flink-region=${pool.cloud}.${pool.region}/compute-pool=${pool.id}`;
  const url = `${path}/${encodeURIComponent(pool.id)}?environment=${encodeURIComponent(owner.id)}`;
  return {
    api_version: "fcpm/v2",
    kind: "ComputePool",
    id: pool.id,
    metadata: objectMetadata(services, url, name, pool),
    spec: {
      display_name: pool.name,
      cloud: pool.cloud.toUpperCase(),
      region: pool.region,
      max_cfu: pool.maxCfu,
      default_pool: pool.defaultPool,
      enable_ai: false,
      environment: {
        id: owner.id,
        related: `${services.settings.publicUrl}/org/v2/environments/${encodeURIComponent(owner.id)}`,
        resource_name: environmentCrn(owner),
      },
    },
    status: { phase: "PROVISIONED", current_cfu: 0 },
  };
}
