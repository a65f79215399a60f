import { Type } from "@sinclair/typebox";
import { listRegions } from "../../operations/list-regions.ts";
import { regionEndpoint } from "../../operations/region-endpoint.ts";
import type { Services } from "../../operations/services.ts";
import type { App } from "../app.ts";
import { ListMetadata, pageQuery } from "../list-page.ts";
import { answerPage } from "./answer-page.ts";

const path = "/fcpm/v2/regions";

export const Region = Type.Object(
  {
    api_version: Type.Literal("fcpm/v2"),
    kind: Type.Literal("Region"),
    id: Type.String({ examples: ["aws.us-east-1"] }),
    metadata: Type.Object({ self: Type.String() }),
    display_name: Type.String(),
    cloud: Type.String({ description: "In upper case." }),
    region_name: Type.String(),
    http_endpoint: Type.String({ description: "Origin of its API, without a path." }),
    private_http_endpoint: Type.String({ description: "Always empty." }),
  },
  { title: "Region" },
);

const RegionList = Type.Object(
  {
    api_version: Type.Literal("fcpm/v2"),
    kind: Type.Literal("RegionList"),
    metadata: ListMetadata,
    data: Type.Array(Region),
  },
  { title: "RegionList" },
);

/** Regions, as official clients read them (contract/cli.md 3.2). */
export function addRegionRoute(app: App, services: Services): void {
  app.get(
    path,
    {
      config: { access: "key", errors: ["user_unauthorized", "invalid_page_token", "invalid_request"] },
      schema: {
        tags: ["Control plane"],
        operationId: "listRegions",
        summary: "List regions",
        querystring: Type.Object(
          {
            cloud: Type.Optional(Type.String({ description: "Only this cloud, in any case." })),
            region_name: Type.Optional(Type.String({ description: "Only this region." })),
            ...pageQuery,
          },
          { additionalProperties: false },
        ),
        response: { 200: RegionList },
      },
    },
    async (request) => {
      const wanted = () => ({
        cloud: request.query.cloud?.toLowerCase() || undefined,
        region: request.query.region_name || undefined,
      });
      const { items, metadata } = await answerPage(services, request, {
        path,
        read: (caller, origin, page) =>
          listRegions(services, caller, origin, () => ({ ...page(), ...wanted() })),
        filter: () => [wanted().cloud, wanted().region],
        repeated: (first) => ({
          cloud: wanted().cloud && first?.cloud.toUpperCase(),
          region_name: wanted().region && first?.region,
        }),
      });
      return {
        api_version: "fcpm/v2" as const,
        kind: "RegionList" as const,
        metadata,
        data: items.map((record) => {
          const query = new URLSearchParams({
            cloud: record.cloud.toUpperCase(),
            region_name: record.region,
          });
          return {
            api_version: "fcpm/v2" as const,
            kind: "Region" as const,
            id: `${record.cloud}.${record.region}`,
            metadata: { self: `${services.settings.publicUrl}${path}?${query}` },
            display_name: record.region,
            cloud: record.cloud.toUpperCase(),
            region_name: record.region,
            http_endpoint: regionEndpoint(services, record),
            private_http_endpoint: "",
          };
        }),
      };
    },
  );
}
