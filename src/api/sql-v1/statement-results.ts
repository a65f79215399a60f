import { Type } from "@sinclair/typebox";
import type { Services } from "../../operations/services.ts";
import { getStatement, statementResults } from "../../operations/statements.ts";
import { actOf, run } from "../admission.ts";
import type { App } from "../app.ts";
import { environmentPath, namedParams } from "../environment-path.ts";
import { makePageToken, type PageScope, readPageToken } from "../page-token.ts";
import { environmentUrl, wholeSeconds } from "../resource-url.ts";
import { StatementExceptionList, StatementResult } from "./statement-body.ts";

const path = `/sql/v1${environmentPath}/statements/:name`;
const tags = ["Statements"];

/** Rows that a statement brought, and why it failed. */
export function addStatementResultRoutes(app: App, services: Services): void {
  app.get(
    `${path}/results`,
    {
      config: {
        access: statementResults,
        errors: ["invalid_page_token", "statement_not_found"],
      },
      schema: {
        tags,
        operationId: "getStatementResult",
        summary: "Read a statement's results",
        params: namedParams,
        querystring: Type.Object(
          {
            page_token: Type.Optional(
              Type.String({ description: "The token in `metadata.next` of the page before." }),
            ),
          },
          { additionalProperties: false },
        ),
        response: { 200: StatementResult },
      },
    },
    async (request) => {
      const act = actOf(request);
      const { name } = request.params;
      const { page_token } = request.query;
      const scope: PageScope = ["results", act.place.environmentId, act.place.cloud, act.place.region, name];
      const { statement, rows, next } = await run(request, statementResults, () => ({
        name,
        offset: Number(readPageToken(services, scope, page_token) ?? 0),
      }));
      const url = `${await environmentUrl(act, "/sql/v1")}/statements/${statement.name}/results`;
      return {
        api_version: "sql/v1" as const,
        kind: "StatementResult" as const,
        metadata: {
          self: page_token === undefined ? url : `${url}?page_token=${encodeURIComponent(page_token)}`,
          next: next === undefined ? "" : `${url}?page_token=${makePageToken(services, scope, String(next))}`,
          created_at: wholeSeconds(statement.createdAt),
        },
        results: { data: rows.map((row) => ({ op: 0, row: [...row] })) },
      };
    },
  );

  app.get(
    `${path}/exceptions`,
    {
      config: { access: getStatement, errors: ["statement_not_found"] },
      schema: {
        tags,
        operationId: "listStatementExceptions",
        summary: "Read why a statement failed",
        params: namedParams,
        response: { 200: StatementExceptionList },
      },
    },
    async (request) => {
      const { name } = request.params;
      const statement = await run(request, getStatement, () => ({ name }));
      const url = await environmentUrl(actOf(request), "/sql/v1");
      return {
        api_version: "sql/v1" as const,
        kind: "StatementExceptionList" as const,
        // Clients fail without a `next` (contract/terraform.md 2).
        metadata: { self: `${url}/statements/${statement.name}/exceptions`, next: "" },
        data:
          statement.phase === "FAILED"
            ? [
                {
                  name: "StatementFailed",
                  timestamp: wholeSeconds(statement.updatedAt),
                  message: statement.detail,
                },
              ]
            : [],
      };
    },
  );
}
