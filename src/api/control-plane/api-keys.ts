import { type Static, Type } from "@sinclair/typebox";
import { readKeyResource } from "../../access/key-resource.ts";
import { KeymoorError } from "../../errors.ts";
import {
  createApiKey,
  deleteApiKey,
  describeApiKey,
  type KeyResource,
  type ListApiKeys,
  listApiKeys,
  type ApiKey as StoredApiKey,
  updateApiKey,
} from "../../operations/api-keys.ts";
import { organizationOf } from "../../operations/control-act.ts";
import type { Services } from "../../operations/services.ts";
import { callerOf, judgeRequest, originOf } from "../admission.ts";
import type { App } from "../app.ts";
import { ListMetadata, pageQuery } from "../list-page.ts";
import { noContent } from "../no-content.ts";
import { answerPage } from "./answer-page.ts";
import { ObjectMetadata, objectMetadata, organizationCrn } from "./control-plane-object.ts";
import { description, Reference, SentReference, sentEnvelope } from "./sent-fields.ts";

const path = "/iam/v2/api-keys";
const tags = ["Access"];
const params = Type.Object({ id: Type.String() });

const apiKey = {
  api_version: Type.Literal("iam/v2"),
  kind: Type.Literal("ApiKey"),
  id: Type.String({ description: "The user name of HTTP Basic." }),
  metadata: ObjectMetadata,
};

const spec = {
  display_name: Type.String(),
  description: Type.String(),
  owner: Reference,
  resource: Reference,
};

export const ApiKey = Type.Object({ ...apiKey, spec: Type.Object(spec) }, { title: "ApiKey" });

export const ShownApiKey = Type.Object(
  {
    ...apiKey,
    spec: Type.Object({
      ...spec,
      secret: Type.String({ description: "Shown this once; only its hash is kept." }),
    }),
  },
  { title: "ShownApiKey" },
);

const ApiKeyList = Type.Object(
  {
    api_version: Type.Literal("iam/v2"),
    kind: Type.Literal("ApiKeyList"),
    metadata: ListMetadata,
    data: Type.Array(ApiKey),
  },
  { title: "ApiKeyList" },
);

/** Terraform sends an empty one where none is set. */
const keyName = Type.String({
  description: "At most 200 characters, none of them a control character.",
  pattern: "^[^\\x00-\\x1f\\x7f]{0,200}$",
  examples: ["ci"],
});

export const NewApiKey = Type.Object(
  {
    ...sentEnvelope,
    spec: Type.Object(
      {
        display_name: Type.Optional(keyName),
        description: Type.Optional(description),
        owner: Type.Optional(SentReference),
        resource: Type.Optional(SentReference),
      },
      { additionalProperties: false },
    ),
  },
  {
    title: "NewApiKey",
    additionalProperties: false,
    description:
      "`owner.id` is a user or service account, the caller when absent. `resource.id` is `cloud` or absent for a Cloud key; for a Flink key `aws.us-east-1` together with `environment`.",
  },
);

export const ChangedApiKey = Type.Object(
  {
    ...sentEnvelope,
    spec: Type.Object(
      { display_name: Type.Optional(keyName), description: Type.Optional(description) },
      { additionalProperties: false },
    ),
  },
  { title: "ChangedApiKey", additionalProperties: false },
);

/** API keys, as official clients make and read them (contract/cli.md 3.2, contract/terraform.md 4). */
export function addApiKeyRoutes(app: App, services: Services): void {
  app.get(
    path,
    {
      config: { access: "key", errors: ["user_unauthorized", "invalid_page_token", "invalid_request"] },
      schema: {
        tags,
        operationId: "listApiKeys",
        summary: "List API keys",
        description:
          "One's own, and the Flink keys of the environments that one manages; all of an owner whose keys one may make.",
        querystring: Type.Object(
          {
            "spec.owner": Type.Optional(Type.String({ description: "Only this owner's." })),
            "spec.resource": Type.Optional(
              Type.String({
                description: "`cloud`, or a region: `aws.us-east-1` or `env-abc123.aws.us-east-1`.",
              }),
            ),
            ...pageQuery,
          },
          { additionalProperties: false },
        ),
        response: { 200: ApiKeyList },
      },
    },
    async (request) => {
      const ownerId = request.query["spec.owner"] || undefined;
      const resource = request.query["spec.resource"] || undefined;
      const { items, metadata } = await answerPage(services, request, {
        path,
        read: (caller, origin, page) =>
          listApiKeys(services, caller, origin, () => ({ ...page(), ownerId, resource: filterOf(resource) })),
        filter: () => [ownerId, resource],
        repeated: (first) => ({
          "spec.owner": ownerId && first?.key.ownerId,
          "spec.resource": first && resource,
        }),
      });
      return {
        api_version: "iam/v2" as const,
        kind: "ApiKeyList" as const,
        metadata,
        data: await Promise.all(items.map((key) => view(services, key))),
      };
    },
  );

  app.get(
    `${path}/:id`,
    {
      config: { access: "key", errors: ["user_unauthorized", "api_key_not_found"] },
      schema: {
        tags,
        operationId: "getApiKey",
        summary: "Read an API key",
        description: "Never its secret.",
        params,
        response: { 200: ApiKey },
      },
    },
    async (request) => {
      const { id } = request.params;
      return view(services, await describeApiKey(services, callerOf(request), originOf(request), id));
    },
  );

  app.post(
    path,
    {
      config: { access: "key", needsCloudKey: true, errors: ["user_unauthorized"] },
      schema: {
        tags,
        operationId: "createApiKey",
        summary: "Make an API key",
        description:
          "For oneself, or for a service account of whose roles one could grant each. Takes a Cloud API key or a session.",
        body: NewApiKey,
        response: { 202: ShownApiKey },
      },
    },
    async (request, reply) => {
      const made = await createApiKey(services, callerOf(request), originOf(request), () => {
        judgeRequest(request);
        const { owner, resource, ...texts } = request.body.spec;
        return { ownerId: owner?.id || undefined, resource: resourceOf(resource), ...textsOf(texts) };
      });
      const shown = await view(services, made);
      return reply.code(202).send({ ...shown, spec: { ...shown.spec, secret: made.secret.reveal() } });
    },
  );

  app.patch(
    `${path}/:id`,
    {
      config: {
        access: "key",
        needsCloudKey: true,
        errors: ["user_unauthorized", "api_key_not_found"],
      },
      schema: {
        tags,
        operationId: "updateApiKey",
        summary: "Rename an API key",
        description: "Takes a Cloud API key or a session.",
        params,
        body: ChangedApiKey,
        response: { 200: ApiKey },
      },
    },
    async (request) => {
      const changed = await updateApiKey(services, callerOf(request), originOf(request), () => {
        judgeRequest(request);
        return { id: request.params.id, change: textsOf(request.body.spec) };
      });
      return view(services, changed);
    },
  );

  app.delete(
    `${path}/:id`,
    {
      config: {
        access: "key",
        needsCloudKey: true,
        errors: ["user_unauthorized", "api_key_not_found", "last_administrator"],
      },
      schema: {
        tags,
        operationId: "deleteApiKey",
        summary: "Delete an API key",
        description: "It passes no more from the next request on. Takes a Cloud API key or a session.",
        params,
        response: { 204: noContent("It is gone.") },
      },
    },
    async (request, reply) => {
      await deleteApiKey(services, callerOf(request), originOf(request), request.params.id);
      return reply.code(204).send(undefined);
    },
  );
}

function textsOf({
  display_name: name,
  description,
}: {
  readonly display_name?: string;
  readonly description?: string;
}) {
  return { ...(name !== undefined && { name }), ...(description !== undefined && { description }) };
}

function filterOf(text: string | undefined): ListApiKeys["resource"] {
  if (text === undefined) return undefined;
  const read = readKeyResource(text);
  switch (read.kind) {
    case "cloud":
      return "cloud";
    case "unknown":
      return "none";
    case "region": {
      const { kind: _, ...place } = read;
      return place;
    }
  }
}

function resourceOf(sent: Static<typeof SentReference> | undefined): KeyResource {
  if (sent === undefined || sent.id === "" || sent.kind?.toLowerCase() === "cloud") return "cloud";
  const read = readKeyResource(sent.id);
  if (read.kind === "cloud") return "cloud";
  if (read.kind === "unknown") {
    throw new KeymoorError("invalid_request", "A key is for no such resource here.", {
      hint: "`id` is cloud, or a region such as aws.us-east-1.",
      pointer: "/spec/resource/id",
    });
  }
  const environmentId = sent.environment || read.environmentId;
  if (environmentId === undefined || (read.environmentId ?? environmentId) !== environmentId) {
    throw new KeymoorError("invalid_request", "A Flink key is for a region of one environment.", {
      hint: "Name the environment in `environment`.",
      pointer: "/spec/resource/environment",
    });
  }
  return { environmentId, cloud: read.cloud, region: read.region };
}

async function view(services: Services, { key, ownerKind }: StoredApiKey): Promise<Static<typeof ApiKey>> {
  const organization = organizationCrn(await organizationOf(services));
  const isUser = ownerKind === "user";
  const owner = `${organization}/${isUser ? "user" : "service-account"}=${key.ownerId}`;
  const ownerPath = `/iam/v2/${isUser ? "users" : "service-accounts"}/${encodeURIComponent(key.ownerId)}`;
  return {
    api_version: "iam/v2",
    kind: "ApiKey",
    id: key.id,
    metadata: objectMetadata(
      services,
      `${path}/${encodeURIComponent(key.id)}`,
      `${owner}/api-key=${key.id}`,
      key,
    ),
    spec: {
      display_name: key.name,
      description: key.description,
      owner: {
        id: key.ownerId,
        related: services.settings.publicUrl + ownerPath,
        resource_name: owner,
        api_version: "iam/v2",
        kind: isUser ? "User" : "ServiceAccount",
      },
      resource: resourceView(services, organization, key),
    },
  };
}

/** Terraform replaces a key whose resource is not answered with kind and version (contract/terraform.md 4). */
function resourceView(
  { settings }: Services,
  organization: string,
  { environmentId, cloud, region }: StoredApiKey["key"],
): Static<typeof Reference> {
  if (environmentId === null || cloud === null || region === null) {
    const related = `${settings.publicUrl}/org/v2/organizations`;
    return { id: "cloud", related, resource_name: organization, api_version: "iam/v2", kind: "Cloud" };
  }
  const query = new URLSearchParams({ cloud: cloud.toUpperCase(), region_name: region });
  return {
    id: `${cloud}.${region}`,
    environment: environmentId,
    related: `${settings.publicUrl}/fcpm/v2/regions?${query}`,
    resource_name: `${organization}/environment=${environmentId}/flink-region=${cloud}.${region}`,
    api_version: "fcpm/v2",
    kind: "Region",
  };
}
