import { Type } from "@sinclair/typebox";
import { listRegions } from "../../operations/list-regions.ts";
import { regionEndpoint } from "../../operations/region-endpoint.ts";
import type { Services } from "../../operations/services.ts";
import type { App } from "../app.ts";
import { ListMetadata, pageQuery } from "../list-page.ts";
import { answerPage, emptyPage } from "./answer-page.ts";

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
      const wanted = () => ({
        cloud: request.query.cloud?.toLowerCase() || undefined,
        region: request.query.region || undefined,
      });
      const hasSome = () =>
        !request.query.is_private && (request.query.service || service).toUpperCase() === service;
      const { items, metadata } = await answerPage(services, request, {
        path,
        read: async (caller, origin, page) => {
          const found = await listRegions(services, caller, origin, () => ({ ...page(), ...wanted() }));
          return hasSome() ? found : emptyPage;
        },
        filter: () => [wanted().cloud, wanted().region, hasSome() ? undefined : "none"],
        repeated: (first) => ({
          cloud: wanted().cloud && first?.cloud.toUpperCase(),
          region: wanted().region && first?.region,
        }),
      });
      return {
        api_version: "endpoint/v1" as const,
        kind: "EndpointList" as const,
        metadata,
        data: items.map((record) => ({
          api_version: "endpoint/v1" as const,
          kind: "Endpoint" as const,
          id: `${record.cloud}.${record.region}`,
          cloud: record.cloud.toUpperCase(),
          region: record.region,
          service: "FLINK" as const,
          is_private: false,
          connection_type: "PUBLIC" as const,
          endpoint: regionEndpoint(services, record),
          endpoint_type: "REST" as const,
        })),
      };
    },
  );
}
