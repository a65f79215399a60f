import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ApiFixture, keymoorV1, openApi, organizationId } from "../../../test/fixtures/services.ts";

const page = "<!doctype html><title>Keymoor</title>";
/** What a browser sends when somebody follows a link. */
const browser = { authorization: "", accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

describe("the console", () => {
  let folder: string;
  let api: ApiFixture;
  let unbuilt: ApiFixture;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "keymoor-console-"));
    mkdirSync(join(folder, "assets"));
    for (const [name, content] of Object.entries({
      "index.html": page,
      "favicon.svg": "<svg/>",
      ".env": "no",
      "assets/main-4f2a.js": "as it is",
      "assets/main-4f2a.js.br": "by brotli",
      "assets/main-4f2a.js.gz": "by gzip",
      "assets/inter-77aa.woff2": "a font",
      "assets/main-4f2a.js.map": "no",
    })) {
      writeFileSync(join(folder, name), content);
    }
    writeFileSync(join(folder, "../keymoor-outside.js"), "no");
    api = await openApi({ consoleFolder: folder });
    unbuilt = await openApi({ consoleFolder: join(folder, "nowhere") });
  });
  afterAll(async () => {
    await api.close();
    await unbuilt.close();
    rmSync(folder, { recursive: true });
    rmSync(join(tmpdir(), "keymoor-outside.js"));
  });

  const get = (path: string, headers: Readonly<Record<string, string>> = {}, method = "GET") =>
    api.send(method, path, undefined, { authorization: "", ...headers });

  it("is one page, which browsers get at the root and wherever nothing else stands", async () => {
    for (const path of [
      "/",
      "/?a=b",
      "/sign-in",
      "/invite",
      "/environments/env-abc123/connections/my.openai",
      "/sql-workspace",
      "//",
    ]) {
      const answer = await get(path, browser);
      expect([path, answer.status, answer.text]).toEqual([path, 200, page]);
      expect(answer.headers).toMatchObject({
        "content-type": "text/html; charset=utf-8",
        "cache-control": "no-store",
        "content-length": String(page.length),
      });
    }
  });

  it("loads nothing from other hosts, runs nothing that stands in the page, and is framed by nobody", async () => {
    const { headers } = await get("/", browser);
    expect(headers["content-security-policy"]).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
    });
  });

  it("is counted as one route, whatever its path", async () => {
    await get("/people/own/words", browser);
    await get("/people/own/words");
    const metrics = (await api.send("GET", "/metrics")).text;
    expect(metrics).toMatch(/keymoor_http_requests_total\{.*route="console".*\} \d/);
    expect(metrics).not.toContain("words");
  });

  it("answers HEAD without the page", async () => {
    const answer = await get("/access", browser, "HEAD");
    expect([answer.status, answer.text, answer.headers["content-length"]]).toEqual([
      200,
      "",
      `${page.length}`,
    ]);
  });

  it("is not what programs get, who ask for anything or for JSON", async () => {
    for (const accept of ["*/*", "application/json", "text/html;q=0, */*", ""]) {
      const answer = await get("/environments", { accept });
      expect([accept, answer.status, answer.json.errors[0].code]).toEqual([accept, 404, "route_not_found"]);
    }
    expect((await get("/", browser, "POST")).json.errors[0].code).toBe("route_not_found");
  });

  it("leaves every path of the API to the API, known or not", async () => {
    for (const path of [
      "/sql/v1/nothing",
      "/sql",
      "/keymoor/v2",
      `/keymoor/v1/organizations/${organizationId}/nothing`,
      "/org/v3/environments",
      "/iam/v2/nothing",
      "/fcpm/v2",
      "/api",
      "/api/nothing",
      "/api/org/v2/nothing",
      "/x/confluent.cloud/api/org/v2/nothing",
      "/x/confluent.cloud",
      "/gateway/v1/info",
      "/openapi.json/x",
      "/docs/x",
      "/c",
      "/assets/missing.html",
    ]) {
      const answer = await get(path, browser);
      expect([path, answer.status, answer.json?.errors[0].code]).toEqual([path, 404, "route_not_found"]);
    }
    expect((await get("/docs", browser)).text).toContain("Keymoor API");
    expect((await get(`${keymoorV1}/connections`, browser)).status).toBe(401);
    const wrongMethod = await get(`${keymoorV1}/connection-checks`, browser);
    expect([wrongMethod.status, wrongMethod.json.errors[0].code]).toEqual([405, "method_not_allowed"]);
  });

  it("sends its files by the smallest encoding that is taken, to be kept for ever", async () => {
    for (const [accepted, encoding, text] of [
      ["gzip, deflate, br, zstd", "br", "by brotli"],
      ["gzip", "gzip", "by gzip"],
      ["br;q=0, gzip;q=0.5", "gzip", "by gzip"],
      ["br;q=0.000", undefined, "as it is"],
      ["identity", undefined, "as it is"],
      ["", undefined, "as it is"],
    ] as const) {
      const answer = await get("/assets/main-4f2a.js", { "accept-encoding": accepted });
      expect([accepted, answer.status, answer.text]).toEqual([accepted, 200, text]);
      expect(answer.headers["content-encoding"]).toBe(encoding);
      expect(answer.headers).toMatchObject({
        "content-type": "text/javascript; charset=utf-8",
        "cache-control": "public, max-age=31536000, immutable",
        vary: "accept-encoding",
        "x-content-type-options": "nosniff",
      });
    }
    const font = await get("/assets/inter-77aa.woff2", { "accept-encoding": "br" });
    expect([font.headers["content-type"], font.headers["content-encoding"], font.text]).toEqual([
      "font/woff2",
      undefined,
      "a font",
    ]);
    const head = await get("/assets/main-4f2a.js", { "accept-encoding": "br" }, "HEAD");
    expect([head.status, head.text, head.headers["content-length"]]).toEqual([200, "", "9"]);
  });

  it("has a browser ask again for files whose name says nothing of their content", async () => {
    const answer = await get("/favicon.svg");
    expect([answer.status, answer.text, answer.headers["cache-control"]]).toEqual([
      200,
      "<svg/>",
      "no-cache",
    ]);
    const { etag = "" } = answer.headers;
    expect((await get("/favicon.svg", { "if-none-match": `"x", W/${etag}` })).status).toBe(304);
    expect((await get("/favicon.svg", { "if-none-match": '"x"' })).status).toBe(200);
  });

  it("sends nothing but what was built for browsers", async () => {
    for (const path of [
      "/assets/../../keymoor-outside.js",
      "/assets/%2e%2e/%2e%2e/keymoor-outside.js",
      "/assets/..%2f..%2fkeymoor-outside.js",
      "/assets/..%5c..%5ckeymoor-outside.js",
      "/assets//etc/passwd",
      "/assets/%00",
      "/assets/__proto__",
      "/assets/main-4f2a.js.br",
      "/assets/main-4f2a.js.map",
      "/assets/",
      "/assets",
      "/.env",
      "/index.html",
    ]) {
      const answer = await get(path);
      expect([path, answer.status, answer.json.errors[0].code]).toEqual([path, 404, "route_not_found"]);
    }
  });

  it("says that a file of an earlier build is gone", async () => {
    const gone = join(folder, "assets/gone-1111.js");
    writeFileSync(gone, "x");
    const late = await openApi({ consoleFolder: folder });
    rmSync(gone);
    const answer = await late.send("GET", "/assets/gone-1111.js");
    await late.close();
    expect([answer.status, answer.json.errors[0].code]).toEqual([404, "route_not_found"]);
  });

  it("that is not built says so, and what to do", async () => {
    for (const path of ["/", "/sign-in", "/invite"]) {
      const answer = await unbuilt.send("GET", path, undefined, browser);
      expect([answer.status, answer.text]).toEqual([404, expect.stringContaining("npm run build")]);
      expect(answer.headers["content-security-policy"]).toMatch(/^default-src 'none'/);
    }
    const program = await unbuilt.send("GET", "/", undefined, { accept: "*/*" });
    expect([program.status, program.json.errors[0].code]).toEqual([404, "route_not_found"]);
  });
});
