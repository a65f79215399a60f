import { Type } from "@sinclair/typebox";
import { listRegions } from "../../operations/list-regions.ts";
import type { Services } from "../../operations/services.ts";
import { callerOf, judgeRequest, originOf } from "../admission.ts";
import type { App } from "../app.ts";
import { ListMetadata, listMetadata, pageQuery } from "../list-page.ts";
import { readPageToken } from "../page-token.ts";
import { endpointOf } from "../resource-url.ts";
import { pageScope } from "./control-plane-object.ts";

const path = "/endpoint/v1/endpoints";
const service = "FLINK";

const Endpoint = Type.Object(
  {
    api_version: Type.Literal("endpoint/v1"),
    kind: Type.Literal("Endpoint"),
    id: Type.String(),
    cloud: Type.String({ description: "In upper case." }),
    region: Type.String(),
    service: Type.Literal(service),
    is_private: Type.Boolean({ description: "Always false." }),
    connection_type: Type.Literal("PUBLIC"),
    endpoint: Type.String({ description: "Origin of the region's API." }),
    endpoint_type: Type.Literal("REST"),
  },
  { title: "Endpoint" },
);

const EndpointList = Type.Object(
  {
    api_version: Type.Literal("endpoint/v1"),
    kind: Type.Literal("EndpointList"),
    metadata: ListMetadata,
    data: Type.Array(Endpoint),
  },
  { title: "EndpointList" },
);

/** Where the regions are reached; `flink endpoint use` compares with what stands here (contract/cli.md 3.2 and 9). */
export function addEndpointRoute(app: App, services: Services): void {
  app.get(
    path,
    {
      config: { access: "key", errors: ["user_unauthorized", "invalid_page_token", "invalid_request"] },
      schema: {
        tags: ["Control plane"],
        operationId: "listEndpoints",
        summary: "List endpoints",
        description: "One to a region.",
        querystring: Type.Object(
          {
            cloud: Type.Optional(Type.String({ description: "Only this cloud, in any case." })),
            region: Type.Optional(Type.String({ description: "Only this region." })),
            environment: Type.Optional(Type.String({ description: "All have the same endpoints." })),
            service: Type.Optional(Type.String({ description: "Other than FLINK, there are none." })),
            is_private: Type.Optional(Type.Boolean({ description: "If true, there are none." })),
            ...pageQuery,
          },
          { additionalProperties: false },
        ),
        response: { 200: EndpointList },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { page_size, page_token, is_private = false } = request.query;
      const cloud = request.query.cloud?.toLowerCase() || undefined;
      const region = request.query.region || undefined;
      const hasSome = !is_private && (request.query.service || service).toUpperCase() === service;
      const scope = pageScope("endpoints", caller, cloud, region, hasSome ? undefined : "none");
      const page = await listRegions(services, caller, originOf(request), () => {
        judgeRequest(request);
        return { cloud, region, after: readPageToken(services, scope, page_token), limit: page_size };
      });
      const items = hasSome ? page.items : [];
      const [first] = items;
      return {
        api_version: "endpoint/v1" as const,
        kind: "EndpointList" as const,
        metadata: listMetadata(services, {
          url: services.settings.publicUrl + path,
          pageSize: page_size,
          token: page_token,
          // What names nothing is not repeated.
          filter: { cloud: cloud && first?.cloud.toUpperCase(), region: region && first?.region },
          scope,
          next: hasSome ? page.next : undefined,
          totalSize: hasSome ? page.totalSize : 0,
        }),
        data: items.map((record) => ({
          api_version: "endpoint/v1" as const,
          kind: "Endpoint" as const,
          id: `${record.cloud}.${record.region}`,
          cloud: record.cloud.toUpperCase(),
          region: record.region,
          service: "FLINK" as const,
          is_private: false,
          connection_type: "PUBLIC" as const,
          endpoint: endpointOf(services, record),
          endpoint_type: "REST" as const,
        })),
      };
    },
  );
}
