import { type Static, Type } from "@sinclair/typebox";
import { describeEnvironment, listEnvironments } from "../../operations/list-environments.ts";
import type { Services } from "../../operations/services.ts";
import { callerOf, judgeRequest, originOf } from "../admission.ts";
import type { App } from "../app.ts";
import { ListMetadata, listMetadata, pageQuery } from "../list-page.ts";
import { readPageToken } from "../page-token.ts";
import { environmentCrn, ObjectMetadata, objectMetadata, pageScope } from "./control-plane-object.ts";

const path = "/org/v2/environments";
const tags = ["Control plane"];

export const Environment = Type.Object(
  {
    api_version: Type.Literal("org/v2"),
    kind: Type.Literal("Environment"),
    id: Type.String({ description: "`env-...`." }),
    metadata: ObjectMetadata,
    display_name: Type.String(),
  },
  { title: "Environment" },
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
      const caller = callerOf(request);
      const scope = pageScope("environments", caller);
      const { page_size, page_token } = request.query;
      const page = await listEnvironments(services, caller, originOf(request), () => {
        judgeRequest(request);
        return { after: readPageToken(services, scope, page_token), limit: page_size };
      });
      return {
        api_version: "org/v2" as const,
        kind: "EnvironmentList" as const,
        metadata: listMetadata(services, {
          url: services.settings.publicUrl + path,
          pageSize: page_size,
          token: page_token,
          filter: {},
          scope,
          next: page.next,
          totalSize: page.totalSize,
        }),
        data: page.items.map((record) => view(services, record)),
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
        params: Type.Object({ id: Type.String() }),
        response: { 200: Environment },
      },
    },
    async (request) => {
      const { id } = request.params;
      return view(services, await describeEnvironment(services, callerOf(request), originOf(request), id));
    },
  );
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
  };
}
