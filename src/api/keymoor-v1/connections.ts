import { type Static, Type } from "@sinclair/typebox";
import type { Act } from "../../operations/act.ts";
import { activateCredentialVersion, listCredentialVersions } from "../../operations/credential-versions.ts";
import { connectionUsage, describeConnectionExtended } from "../../operations/describe-connection.ts";
import { searchConnections } from "../../operations/list-connections.ts";
import type { Services } from "../../operations/services.ts";
import { actOf, run } from "../admission.ts";
import type { App } from "../app.ts";
import { environmentParams, environmentPath, namedParams } from "../environment-path.ts";
import { listMetadata } from "../list-page.ts";
import { type PageScope, readPageToken } from "../page-token.ts";
import { environmentUrl } from "../resource-url.ts";
import { ConnectionQuery, parseConnectionQuery, shownConnectionQuery } from "./connection-query.ts";
import {
  ConnectionView,
  ConnectionViewList,
  connectionView,
  ExtendedConnectionView,
  Usage,
  usageView,
  verificationView,
} from "./connection-view.ts";

const path = `/keymoor/v1${environmentPath}/connections`;
const tags = ["Connections, in full"];

export const CredentialVersions = Type.Object(
  {
    current: Type.Integer(),
    data: Type.Array(
      Type.Object({
        version: Type.Integer(),
        is_current: Type.Boolean(),
        authentication: Type.String(),
        options: Type.Record(Type.String(), Type.String()),
        created_at: Type.String({ format: "date-time" }),
        created_by: Type.String(),
      }),
      { description: "Those still sealed, newest first." },
    ),
  },
  { title: "CredentialVersions" },
);

/** What Confluent's contract has no place for: all regions at once, use, versions of the credential. */
export function addConnectionViewRoutes(app: App, services: Services): void {
  app.get(
    path,
    {
      config: { access: searchConnections, errors: ["invalid_page_token"] },
      schema: {
        tags,
        operationId: "listConnectionViews",
        summary: "List connections of all regions",
        description:
          "Under any filter and in any order. Only filters by type, cloud and region are counted to the end: by `status` or `search` there is a `total_size` when no more than 1000 match.",
        params: Type.Object(environmentParams),
        querystring: ConnectionQuery,
        response: { 200: ConnectionViewList },
      },
    },
    async (request) => {
      const act = actOf(request);
      const { page_size, page_token } = request.query;
      const page = await run(request, searchConnections, () => ({
        ...parseConnectionQuery(request.query),
        after: readPageToken(services, scopeOf(act, request.query), page_token),
        limit: page_size,
      }));
      return {
        metadata: listMetadata(services, {
          url: `${await environmentUrl(act, "/keymoor/v1")}/connections`,
          pageSize: page_size,
          token: page_token,
          filter: shownConnectionQuery(request.query),
          scope: scopeOf(act, request.query),
          next: page.next,
          totalSize: page.totalSize,
        }),
        data: page.items.map(connectionView),
      };
    },
  );

  app.get(
    `${path}/:name`,
    {
      config: { access: describeConnectionExtended, errors: ["connection_not_found"] },
      schema: {
        tags,
        operationId: "describeConnection",
        summary: "Describe a connection",
        description: "Everything that may be shown of it.",
        params: namedParams,
        response: { 200: ExtendedConnectionView },
      },
    },
    async (request) => {
      const { name } = request.params;
      const description = await run(request, describeConnectionExtended, () => ({ name }));
      return {
        ...connectionView(description.connection),
        identity: description.identity === undefined ? null : { ...description.identity },
        usage: usageView(description),
        verification: verificationView(description.verification),
      };
    },
  );

  app.get(
    `${path}/:name/usage`,
    {
      config: { access: connectionUsage, errors: ["connection_not_found"] },
      schema: {
        tags,
        operationId: "getConnectionUsage",
        summary: "Who used a connection",
        params: namedParams,
        response: { 200: Usage },
      },
    },
    async (request) => {
      const { name } = request.params;
      return usageView(await run(request, connectionUsage, () => ({ name })));
    },
  );

  app.get(
    `${path}/:name/versions`,
    {
      config: { access: listCredentialVersions, errors: ["connection_not_found"] },
      schema: {
        tags,
        operationId: "listCredentialVersions",
        summary: "List versions of the credential",
        params: namedParams,
        response: { 200: CredentialVersions },
      },
    },
    async (request) => {
      const { name } = request.params;
      const { current, versions } = await run(request, listCredentialVersions, () => ({ name }));
      return {
        current,
        data: versions.map((version) => ({
          version: version.version,
          is_current: version.version === current,
          authentication: version.authMethod,
          options: { ...version.options },
          created_at: version.createdAt,
          created_by: version.createdBy,
        })),
      };
    },
  );

  app.post(
    `${path}/:name/versions/:version/activate`,
    {
      config: {
        access: activateCredentialVersion,
        errors: ["connection_not_found", "credential_version_not_found", "resource_version_conflict"],
      },
      schema: {
        tags,
        operationId: "activateCredentialVersion",
        summary: "Go back to a version of the credential",
        description: "Calls use it from the next one on.",
        params: Type.Object({ ...namedParams.properties, version: Type.Integer({ minimum: 1 }) }),
        response: { 200: ConnectionView },
      },
    },
    async (request) => {
      const record = await run(request, activateCredentialVersion, () => ({
        name: request.params.name,
        version: request.params.version,
      }));
      return connectionView(record);
    },
  );
}

function scopeOf({ place }: Act, query: Static<typeof ConnectionQuery>): PageScope {
  return ["connection views", place.environmentId, ...Object.values(shownConnectionQuery(query))];
}
