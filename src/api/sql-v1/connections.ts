import { Type } from "@sinclair/typebox";
import { findConnectionType } from "../../connections/connection-type.ts";
import { type ErrorCode, KeymoorError } from "../../errors.ts";
import type { Act } from "../../operations/act.ts";
import { createConnection } from "../../operations/create-connection.ts";
import { deleteConnection } from "../../operations/delete-connection.ts";
import { describeConnection } from "../../operations/describe-connection.ts";
import { listConnections } from "../../operations/list-connections.ts";
import { rotateConnection } from "../../operations/rotate-connection.ts";
import type { Services } from "../../operations/services.ts";
import { actOf, run, runNameFirst } from "../admission.ts";
import type { App } from "../app.ts";
import { environmentParams, environmentPath, namedParams } from "../environment-path.ts";
import { goneSignal } from "../gone-signal.ts";
import { listMetadata, pageQuery } from "../list-page.ts";
import { noContent } from "../no-content.ts";
import { type PageScope, readPageToken } from "../page-token.ts";
import { environmentUrl } from "../resource-url.ts";
import { creationQuery, savingOptions, savingQuery } from "../saving-query.ts";
import {
  ChangedConnection,
  Connection,
  ConnectionList,
  connectionBody,
  NewConnection,
  parseChangedConnection,
  parseNewConnection,
} from "./connection-body.ts";

const path = `/sql/v1${environmentPath}/connections`;
const tags = ["Connections"];

/** What may be wrong with options and credential, whether they are new or changed. */
export const credentialErrors: readonly ErrorCode[] = [
  "option_unknown",
  "option_not_accepted",
  "option_missing",
  "option_value_invalid",
  "auth_method_ambiguous",
  "secret_too_long",
  "secret_is_mask",
  "secret_reference_invalid",
  "endpoint_carries_credentials", // an option that is a URL may, too
];

/** Connections as Confluent's contract has them (contract/confluent.md 4). */
export function addConnectionRoutes(app: App, services: Services): void {
  app.post(
    path,
    {
      config: {
        access: createConnection,
        errors: [
          "contradiction",
          "invalid_name",
          "unknown_connection_type",
          ...credentialErrors,
          "endpoint_invalid",
          "resource_already_exists",
          "verification_failed",
          "too_many_checks",
        ],
      },
      schema: {
        tags,
        operationId: "createConnection",
        summary: "Create a connection",
        description: "Stores the connection; its credential is sealed and never read back.",
        params: Type.Object(environmentParams),
        querystring: Type.Object(creationQuery, { additionalProperties: false }),
        body: NewConnection,
        response: { 201: Connection },
      },
    },
    async (request, reply) => {
      const act = actOf(request);
      try {
        const gone = goneSignal(reply);
        const connection = await run(request, createConnection, () => ({
          ...parseNewConnection(act, request.body),
          ...savingOptions(request.query, gone),
          comment: request.query.comment,
          ...(request.query.replace && { onExisting: "replace" as const }),
        }));
        const answer = await describe(act, connection);
        return reply.code(201).header("location", answer.metadata.self).send(answer);
      } catch (error) {
        if (error instanceof KeymoorError && error.code === "resource_already_exists") {
          reply.header("location", `${await collectionUrl(act)}/${request.body.name}`);
        }
        throw error;
      }
    },
  );

  app.get(
    path,
    {
      config: { access: listConnections, errors: ["invalid_page_token"] },
      schema: {
        tags,
        operationId: "listConnections",
        summary: "List connections",
        description: "Connections of one region, in byte order of name.",
        params: Type.Object(environmentParams),
        querystring: Type.Object(
          {
            "spec.connection_type": Type.Optional(
              Type.String({
                description:
                  "Only this type, in any case; an unknown one gives an empty list, an empty one all types.",
              }),
            ),
            ...pageQuery,
          },
          { additionalProperties: false },
        ),
        response: { 200: ConnectionList },
      },
    },
    async (request) => {
      const act = actOf(request);
      const { page_size, page_token } = request.query;
      const type = request.query["spec.connection_type"] || undefined;
      const page = await run(request, listConnections, () => ({
        type,
        after: readPageToken(services, scopeOf(act, type), page_token),
        limit: page_size,
      }));
      const url = await collectionUrl(act);
      return {
        api_version: "sql/v1" as const,
        kind: "ConnectionList" as const,
        metadata: listMetadata(services, {
          url,
          pageSize: page_size,
          token: page_token,
          // A word that is no type is not repeated.
          filter: { "spec.connection_type": type && findConnectionType(type)?.name.toUpperCase() },
          scope: scopeOf(act, type),
          next: page.next,
          totalSize: page.totalSize,
        }),
        data: page.items.map((record) => connectionBody(act, url, record)),
      };
    },
  );

  app.get(
    `${path}/:name`,
    {
      config: { access: describeConnection, errors: ["connection_not_found"] },
      schema: {
        tags,
        operationId: "getConnection",
        summary: "Read a connection",
        params: namedParams,
        response: { 200: Connection },
      },
    },
    async (request) => {
      const { name } = request.params;
      const record = await run(request, describeConnection, () => ({ name }));
      return await describe(actOf(request), record);
    },
  );

  // Confluent's own documentation says PATCH once and means PUT; both do the same here.
  for (const [method, operationId] of [
    ["PUT", "updateConnection"],
    ["PATCH", "patchConnection"],
  ] as const) {
    app.route({
      method,
      url: `${path}/:name`,
      config: {
        access: rotateConnection,
        errors: [
          "contradiction",
          "immutable_field",
          ...credentialErrors,
          "secret_must_be_repeated",
          "connection_not_found",
          "resource_version_conflict",
          "verification_failed",
          "too_many_checks",
        ],
      },
      schema: {
        tags,
        operationId,
        summary: "Replace the credential",
        description:
          "Replaces the whole credential, and may change the way to authenticate. Public options that are not sent stay, and with `merge` the fields of the credential too. Type and endpoint never change. Calls use the new credential from the next one on.",
        params: namedParams,
        querystring: Type.Object(
          {
            ...savingQuery,
            merge: Type.Boolean({
              default: false,
              description:
                "Keeps the fields of the credential that are not sent, as `ALTER CONNECTION ... SET` does, as long as the way to authenticate stays the same.",
            }),
            compromised: Type.Boolean({
              default: false,
              description:
                "Destroys the earlier versions of the credential at once, so that none can be activated again.",
            }),
          },
          { additionalProperties: false },
        ),
        body: ChangedConnection,
        response: { 200: Connection },
      },
      handler: async (request, reply) => {
        const { name } = request.params;
        const gone = goneSignal(reply);
        const record = await runNameFirst(request, rotateConnection, (act, judgeBody) => ({
          name,
          change: () => {
            judgeBody();
            const { compromised, merge } = request.query;
            return {
              ...parseChangedConnection(act, name, request.body),
              mode: merge ? ("merge" as const) : ("replace" as const),
              compromised,
              ...savingOptions(request.query, gone),
            };
          },
          alongside: [],
        }));
        return await describe(actOf(request), record);
      },
    });
  }

  app.delete(
    `${path}/:name`,
    {
      config: { access: deleteConnection, errors: ["connection_not_found"] },
      schema: {
        tags,
        operationId: "deleteConnection",
        summary: "Delete a connection",
        description: "Destroys the connection and every version of its credential.",
        params: namedParams,
        response: { 204: noContent("It is gone.") },
      },
    },
    async (request, reply) => {
      const { name } = request.params;
      await run(request, deleteConnection, () => ({ name, ifExists: false, alongside: () => [] }));
      return reply.code(204).send(undefined);
    },
  );
}

function scopeOf({ place }: Act, type: string | undefined): PageScope {
  return ["connections", place.environmentId, place.cloud, place.region, type?.toLowerCase()];
}

async function collectionUrl(act: Act): Promise<string> {
  return `${await environmentUrl(act, "/sql/v1")}/connections`;
}

async function describe(act: Act, record: Parameters<typeof connectionBody>[2]) {
  return connectionBody(act, await collectionUrl(act), record);
}
