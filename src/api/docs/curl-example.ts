import type { OpenApiDocument, OpenApiOperation, Schema } from "./openapi.ts";
import { refName } from "./schema-view.ts";

/** A request that can be pasted after the variables are set: KEY and CLOUD_KEY are `id:secret`, those behind $ in the path are ids. */
export function curlExample(
  document: OpenApiDocument,
  {
    path,
    method,
    operation,
  }: { readonly path: string; readonly method: string; readonly operation: OpenApiOperation },
): string {
  const origin = document.servers?.[0]?.url ?? "";
  const [contentType, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  const parts = [
    `curl${methodOption(method)} "${origin}${filled(path)}"`,
    ...credential(operation, method),
    ...(contentType === undefined ? [] : bodyOf(document, contentType, content?.schema ?? {})),
  ];
  return parts.join(" \\\n  ");
}

/** By the first of what it takes. */
function credential({ security = [] }: OpenApiOperation, method: string): readonly string[] {
  const [scheme] = Object.keys(security[0] ?? {});
  switch (scheme) {
    case undefined:
      return [];
    case "useToken":
      return ['-H "Authorization: Bearer $USE_TOKEN"'];
    case "accessToken":
      return ['-H "Authorization: Bearer $ACCESS_TOKEN"'];
    case "session":
      return method === "GET" ? ['-b "$COOKIE"'] : ['-b "$COOKIE"', '-H "Keymoor-Csrf: $CSRF"'];
    default:
      return [`-u "${scheme === "cloudKey" ? "$CLOUD_KEY" : "$KEY"}"`];
  }
}

function bodyOf(document: OpenApiDocument, contentType: string, schema: Schema): readonly string[] {
  const body = sample(document, schema);
  if (contentType === formType) {
    return Object.entries(body ?? {}).map(
      ([name, value]) => `--data-urlencode ${quoted(`${name}=${value}`)}`,
    );
  }
  const header = `-H "Content-Type: ${contentType === "*/*" ? "application/json" : contentType}"`;
  return [header, `-d ${quoted(JSON.stringify(body))}`];
}

const formType = "application/x-www-form-urlencoded";

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** By `-X HEAD` curl would wait for a body. */
function methodOption(method: string): string {
  if (method === "GET") return "";
  return method === "HEAD" ? " --head" : ` -X ${method}`;
}

function filled(path: string): string {
  return path
    .replace("{organization_id}", "$ORG")
    .replace("{environment_id}", "$ENV")
    .replace("{name}", path.includes("/statements/") ? "my-statement" : "my-openai")
    .replace("{more_path}", "more/path")
    .replace("{version}", "1")
    .replace("{id}", idOf(path));
}

/** `/iam/v2/service-accounts/{id}` is of a $SERVICE_ACCOUNT. */
function idOf(path: string): string {
  const [, things = ""] = /([a-z-]+)\/\{id\}/.exec(path) ?? [];
  if (things === "organizations") return "$ORG";
  if (things === "environments") return "$ENV";
  return `$${things.replace(/s$/, "").replaceAll("-", "_").toUpperCase()}`;
}

/** What must be sent, with the examples of the schema. */
function sample(document: OpenApiDocument, schema: Schema): unknown {
  const name = refName(schema);
  if (name !== undefined) return sample(document, document.components.schemas[name] ?? {});
  if (schema.examples?.[0] !== undefined) return schema.examples[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.type === "array") return schema.items === undefined ? [] : [sample(document, schema.items)];
  if (schema.type === "integer") return schema.minimum ?? 0;
  if (schema.type === "boolean") return false;
  if (schema.type !== "object") return "...";
  return Object.fromEntries(
    (schema.required ?? []).map((key) => [key, sample(document, schema.properties?.[key] ?? {})]),
  );
}
