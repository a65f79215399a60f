import { type Static, Type } from "@sinclair/typebox";
import type { Services } from "../../operations/services.ts";
import {
  type CreatedUseToken,
  createUseToken,
  listUseTokens,
  longestUseTokenSeconds,
  revokeUseToken,
} from "../../operations/use-tokens.ts";
import { actOf, run } from "../admission.ts";
import type { App } from "../app.ts";
import { environmentParams, environmentPath } from "../environment-path.ts";
import { ListMetadata, listMetadata, pageQuery } from "../list-page.ts";
import { noContent } from "../no-content.ts";
import { type PageScope, readPageToken } from "../page-token.ts";
import { environmentUrl } from "../resource-url.ts";

const path = `/keymoor/v1${environmentPath}/use-tokens`;
const tags = ["Use tokens"];
const thirtyDaysSeconds = 30 * 24 * 3600;

export const NewUseToken = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      maxLength: 100,
      description: "What it is for, as you will know it again.",
    }),
    connections: Type.Array(Type.String(), {
      minItems: 1,
      maxItems: 100,
      description: "Names of the connections it may call through.",
      examples: [["my-openai"]],
    }),
    expires_in_seconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: longestUseTokenSeconds,
        default: thirtyDaysSeconds,
        description: "30 days when absent.",
      }),
    ),
  },
  { title: "NewUseToken", additionalProperties: false },
);

const useToken = {
  id: Type.String(),
  name: Type.String(),
  connections: Type.Array(Type.String()),
  cloud: Type.String({ description: "In upper case." }),
  region: Type.String(),
  created_at: Type.String({ format: "date-time" }),
  created_by: Type.String(),
  expires_at: Type.String({ format: "date-time" }),
  revoked_at: Type.Union([Type.String({ format: "date-time" }), Type.Null()]),
  last_used_at: Type.Union([Type.String({ format: "date-time" }), Type.Null()]),
};

export const UseToken = Type.Object(useToken, { title: "UseToken" });

export const ShownUseToken = Type.Object(
  {
    ...useToken,
    token: Type.String({ description: "Shown this once; only its hash is kept." }),
    call_url: Type.String({
      description:
        "Base URL of calls through the first of its connections, for example as an SDK's base URL.",
    }),
  },
  { title: "ShownUseToken" },
);

const UseTokenList = Type.Object(
  { metadata: ListMetadata, data: Type.Array(UseToken) },
  { title: "UseTokenList" },
);

/** Tokens for programs that call through connections and may do nothing else (design 9). */
export function addUseTokenRoutes(app: App, services: Services): void {
  app.post(
    path,
    {
      config: {
        access: createUseToken,
        errors: ["invalid_name", "connection_not_found"],
      },
      schema: {
        tags,
        operationId: "createUseToken",
        summary: "Make a use token",
        description:
          "Bound to connections of one environment and region. It lets through no more than its maker may do, for as long as he may.",
        params: Type.Object(environmentParams),
        body: NewUseToken,
        response: { 201: ShownUseToken },
      },
    },
    async (request, reply) => {
      const created = await run(request, createUseToken, () => ({
        name: request.body.name,
        connections: request.body.connections,
        expiresInSeconds: request.body.expires_in_seconds ?? thirtyDaysSeconds,
      }));
      const [first = ""] = created.record.connections;
      return reply.code(201).send({
        ...view(created.record),
        token: created.token.reveal(),
        call_url: `${services.settings.publicUrl}/c/${first}`,
      });
    },
  );

  app.get(
    path,
    {
      config: { access: listUseTokens, errors: ["invalid_page_token"] },
      schema: {
        tags,
        operationId: "listUseTokens",
        summary: "List use tokens",
        description: "One's own; everyone's for those who manage access.",
        params: Type.Object(environmentParams),
        querystring: Type.Object(pageQuery, { additionalProperties: false }),
        response: { 200: UseTokenList },
      },
    },
    async (request) => {
      const act = actOf(request);
      const { page_size, page_token } = request.query;
      const scope: PageScope = ["use tokens", act.place.environmentId, act.caller.principal];
      const page = await run(request, listUseTokens, () => ({
        after: readPageToken(services, scope, page_token),
        limit: page_size,
      }));
      return {
        metadata: listMetadata(services, {
          url: `${await environmentUrl(act, "/keymoor/v1")}/use-tokens`,
          pageSize: page_size,
          token: page_token,
          filter: {},
          scope,
          next: page.next,
          totalSize: page.totalSize,
        }),
        data: page.items.map(view),
      };
    },
  );

  app.delete(
    `${path}/:id`,
    {
      config: { access: revokeUseToken, errors: ["use_token_not_found"] },
      schema: {
        tags,
        operationId: "revokeUseToken",
        summary: "Revoke a use token",
        description: "It holds from the next call on. The token stays listed as revoked.",
        params: Type.Object({ ...environmentParams, id: Type.String() }),
        response: { 204: noContent("It is revoked.") },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await run(request, revokeUseToken, () => ({ id }));
      return reply.code(204).send(undefined);
    },
  );
}

function view(record: CreatedUseToken["record"]): Static<typeof UseToken> {
  return {
    id: record.id,
    name: record.name,
    connections: [...record.connections],
    cloud: record.cloud.toUpperCase(),
    region: record.region,
    created_at: record.createdAt,
    created_by: record.createdBy,
    expires_at: record.expiresAt,
    revoked_at: record.revokedAt,
    last_used_at: record.lastUsedAt,
  };
}
