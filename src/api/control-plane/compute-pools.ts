import { type Static, Type } from "@sinclair/typebox";
import {
  describeComputePool,
  listComputePools,
  type ComputePool as Pool,
} from "../../operations/list-compute-pools.ts";
import type { Services } from "../../operations/services.ts";
import { callerOf, judgeRequest, originOf } from "../admission.ts";
import type { App } from "../app.ts";
import { ListMetadata, listMetadata, pageQuery } from "../list-page.ts";
import { readPageToken } from "../page-token.ts";
import { environmentCrn, ObjectMetadata, objectMetadata, pageScope } from "./control-plane-object.ts";

const path = "/fcpm/v2/compute-pools";
const tags = ["Control plane"];
const environment = Type.String({ minLength: 1, description: "Id of its environment, `env-...`." });

/** No engine is attached, so nothing is measured in units of one; clients want the number that is their own default. */
const maxCfu = 5;

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
      max_cfu: Type.Integer({ description: `Always ${maxCfu}.` }),
      default_pool: Type.Boolean(),
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

/** Compute pools, as official clients read them (contract/cli.md 3.2). */
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
      const caller = callerOf(request);
      const { environment: environmentId, page_size, page_token } = request.query;
      const region = request.query["spec.region"] || undefined;
      const scope = pageScope("compute pools", caller, environmentId, region);
      const page = await listComputePools(services, caller, originOf(request), () => {
        judgeRequest(request);
        const after = readPageToken(services, scope, page_token);
        return { environmentId, region, after, limit: page_size };
      });
      return {
        api_version: "fcpm/v2" as const,
        kind: "ComputePoolList" as const,
        metadata: listMetadata(services, {
          url: services.settings.publicUrl + path,
          pageSize: page_size,
          token: page_token,
          // A region that names nothing is not repeated.
          filter: { environment: environmentId, "spec.region": region && page.items[0]?.pool.region },
          scope,
          next: page.next,
          totalSize: page.totalSize,
        }),
        data: page.items.map((pool) => view(services, pool)),
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
        params: Type.Object({ id: Type.String() }),
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
      max_cfu: maxCfu,
      default_pool: false,
      environment: {
        id: owner.id,
        related: `${services.settings.publicUrl}/org/v2/environments/${encodeURIComponent(owner.id)}`,
        resource_name: environmentCrn(owner),
      },
    },
    status: { phase: "PROVISIONED", current_cfu: 0 },
  };
}
