import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ApiFixture, openApi, publicUrl } from "../../../test/fixtures/services.ts";
import { errorTable } from "../../errors.ts";
import { curlExample } from "./curl-example.ts";
import type { OpenApiDocument, Schema } from "./openapi.ts";

/** Whoever asks may have them: they answer nothing worth a key, or are how one gets in. */
const openOperations = [
  "getHealth",
  "getOpenApiDocument",
  "getDocumentation",
  "getLoginRealm",
  "createClientSession",
  "endClientSession",
  "ignoreUsageReport",
  "createSession",
  "createSessionByLink",
  "acceptInvitation",
  "exchangeToken",
];

describe("the OpenAPI document", () => {
  let api: ApiFixture;
  let document: OpenApiDocument & { components: { securitySchemes: object } };
  beforeAll(async () => {
    api = await openApi();
    document = (await api.send("GET", "/openapi.json", undefined, { authorization: "" })).json;
  });
  afterAll(() => api.close());

  const operations = () =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );

  it("is OpenAPI 3.1 and names the server as it is configured", () => {
    expect(document.openapi).toBe("3.1.0");
    expect(document.servers).toEqual([{ url: publicUrl }]);
    expect(Object.keys(document.components.securitySchemes)).toEqual([
      "apiKey",
      "cloudKey",
      "useToken",
      "accessToken",
      "session",
    ]);
  });

  it("describes every operation: id, summary, tag, security, answers with the error body", () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const tags = document.tags?.map(({ name }) => name);
    for (const { path, method, operation } of operations()) {
      const at = `${method} ${path}`;
      expect([at, typeof operation.summary, tags?.includes(operation.tags?.[0] ?? "")]).toEqual([
        at,
        "string",
        true,
      ]);
      const isOpen = openOperations.includes(operation.operationId ?? "");
      expect([at, operation.security === undefined]).toEqual([at, isOpen]);
      if (isOpen) continue;
      for (const status of ["401", "429"]) {
        expect([at, operation.responses[status]?.content?.["application/json"]?.schema?.$ref]).toEqual([
          at,
          "#/components/schemas/Error",
        ]);
      }
      for (const match of path.matchAll(/\{(\w+)\}/g)) {
        expect(operation.parameters).toContainEqual(
          expect.objectContaining({ name: match[1], in: "path", required: true }),
        );
      }
    }
  });

  it("shows a Cloud key in the examples of what a Flink key may not do, and nowhere else", () => {
    const withCloudKey = operations()
      .filter((one) => curlExample(document, one).includes('-u "$CLOUD_KEY"'))
      .map(({ path }) => path);
    expect(withCloudKey).toEqual(expect.arrayContaining(["/metrics", "/keymoor/v1/master-key/rotate"]));
    for (const { path, operation } of operations()) {
      const takesCloudKey = operation.security?.some((one) => "cloudKey" in one) ?? false;
      if (takesCloudKey) expect(withCloudKey).toContain(path);
      expect(operation.description?.includes("a Cloud API key") ?? false).toBe(takesCloudKey);
    }
  });

  it("shows a session in the examples of what takes nothing else, with its CSRF token where something changes", () => {
    const example = (method: string, path: string) => {
      const found = operations().find((one) => one.method === method && one.path === path);
      return found && curlExample(document, { ...found, method: method.toUpperCase() });
    };
    expect(example("post", "/api/access_tokens")).toContain('-H "Authorization: Bearer $ACCESS_TOKEN"');
    expect(example("get", "/keymoor/v1/session")).toMatch(/-b "\$COOKIE"$/);
    expect(example("delete", "/keymoor/v1/session")).toMatch(
      /-b "\$COOKIE" \\\n {2}-H "Keymoor-Csrf: \$CSRF"$/,
    );
  });

  it("names in the path of an example the thing that is meant", () => {
    const paths = operations().map((one) => /"([^"]*)"/.exec(curlExample(document, one))?.[1] ?? "");
    expect(paths).toEqual(
      expect.arrayContaining([
        `${publicUrl}/org/v2/environments/$ENV`,
        `${publicUrl}/iam/v2/service-accounts/$SERVICE_ACCOUNT`,
        `${publicUrl}/keymoor/v1/users/$USER/disable`,
      ]),
    );
    expect(paths.filter((path) => /[{}]|\$(\/|$)/.test(path))).toEqual([]);
  });

  it("says of every change of the control plane and of sessions what a full disk does to it", () => {
    const harmless = ["exchangeToken", "createDataPlaneToken", "ignoreUsageReport"];
    for (const { path, method, operation } of operations()) {
      const isMeant = method !== "get" && /^\/(api|iam|org|fcpm|keymoor\/v1\/(?!organizations))/.test(path);
      if (!isMeant || harmless.includes(operation.operationId ?? "")) continue;
      expect([method, path, operation.responses["507"] !== undefined]).toEqual([method, path, true]);
    }
  });

  it("keeps named schemas in one place, and every reference leads to one", () => {
    const text = JSON.stringify(document);
    const names = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(50);
    expect(names.filter((name) => document.components.schemas[name ?? ""] === undefined)).toEqual([]);
    expect(document.components.schemas.AuthData?.properties?.data?.writeOnly).toBe(true);
  });

  it("names only error codes that exist", () => {
    const codes = [...JSON.stringify(document).matchAll(/`([a-z_]+)`: [A-Z]/g)].map(([, code]) => code ?? "");
    expect(codes.length).toBeGreaterThan(30);
    expect(codes.filter((code) => !(code in errorTable))).toEqual([]);
  });

  it("describes no body that takes unknown fields, but where what is sent is ignored", () => {
    const loose: string[] = [];
    const walk = (schema: Schema, at: string): void => {
      const name = schema.$ref?.replace("#/components/schemas/", "");
      if (name !== undefined) walk(document.components.schemas[name] ?? {}, at);
      // Of a map, whose keys the caller chooses, it is the schema of the values.
      const { additionalProperties: more = true } = schema;
      if (schema.type === "object" && more === true) loose.push(at);
      for (const [key, child] of Object.entries(schema.properties ?? {})) walk(child, `${at}.${key}`);
      for (const child of schema.anyOf ?? []) walk(child, at);
      if (schema.items !== undefined) walk(schema.items, `${at}[]`);
    };
    const bodies = operations().flatMap(({ path, method, operation }) =>
      Object.values(operation.requestBody?.content ?? {}).flatMap(({ schema }) =>
        schema === undefined ? [] : [{ at: `${method} ${path.replace(/.*\}\/(?=\w)/, "")}`, schema }],
      ),
    );
    for (const { at, schema } of bodies) walk(schema, at);
    expect(bodies.length).toBeGreaterThan(10);
    const isProtobuf = (at: string) => at.includes("/api/sessions"); // official clients' own rule
    expect(loose.filter((at) => !/\.(status|result)$/.test(at) && !isProtobuf(at))).toEqual([]);
    expect(loose.length).toBeGreaterThan(0);
  });

  it("says of every body what may be wrong with it, and has no status 413 or 415 but for calls", () => {
    for (const { path, method, operation } of operations()) {
      if (operation.tags?.includes("Calls")) continue;
      const described = operation.responses["400"]?.description ?? "";
      for (const code of [
        "malformed_body",
        "request_too_large",
        "unsupported_media_type",
        "unknown_field",
        "invalid_request",
      ]) {
        if (operation.requestBody !== undefined) {
          expect([method, path, described.includes(`\`${code}\``)]).toEqual([method, path, true]);
        }
      }
      expect(Object.keys(operation.responses)).not.toContain("413");
      expect(Object.keys(operation.responses)).not.toContain("415");
    }
  });

  it("describes calls by every method, with and without more path, and what the service answers", () => {
    const methods = ["get", "post", "put", "patch", "delete", "head", "options"];
    const long =
      "/keymoor/v1/organizations/{organization_id}/environments/{environment_id}/connections/{name}/call";
    for (const path of ["/c/{name}", "/c/{name}/{more_path}", long, `${long}/{more_path}`]) {
      expect([path, Object.keys(document.paths[path] ?? {})]).toEqual([path, methods]);
      for (const { responses } of Object.values(document.paths[path] ?? {})) {
        expect(responses["2XX"]?.content).toEqual({ "*/*": {} });
      }
    }
  });

  it("shows no content where none is sent", () => {
    const answers = operations().flatMap(({ method, operation }) =>
      method === "delete" ? Object.entries(operation.responses) : [],
    );
    const empty = answers.filter(([status]) => status === "202" || status === "204");
    expect(empty.length).toBeGreaterThan(2);
    for (const [, answer] of empty) expect(answer).toEqual({ description: expect.stringMatching(/\.$/) });
  });

  it("does not ask for parameters that have a default", () => {
    const list =
      document.paths["/sql/v1/organizations/{organization_id}/environments/{environment_id}/connections"]
        ?.get;
    expect(list?.parameters).toContainEqual(
      expect.objectContaining({
        name: "page_size",
        required: false,
        schema: expect.objectContaining({ default: 10 }),
      }),
    );
  });

  it("is a page to read as well, which loads nothing and runs nothing", async () => {
    const page = await api.send("GET", "/docs", undefined, { authorization: "" });
    expect(page.status).toBe(200);
    expect(page.headers["content-type"]).toBe("text/html; charset=utf-8");
    const policy = page.headers["content-security-policy"] ?? "";
    const style = /<style>([\s\S]*)<\/style>/.exec(page.text)?.[1] ?? "";
    expect(policy).toContain(`'sha256-${createHash("sha256").update(style).digest("base64")}'`);
    expect(policy).toMatch(/^default-src 'none'/);
    expect(page.text).not.toMatch(/<script|<link|<img|<iframe|\son\w+=|style="/);
    expect(
      [...page.text.matchAll(/(?:src|href)="([^"]*)"/g)].filter(
        ([, url]) => !/^(#|\/openapi\.json)/.test(url ?? ""),
      ),
    ).toEqual([]);
    for (const { operation } of operations()) expect(page.text).toContain(`id="${operation.operationId}"`);
    const ids = [...page.text.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const targets = [...page.text.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id);
    expect(targets.filter((target) => !ids.includes(target))).toEqual([]);
    expect(page.text).not.toContain("undefined");
  });
});
