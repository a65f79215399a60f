import { type Static, Type } from "@sinclair/typebox";
import {
  createIdentityPool,
  deleteIdentityPool,
  describeIdentityPool,
  type IdentityPool,
  listIdentityPools,
  updateIdentityPool,
} from "../../operations/identity-pools.ts";
import type { IdentityPoolFacts } from "../../operations/judge-identity-pool.ts";
import type { Services } from "../../operations/services.ts";
import { callerOf, judgeRequest, originOf } from "../admission.ts";
import type { App } from "../app.ts";
import { textMap } from "../contract-object.ts";
import { answerPage } from "../control-plane/answer-page.ts";
import { ListMetadata, pageQuery } from "../list-page.ts";
import { noContent } from "../no-content.ts";

const path = "/keymoor/v1/identity-pools";
const tags = ["Identity pools"];
const longestText = 1000;

const chosen = {
  name: Type.String({ minLength: 1, maxLength: 100 }),
  description: Type.String({ maxLength: longestText }),
  issuer: Type.String({
    minLength: 1,
    maxLength: longestText,
    description: "`iss` of its tokens, byte for byte.",
    examples: ["https://token.actions.githubusercontent.com"],
  }),
  jwks_uri: Type.Union([Type.String({ minLength: 1, maxLength: longestText }), Type.Null()], {
    description: "Address of the issuer's keys; null: its discovery document says where they are.",
  }),
  audience: Type.String({
    minLength: 1,
    maxLength: longestText,
    description: "`aud` of a token must be this, or have it in its list.",
    examples: ["keymoor"],
  }),
  claims: textMap({
    mostKeys: 20,
    longestValue: longestText,
    description:
      "Claims that a token must have with exactly this value, at least one. A list has every value in it. A plain name stands for itself, dots and all; a JSON pointer such as `/kubernetes.io/namespace` leads deeper.",
  }),
  service_account: Type.String({
    minLength: 1,
    maxLength: 100,
    description: "As whom its tokens act, `sa-...`.",
  }),
};

export const NewIdentityPool = Type.Object(
  {
    ...chosen,
    description: Type.Optional(chosen.description),
    jwks_uri: Type.Optional(chosen.jwks_uri),
  },
  { title: "NewIdentityPool", additionalProperties: false },
);

export const IdentityPoolChange = Type.Partial(Type.Object(chosen), {
  title: "IdentityPoolChange",
  additionalProperties: false,
});

export const IdentityPoolView = Type.Object(
  {
    id: Type.String({ description: "`pool-...`." }),
    ...chosen,
    created_at: Type.String({ format: "date-time" }),
    updated_at: Type.String({ format: "date-time" }),
    keys: Type.Object(
      {
        fetched_at: Type.Union([Type.String({ format: "date-time" }), Type.Null()]),
        problem: Type.String({
          description: "Why the last attempt to fetch them failed; empty: it did not, or there was none.",
        }),
      },
      { description: "The issuer's keys as this server has them. They are fetched with the first token." },
    ),
  },
  { title: "IdentityPool" },
);

const IdentityPoolList = Type.Object(
  { metadata: ListMetadata, data: Type.Array(IdentityPoolView) },
  { title: "IdentityPoolList" },
);

/** External identities: which tokens of which issuer act as which service account. */
export function addIdentityPoolRoutes(app: App, services: Services): void {
  const config = { access: "key", needsCloudKey: true } as const;

  app.post(
    path,
    {
      config: { ...config, errors: ["user_unauthorized"] },
      schema: {
        tags,
        operationId: "createIdentityPool",
        summary: "Make an identity pool",
        description: `From then on, tokens of the issuer that fit it are taken on every path. ${administrators}`,
        body: NewIdentityPool,
        response: { 201: IdentityPoolView },
      },
    },
    async (request, reply) => {
      const record = await createIdentityPool(services, callerOf(request), originOf(request), () => {
        judgeRequest(request);
        const { description = "", jwks_uri: jwksUri = null, service_account, ...rest } = request.body;
        return { ...rest, description, jwksUri, serviceAccountId: service_account };
      });
      return reply.code(201).send(view(services, record));
    },
  );

  app.get(
    path,
    {
      config: { ...config, errors: ["user_unauthorized", "invalid_page_token", "invalid_request"] },
      schema: {
        tags,
        operationId: "listIdentityPools",
        summary: "List identity pools",
        description: administrators,
        querystring: Type.Object(pageQuery, { additionalProperties: false }),
        response: { 200: IdentityPoolList },
      },
    },
    async (request) => {
      const { items, metadata } = await answerPage(services, request, {
        path,
        read: (caller, origin, page) => listIdentityPools(services, caller, origin, page),
      });
      return { metadata, data: items.map((record) => view(services, record)) };
    },
  );

  app.get(
    `${path}/:id`,
    {
      config: { ...config, errors: ["user_unauthorized", "identity_pool_not_found"] },
      schema: {
        tags,
        operationId: "getIdentityPool",
        summary: "Read an identity pool",
        description: administrators,
        params: Type.Object({ id: Type.String() }),
        response: { 200: IdentityPoolView },
      },
    },
    async (request) => {
      const { id } = request.params;
      return view(services, await describeIdentityPool(services, callerOf(request), originOf(request), id));
    },
  );

  app.patch(
    `${path}/:id`,
    {
      config: { ...config, errors: ["user_unauthorized", "identity_pool_not_found", "last_administrator"] },
      schema: {
        tags,
        operationId: "updateIdentityPool",
        summary: "Change an identity pool",
        description: `What is not sent stays. Tokens that were exchanged before have to be exchanged anew. ${administrators}`,
        params: Type.Object({ id: Type.String() }),
        body: IdentityPoolChange,
        response: { 200: IdentityPoolView },
      },
    },
    async (request) => {
      const record = await updateIdentityPool(services, callerOf(request), originOf(request), () => {
        judgeRequest(request);
        return { id: request.params.id, change: changeOf(request.body) };
      });
      return view(services, record);
    },
  );

  app.delete(
    `${path}/:id`,
    {
      config: { ...config, errors: ["user_unauthorized", "identity_pool_not_found", "last_administrator"] },
      schema: {
        tags,
        operationId: "deleteIdentityPool",
        summary: "Delete an identity pool",
        description: `Its tokens, and those they were exchanged for, are refused from the next request on. ${administrators}`,
        params: Type.Object({ id: Type.String() }),
        response: { 204: noContent("It is deleted.") },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await deleteIdentityPool(services, callerOf(request), originOf(request), id);
      return reply.code(204).send(undefined);
    },
  );
}

const administrators = "Takes OrganizationAdmin and a Cloud API key.";

function changeOf({
  jwks_uri,
  service_account,
  ...rest
}: Static<typeof IdentityPoolChange>): Partial<IdentityPoolFacts> {
  return {
    ...rest,
    ...(jwks_uri !== undefined && { jwksUri: jwks_uri }),
    ...(service_account !== undefined && { serviceAccountId: service_account }),
  };
}

function view(services: Services, record: IdentityPool): Static<typeof IdentityPoolView> {
  const { fetchedAtMs, problem } = services.identityTokens.keys.state(record);
  return {
    id: record.id,
    name: record.name,
    description: record.description,
    issuer: record.issuer,
    jwks_uri: record.jwksUri,
    audience: record.audience,
    claims: { ...record.claims },
    service_account: record.serviceAccountId,
    created_at: record.createdAt,
    updated_at: record.updatedAt,
    keys: {
      fetched_at: fetchedAtMs === undefined ? null : new Date(fetchedAtMs).toISOString(),
      problem: problem ?? "",
    },
  };
}
