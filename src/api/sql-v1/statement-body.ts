import { randomUUID } from "node:crypto";
import { type Static, Type } from "@sinclair/typebox";
import { KeymoorError } from "../../errors.ts";
import type { Act } from "../../operations/act.ts";
import type { CreateStatement } from "../../operations/create-statement.ts";
import type { StatementChange, StatementResults } from "../../operations/statements.ts";
import {
  expectedVersion,
  judgePath,
  objectMetadata,
  readOnlyFields,
  sentMetadata,
  textMap,
} from "../contract-object.ts";
import { ListMetadata } from "../list-page.ts";
import { resourceName, wholeSeconds } from "../resource-url.ts";

const apiVersion = Type.Literal("sql/v1");
const kind = Type.Literal("Statement");

const sentStatement = {
  api_version: Type.Optional(apiVersion),
  kind: Type.Optional(kind),
  metadata: Type.Optional(
    Type.Object(
      {
        ...sentMetadata,
        labels: Type.Optional(
          textMap({ description: "Labels, to list by; 8 KiB in all.", mostKeys: 64, longestValue: 256 }),
        ),
      },
      { additionalProperties: false },
    ),
  ),
  ...readOnlyFields,
  result: Type.Optional(Type.Object({}, { description: "Read only; what is sent is ignored." })),
};

const sentSpec = {
  properties: Type.Optional(
    textMap({
      description: "Properties of the session, such as `sql.current-catalog`; 64 KiB in all.",
      mostKeys: 256,
      longestValue: 4096,
    }),
  ),
  compute_pool_id: Type.Optional(Type.String()),
  principal: Type.Optional(
    Type.String({
      description: "Whose rights it runs with, besides the caller's; by default only the caller's.",
    }),
  ),
  stopped: Type.Optional(Type.Boolean()),
};

export const NewStatement = Type.Object(
  {
    name: Type.Optional(Type.String({ description: "Unique in the environment; made up when absent." })),
    spec: Type.Object(
      {
        ...sentSpec,
        statement: Type.String({
          description: "SQL text, at most 131072 characters. Secrets in it are masked before it is kept.",
          examples: ["SHOW CONNECTIONS;"],
        }),
      },
      { additionalProperties: false },
    ),
    ...sentStatement,
  },
  { title: "NewStatement", additionalProperties: false },
);

export const ChangedStatement = Type.Object(
  {
    name: Type.Optional(Type.String({ description: "As in the path." })),
    spec: Type.Object(
      { ...sentSpec, statement: Type.Optional(Type.String({ description: "When sent, as it was read." })) },
      { additionalProperties: false },
    ),
    ...sentStatement,
  },
  { title: "ChangedStatement", additionalProperties: false },
);

export const Statement = Type.Object(
  {
    api_version: apiVersion,
    kind,
    metadata: Type.Object({
      ...objectMetadata,
      labels: Type.Record(Type.String(), Type.String()),
    }),
    name: Type.String(),
    organization_id: Type.String(),
    environment_id: Type.String(),
    spec: Type.Object({
      statement: Type.String({ description: "With secrets masked, else byte for byte as it was sent." }),
      properties: Type.Record(Type.String(), Type.String()),
      compute_pool_id: Type.String(),
      principal: Type.String(),
      stopped: Type.Boolean(),
    }),
    status: Type.Object({
      phase: Type.String({ description: "COMPLETED, FAILED, STOPPED, or RUNNING of one that was recorded." }),
      detail: Type.String(),
      traits: Type.Optional(
        Type.Object({
          sql_kind: Type.String({ description: "Such as CREATE_CONNECTION." }),
          is_bounded: Type.Boolean(),
          is_append_only: Type.Boolean(),
          schema: Type.Object({
            columns: Type.Array(
              Type.Object({
                name: Type.String(),
                type: Type.Object({ type: Type.String(), nullable: Type.Boolean(), length: Type.Integer() }),
              }),
            ),
          }),
          connection_refs: Type.Array(Type.String()),
        }),
      ),
    }),
  },
  { title: "Statement" },
);

export const StatementList = Type.Object(
  {
    api_version: apiVersion,
    kind: Type.Literal("StatementList"),
    metadata: ListMetadata,
    data: Type.Array(Statement),
  },
  { title: "StatementList" },
);

export const StatementResult = Type.Object(
  {
    api_version: apiVersion,
    kind: Type.Literal("StatementResult"),
    metadata: Type.Object({
      self: Type.String(),
      next: Type.String({ description: "The next page; empty on the last one." }),
      created_at: Type.String({ format: "date-time" }),
    }),
    results: Type.Object({
      data: Type.Array(
        Type.Object({
          op: Type.Integer({ description: "0: a row that is new." }),
          row: Type.Array(Type.Union([Type.String(), Type.Null()])),
        }),
      ),
    }),
  },
  { title: "StatementResult" },
);

export const StatementExceptionList = Type.Object(
  {
    api_version: apiVersion,
    kind: Type.Literal("StatementExceptionList"),
    metadata: Type.Object({
      self: Type.String(),
      next: Type.String({ description: "Always empty: there is one page." }),
    }),
    data: Type.Array(
      Type.Object({
        name: Type.String(),
        timestamp: Type.String({ format: "date-time" }),
        message: Type.String(),
      }),
    ),
  },
  { title: "StatementExceptionList" },
);

export type StatementRecord = StatementResults["statement"];

/** Flink's STRING is VARCHAR of this length. */
const longestVarchar = 2_147_483_647;

export function statementBody(
  act: Act,
  collectionUrl: string,
  record: StatementRecord,
): Static<typeof Statement> {
  const { traits } = record;
  return {
    api_version: "sql/v1",
    kind: "Statement",
    metadata: {
      self: `${collectionUrl}/${record.name}`,
      resource_name: resourceName(act, "statement", record.name, record),
      created_at: wholeSeconds(record.createdAt),
      updated_at: wholeSeconds(record.updatedAt),
      uid: record.uid,
      resource_version: String(record.resourceVersion),
      labels: { ...record.labels },
    },
    name: record.name,
    organization_id: act.environment.organizationId,
    environment_id: record.environmentId,
    spec: {
      statement: record.statement,
      properties: { ...record.properties },
      compute_pool_id: record.computePoolId ?? "",
      principal: record.principal,
      stopped: record.stopped,
    },
    status: {
      phase: record.phase,
      detail: record.detail,
      ...(traits !== null && {
        traits: {
          sql_kind: traits.sqlKind,
          is_bounded: traits.isBounded,
          is_append_only: traits.isAppendOnly,
          schema: {
            columns: traits.columns.map(({ name, type }) => ({
              name,
              type: { type, nullable: true, length: longestVarchar },
            })),
          },
          connection_refs: [...traits.connectionRefs],
        },
      }),
    },
  };
}

export function parseNewStatement(act: Act, body: Static<typeof NewStatement>): CreateStatement {
  const { name = "", spec, metadata } = body;
  if (spec.stopped === true) {
    throw new KeymoorError("invalid_request", "A new statement cannot be stopped.", {
      pointer: "/spec/stopped",
    });
  }
  const chosen = name === "" ? generatedName(act.at) : name;
  judgePath(act, "statement", chosen, { ...body, name: chosen });
  return {
    name: chosen,
    statement: spec.statement,
    properties: spec.properties ?? {},
    labels: metadata?.labels ?? {},
    computePoolId: spec.compute_pool_id,
    principal: spec.principal,
  };
}

export function parseChangedStatement(
  act: Act,
  stored: StatementRecord,
  body: Static<typeof ChangedStatement>,
): StatementChange {
  judgePath(act, "statement", stored.name, body);
  const { spec, metadata } = body;
  return {
    stopped: spec.stopped ?? stored.stopped,
    principal: spec.principal,
    computePoolId: spec.compute_pool_id,
    labels: metadata?.labels,
    expectedResourceVersion: expectedVersion(metadata),
    expectedUid: metadata?.uid || undefined,
    statement: spec.statement,
    properties: spec.properties,
  };
}

/** `statement-2026-11-20-090000-<uuid>`, after the CLI's manner (contract/cli.md 7). */
function generatedName(at: string): string {
  return `statement-${at.slice(0, 10)}-${at.slice(11, 19).replaceAll(":", "")}-${randomUUID()}`;
}
