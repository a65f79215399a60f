import { Type } from "@sinclair/typebox";
import { KeymoorError } from "../../errors.ts";
import type { Act } from "../../operations/act.ts";
import { createStatement } from "../../operations/create-statement.ts";
import type { Services } from "../../operations/services.ts";
import {
  deleteStatement,
  getStatement,
  listStatements,
  updateStatement,
} from "../../operations/statements.ts";
import { actOf, run, runNameFirst } from "../admission.ts";
import type { App } from "../app.ts";
import { environmentParams, environmentPath, namedParams } from "../environment-path.ts";
import { listMetadata, pageQuery } from "../list-page.ts";
import { noContent } from "../no-content.ts";
import { type PageScope, readPageToken } from "../page-token.ts";
import { environmentUrl } from "../resource-url.ts";
import { maxLabelPairs, parseLabelSelector } from "./label-selector.ts";
import {
  ChangedStatement,
  NewStatement,
  parseChangedStatement,
  parseNewStatement,
  Statement,
  StatementList,
  type StatementRecord,
  statementBody,
} from "./statement-body.ts";
import { parseStatementPatch, StatementPatch } from "./statement-patch.ts";

const path = `/sql/v1${environmentPath}/statements`;
const tags = ["Statements"];

/** Statements as Confluent's contract has them; what they show stands in statement-results.ts. */
export function addStatementRoutes(app: App, services: Services): void {
  app.post(
    path,
    {
      config: {
        access: createStatement,
        errors: [
          "contradiction",
          "invalid_name",
          "sql_syntax",
          "sql_not_supported",
          "statement_too_long",
          "statement_already_exists",
          "too_many_checks",
        ],
      },
      schema: {
        tags,
        operationId: "createStatement",
        summary: "Run a statement",
        description:
          "Runs a statement about connections inside this request: the answer has its final phase. A definition of a table, model and the like is kept once the connections that it names are judged; what needs an engine fails, or is recorded, as the server is set. A text that is not understood, or that the caller may not run, is refused and nothing of it is kept.",
        params: Type.Object(environmentParams),
        body: NewStatement,
        response: { 201: Statement },
      },
    },
    async (request, reply) => {
      const act = actOf(request);
      try {
        const record = await run(request, createStatement, () => parseNewStatement(act, request.body));
        const answer = await describe(act, record);
        return reply.code(201).header("location", answer.metadata.self).send(answer);
      } catch (error) {
        if (error instanceof KeymoorError && error.code === "statement_already_exists") {
          reply.header("location", `${await collectionUrl(act)}/${request.body.name ?? ""}`);
        }
        throw error;
      }
    },
  );

  app.get(
    path,
    {
      config: { access: listStatements, errors: ["invalid_filter", "invalid_page_token"] },
      schema: {
        tags,
        operationId: "listStatements",
        summary: "List statements",
        description: "Statements of one region, in byte order of name.",
        params: Type.Object(environmentParams),
        querystring: Type.Object(
          {
            "spec.compute_pool_id": Type.Optional(
              Type.String({ description: "Only those of this compute pool." }),
            ),
            label_selector: Type.Optional(
              Type.String({
                description: `Only those with all of these labels, at most ${maxLabelPairs}.`,
                examples: ["team=search,stage=test"],
              }),
            ),
            ...pageQuery,
          },
          { additionalProperties: false },
        ),
        response: { 200: StatementList },
      },
    },
    async (request) => {
      const act = actOf(request);
      const { page_size, page_token, label_selector, "spec.compute_pool_id": pool } = request.query;
      const scope: PageScope = [
        "statements",
        act.place.environmentId,
        act.place.cloud,
        act.place.region,
        pool,
        label_selector,
      ];
      const page = await run(request, listStatements, () => ({
        computePoolId: pool === "" ? undefined : pool,
        labels: parseLabelSelector(label_selector),
        after: readPageToken(services, scope, page_token),
        limit: page_size,
      }));
      const url = await collectionUrl(act);
      return {
        api_version: "sql/v1" as const,
        kind: "StatementList" as const,
        metadata: listMetadata(services, {
          url,
          pageSize: page_size,
          token: page_token,
          filter: { "spec.compute_pool_id": pool, label_selector },
          scope,
          next: page.next,
          totalSize: page.totalSize,
        }),
        data: page.items.map((record) => statementBody(act, url, record)),
      };
    },
  );

  app.get(
    `${path}/:name`,
    {
      config: { access: getStatement, errors: ["statement_not_found"] },
      schema: {
        tags,
        operationId: "getStatement",
        summary: "Read a statement",
        params: namedParams,
        response: { 200: Statement },
      },
    },
    async (request) => {
      const { name } = request.params;
      return await describe(actOf(request), await run(request, getStatement, () => ({ name })));
    },
  );

  app.put(
    `${path}/:name`,
    {
      config: {
        access: updateStatement,
        errors: ["contradiction", "immutable_field", "statement_not_found", "resource_version_conflict"],
      },
      schema: {
        tags,
        operationId: "updateStatement",
        summary: "Stop or resume a statement",
        description:
          "Takes the whole object as it was read, with what is to change: `stopped`, `principal`, pool, labels.",
        params: namedParams,
        body: ChangedStatement,
        response: { 202: Statement },
      },
    },
    async (request, reply) => {
      const { name } = request.params;
      const record = await runNameFirst(request, updateStatement, (act, judgeBody) => ({
        name,
        change: (stored) => {
          judgeBody();
          return parseChangedStatement(act, stored, request.body);
        },
      }));
      return reply.code(202).send(await describe(actOf(request), record));
    },
  );

  app.patch(
    `${path}/:name`,
    {
      config: {
        access: updateStatement,
        errors: ["immutable_field", "statement_not_found", "resource_version_conflict"],
      },
      schema: {
        tags,
        operationId: "patchStatement",
        summary: "Patch a statement",
        consumes: ["application/json-patch+json"],
        params: namedParams,
        body: StatementPatch,
        response: { 200: Statement },
      },
    },
    async (request) => {
      const { name } = request.params;
      const url = await collectionUrl(actOf(request));
      const record = await runNameFirst(request, updateStatement, (act, judgeBody) => ({
        name,
        change: (stored) => {
          judgeBody();
          return parseStatementPatch(act, url, stored, request.body);
        },
      }));
      return await describe(actOf(request), record);
    },
  );

  app.delete(
    `${path}/:name`,
    {
      config: { access: deleteStatement, errors: ["statement_not_found"] },
      schema: {
        tags,
        operationId: "deleteStatement",
        summary: "Delete a statement",
        params: namedParams,
        response: { 202: noContent("It is gone, its results with it.") },
      },
    },
    async (request, reply) => {
      const { name } = request.params;
      await run(request, deleteStatement, () => ({ name }));
      return reply.code(202).send(undefined);
    },
  );
}

async function collectionUrl(act: Act): Promise<string> {
  return `${await environmentUrl(act, "/sql/v1")}/statements`;
}

async function describe(act: Act, record: StatementRecord) {
  return statementBody(act, await collectionUrl(act), record);
}
