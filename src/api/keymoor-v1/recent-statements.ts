import { type Static, Type } from "@sinclair/typebox";
import type { Services } from "../../operations/services.ts";
import { recentStatements } from "../../operations/statements.ts";
import { actOf, run } from "../admission.ts";
import type { App } from "../app.ts";
import { environmentParams, environmentPath } from "../environment-path.ts";
import { ListMetadata, listMetadata, pageQuery } from "../list-page.ts";
import { type PageScope, readPageToken } from "../page-token.ts";
import { environmentUrl } from "../resource-url.ts";
import { Statement, statementBody } from "../sql-v1/statement-body.ts";

export const RecentStatements = Type.Object(
  { metadata: ListMetadata, data: Type.Array(Statement, { description: "Newest first." }) },
  { title: "RecentStatements" },
);

/** Confluent's list is in byte order of name, in which nobody finds what he ran a minute ago. */
export function addRecentStatementRoutes(app: App, services: Services): void {
  app.get(
    `/keymoor/v1${environmentPath}/statements`,
    {
      config: { access: recentStatements, errors: ["invalid_page_token"] },
      schema: {
        tags: ["Statements"],
        operationId: "listRecentStatements",
        summary: "List what somebody ran, newest first",
        description: "Statements of one principal in one region, newest first.",
        params: Type.Object(environmentParams),
        querystring: Type.Object(
          {
            principal: Type.Optional(
              Type.String({ description: "Whose rights they ran with; by default the caller's." }),
            ),
            ...pageQuery,
          },
          { additionalProperties: false },
        ),
        response: { 200: RecentStatements },
      },
    },
    async (request): Promise<Static<typeof RecentStatements>> => {
      const act = actOf(request);
      const { page_size, page_token } = request.query;
      const principal = request.query.principal || undefined;
      const { environmentId, cloud, region } = act.place;
      const whose = principal ?? act.caller.principal;
      const scope: PageScope = ["recent_statements", environmentId, cloud, region, whose];
      const page = await run(request, recentStatements, () => ({
        principal,
        after: readPageToken(services, scope, page_token),
        limit: page_size,
      }));
      const statementsUrl = `${await environmentUrl(act, "/sql/v1")}/statements`;
      return {
        metadata: listMetadata(services, {
          url: `${await environmentUrl(act, "/keymoor/v1")}/statements`,
          pageSize: page_size,
          token: page_token,
          filter: { principal },
          scope,
          next: page.next,
          totalSize: page.totalSize,
        }),
        data: page.items.map((record) => statementBody(act, statementsUrl, record)),
      };
    },
  );
}
