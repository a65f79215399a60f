import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ApiFixture, openApi, publicUrl } from "../../../test/fixtures/services.ts";
import { errorTable } from "../../errors.ts";
import type { OpenApiDocument } from "./openapi.ts";

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
    expect(Object.keys(document.components.securitySchemes)).toEqual(["apiKey", "useToken"]);
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
      const isOpen = path === "/health" || path === "/openapi.json";
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
