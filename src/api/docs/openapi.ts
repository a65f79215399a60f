import type { FastifyDynamicSwaggerOptions, SwaggerTransform } from "@fastify/swagger";

import type { TSchema } from "@sinclair/typebox";
import type { FastifyContextConfig, RouteOptions } from "fastify";
import { type ErrorCode, errorTable } from "../../errors.ts";
import type { Access } from "../admission.ts";
import { errorAnswers } from "../error-answers.ts";
import { callPaths } from "./call-paths.ts";

/** The parts of an OpenAPI 3.1 document that this API has. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly servers?: readonly { readonly url: string }[];
  readonly tags?: readonly { readonly name: string; readonly description?: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export interface OpenApiOperation {
  readonly tags?: readonly string[];
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly OpenApiParameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> };
  readonly responses: Readonly<Record<string, OpenApiAnswer>>;
}

export interface OpenApiParameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

export interface OpenApiAnswer {
  readonly description?: string;
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

export interface Schema {
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly format?: string;
  readonly contentMediaType?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly writeOnly?: boolean;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: unknown;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

export const openApiFrame: NonNullable<FastifyDynamicSwaggerOptions["openapi"]> = {
  openapi: "3.1.0",
  info: {
    title: "Keymoor",
    version: "1",
    description:
      "Governed connections for Apache Flink SQL. Paths below /sql/v1 follow the contract of Confluent Cloud for Apache Flink, and so does the control plane that its clients need (/org, /iam, /fcpm, /endpoint, /networking, /metadata, /sts, /api); what is Keymoor's own stands below /keymoor/v1 and /c. A credential goes in and never comes out.",
  },
  tags: [
    {
      name: "Connections",
      description: "Named, governed references to services, with sealed credentials.",
    },
    { name: "Statements", description: "Connections by SQL." },
    { name: "Calls", description: "Requests to a connection's service, with its credential put on." },
    { name: "Connections, in full", description: "What the contract has no place for." },
    { name: "Verification", description: "Whether connections work: checked now, and found out before." },
    { name: "Use tokens", description: "Tokens for programs that only call." },
    { name: "Connection types", description: "The catalogue." },
    { name: "Sign-in", description: "Sessions of people, in official clients and in a browser." },
    { name: "Control plane", description: "Where connections stand, as official clients read and make it." },
    { name: "Access", description: "Service accounts, API keys, roles and who has them." },
    { name: "Identity pools", description: "Tokens of external issuers, such as those of CI jobs." },
    { name: "Users", description: "People: invited, renamed, disabled." },
    { name: "Audit", description: "Who did what." },
    { name: "Server", description: "The server itself." },
  ],
  components: {
    securitySchemes: {
      apiKey: {
        type: "http" as const,
        scheme: "basic",
        description: "Id and secret of a Cloud or Flink API key, as user name and password.",
      },
      cloudKey: {
        type: "http" as const,
        scheme: "basic",
        description: "Id and secret of a Cloud API key, as user name and password.",
      },
      useToken: {
        type: "http" as const,
        scheme: "bearer",
        description: "A use token; also taken in the header in which a type's own clients send their key.",
      },
      accessToken: {
        type: "http" as const,
        scheme: "bearer",
        bearerFormat: "JWT",
        description:
          "An access token, of a session or of a token exchange, or a token of an issuer that an identity pool names.",
      },
      session: {
        type: "apiKey" as const,
        in: "cookie",
        name: "keymoor_session",
        description:
          "The cookie of a browser's session. Its name also has the server's port, and by https the prefix `__Host-`. What changes something needs the header `Keymoor-Csrf` too.",
      },
    },
  },
  paths: callPaths,
};

/** Errors that every route with a caller may answer. */
const commonErrors: readonly ErrorCode[] = [
  "user_unauthenticated",
  "too_many_attempts",
  "internal_error",
  "stopping",
];

const errorsOfAnyone: readonly ErrorCode[] = ["internal_error", "stopping"];

/** Errors that every route with a body may answer. */
const bodyErrors: readonly ErrorCode[] = [
  "malformed_body",
  "request_too_large",
  "unsupported_media_type",
  "invalid_request",
  "unknown_field",
];

/** Adds what holds for all routes, so that none has to say it. */
export const describeRoute: SwaggerTransform = ({ schema, url, route }) => {
  const { access = "key", errors = [] } = route.config ?? {};
  if (schema === undefined || access === "open") return { schema: schema ?? { hide: true }, url };
  const needsKey = access !== "anyone";
  const codes: ErrorCode[] = [...(needsKey ? commonErrors : errorsOfAnyone), ...errors];
  if (schema.body !== undefined) codes.push(...bodyErrors);
  if (typeof access === "object") codes.push("user_unauthorized", "invalid_request");
  if (changesSomething(access, route)) codes.push("storage_full");
  return {
    schema: {
      ...schema,
      querystring: withoutDefaultsRequired(schema.querystring),
      ...(needsKey && { security: securityOf(route.config) }),
      response: {
        ...describedAnswers(schema.response),
        ...Object.fromEntries(
          Object.entries(errorAnswers([...new Set(codes)].sort(byTable))).map(([status, answer]) => [
            status,
            {
              description: answer.description,
              content: { "application/json": { schema: answer.schema } },
            },
          ]),
        ),
      },
    },
    url,
  };
};

/** Of what is no operation, only the control plane changes anything, or says itself what may come of it. */
function changesSomething(access: Access, { method, config }: RouteOptions): boolean {
  if (typeof access === "object") return access.kind === "change";
  return config?.needsCloudKey === true && method !== "GET";
}

function securityOf({ needsCloudKey = false, needsSession }: FastifyContextConfig = {}) {
  if (needsSession === "client") return [{ accessToken: [] }];
  if (needsSession === "browser") return [{ session: [] }];
  return [needsCloudKey ? { cloudKey: [] } : { apiKey: [] }, { accessToken: [] }, { session: [] }];
}

const order = Object.keys(errorTable);

function byTable(one: ErrorCode, other: ErrorCode): number {
  return order.indexOf(one) - order.indexOf(other);
}

function describedAnswers(response: unknown): Record<string, TSchema> {
  const answers = (response ?? {}) as Record<string, TSchema>;
  return Object.fromEntries(
    Object.entries(answers).map(([status, schema]) => [
      status,
      { ...schema, description: schema.description ?? "Done." } as TSchema,
    ]),
  );
}

/** TypeBox counts a field with a default as present, which it is after validation; callers need not send it. */
function withoutDefaultsRequired(querystring: unknown): unknown {
  const schema = querystring as (Schema & { readonly properties: Record<string, Schema> }) | undefined;
  if (schema === undefined) return undefined;
  return {
    ...schema,
    required: schema.required?.filter((name) => schema.properties[name]?.default === undefined),
  };
}

/** Schemas with a title stand once, under `components`, and are referred to. */
export function shareSchemas<Document extends object>(document: Document): Document {
  const shared: Record<string, unknown> = {};
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== "object" || value === null) return value;
    const copy = Object.fromEntries(
      Object.entries(value).map(([key, child]) => [key, isData(key) ? child : walk(child)]),
    );
    const { title } = copy;
    if (typeof title !== "string" || copy.type === undefined) return copy;
    shared[title] ??= copy;
    return { $ref: `#/components/schemas/${title}` };
  };
  const walked = walk(document) as Document & { components?: object };
  return {
    ...walked,
    components: { ...walked.components, schemas: Object.fromEntries(Object.entries(shared).sort()) },
  };
}

/** Examples and defaults are data and hold no schemas. */
function isData(key: string): boolean {
  return key === "examples" || key === "default" || key === "const";
}
