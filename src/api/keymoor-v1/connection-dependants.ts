import { type Static, Type } from "@sinclair/typebox";
import { connectionDependants } from "../../operations/connection-dependants.ts";
import type { Services } from "../../operations/services.ts";
import { actOf, run } from "../admission.ts";
import type { App } from "../app.ts";
import { environmentPath, namedParams } from "../environment-path.ts";
import { ListMetadata, listMetadata, pageQuery } from "../list-page.ts";
import { type PageScope, readPageToken } from "../page-token.ts";
import { environmentUrl } from "../resource-url.ts";

const Dependant = Type.Object(
  {
    object_kind: Type.String({ description: "Such as TABLE or MODEL." }),
    object_name: Type.String({
      description: "With its database, where that is known; in back-quotes where SQL needs them.",
    }),
    named_by: Type.String({
      description: "What names the connection: an option such as `openai.connection`, or `USING CONNECTION`.",
    }),
    statement: Type.String({ description: "The statement that says so." }),
    created_at: Type.String({ format: "date-time" }),
    principal: Type.String({ description: "Whose rights that statement ran with." }),
  },
  { title: "Dependant" },
);

export const Dependants = Type.Object(
  {
    metadata: ListMetadata,
    data: Type.Array(Dependant, { description: "Definitions, in byte order of their statement's name." }),
    callers: Type.Array(
      Type.Object(
        {
          principal: Type.String(),
          use_token: Type.Union([Type.String(), Type.Null()], {
            description: "Id of the use token it called with; null when it was none, or is not known.",
          }),
          calls: Type.Integer(),
          last_used_at: Type.String({ format: "date-time" }),
        },
        { title: "ConnectionCaller" },
      ),
      {
        description:
          "Who called through it in the last 30 days, the last one first: at most 100, on every page the same.",
      },
    ),
  },
  { title: "Dependants" },
);

/** What stands on a connection, so that one knows before one drops it. */
export function addConnectionDependantRoutes(app: App, services: Services): void {
  app.get(
    `/keymoor/v1${environmentPath}/connections/:name/dependants`,
    {
      config: { access: connectionDependants, errors: ["connection_not_found", "invalid_page_token"] },
      schema: {
        tags: ["Connections, in full"],
        operationId: "listConnectionDependants",
        summary: "List what depends on a connection",
        description:
          "Definitions of tables, models, functions, tools, agents and views that came to Keymoor as statements and name the connection, and who called through it.",
        params: namedParams,
        querystring: Type.Object(pageQuery, { additionalProperties: false }),
        response: { 200: Dependants },
      },
    },
    async (request): Promise<Static<typeof Dependants>> => {
      const act = actOf(request);
      const { name } = request.params;
      const { page_size, page_token } = request.query;
      const { environmentId, cloud, region } = act.place;
      const scope: PageScope = ["dependants", environmentId, cloud, region, name];
      const { definitions, callers } = await run(request, connectionDependants, () => ({
        name,
        after: readPageToken(services, scope, page_token),
        limit: page_size,
      }));
      return {
        metadata: listMetadata(services, {
          url: `${await environmentUrl(act, "/keymoor/v1")}/connections/${name}/dependants`,
          pageSize: page_size,
          token: page_token,
          filter: {},
          scope,
          next: definitions.next,
          totalSize: definitions.totalSize,
        }),
        data: definitions.items.map((item) => ({
          object_kind: item.objectKind,
          object_name: item.objectName,
          named_by: item.namedBy,
          statement: item.statementName,
          created_at: item.createdAt,
          principal: item.principal,
        })),
        callers: callers.map(({ principal, useTokenId, calls, lastAt }) => ({
          principal,
          use_token: useTokenId || null,
          calls,
          last_used_at: lastAt,
        })),
      };
    },
  );
}
