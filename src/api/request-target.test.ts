import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type ApiFixture,
  environmentId,
  keymoorV1,
  openApi,
  openaiBody,
  sqlV1,
} from "../../test/fixtures/services.ts";
import { canonicalTarget, routedTarget } from "./request-target.ts";

const prefixes = [
  "/confluent.cloud",
  "/x/y/foo.confluent.cloud",
  "/a.confluent.cloud/b/confluent.cloud",
  "/keymoor/confluent.cloud",
];
const groups = ["org", "iam", "fcpm", "sts", "endpoint", "networking", "metadata"];

describe("the target of a request", () => {
  it.each(groups)(
    "reaches /%s at the root, under /api, and both behind a path of confluent.cloud",
    (group) => {
      const path = `/${group}/v2/things?page_size=100`;
      for (const prefix of ["", ...prefixes]) {
        expect(routedTarget(`${prefix}${path}`)).toBe(path);
        expect(routedTarget(`${prefix}/api${path}`)).toBe(path);
      }
    },
  );

  it.each([
    "/api/login/realm?email=a%40example.com",
    "/api/sessions",
    "/api/me",
    "/api/access_tokens",
    "/api/users",
    "/api/service_accounts",
    "/api/cli/v1/usages",
    "/api/growth/v1/free-trial-info",
  ])("keeps the /api of %s, which is its name, and loses what stands before it", (path) => {
    for (const prefix of ["", ...prefixes]) expect(routedTarget(`${prefix}${path}`)).toBe(path);
  });

  it.each([
    ["//sql/v1/x", "/sql/v1/x"],
    ["///confluent.cloud//sql/v1/x", "/sql/v1/x"],
    ["/confluent.cloud///api//org/v2/x", "/org/v2/x"],
    ["http://host.confluent.cloud/api/org/v2/x", "/org/v2/x"],
    ["https://host/confluent.cloud/api/me?a=b", "/api/me?a=b"],
    ["https://host", "/"],
    ["https://host?a=b", "/?a=b"],
  ])("is read from %s as %s", (target, path) => {
    expect(routedTarget(target)).toBe(path);
  });

  it.each([
    "/sql/v1/organizations/o/environments/e/connections/x.confluent.cloud",
    "/sql/v1/organizations/o/environments/e/statements/x.confluent.cloud/api/me",
    "/keymoor/v1/organizations/o/environments/e/connections/x.confluent.cloud/checks",
    "/gateway/v1/confluent.cloud/api/me",
    "/org/v2/environments?next=/confluent.cloud/api/me",
    "/x?y=/confluent.cloud/sql/v1",
    "/confluent.cloud?/api/me",
    // Neither ours to answer at the root nor behind such a path.
    "/confluent.cloud",
    "/confluent.cloud/",
    "/confluent.cloud/keymoor/v1/whoami",
    "/confluent.cloud/metrics",
    "/confluent.cloud/c/x/y",
    "/confluent.cloud/organizations",
    "/confluent.cloudy/api/me",
    "/Confluent.Cloud/api/me",
    "/api",
    "/api/",
    "/api/organizations",
    "/api/sql/v1/x",
    "*",
  ])("stays as it is where it is %s", (target) => {
    expect(routedTarget(target)).toBe(target);
  });

  it("of a call is cut behind the name, whatever the rest of it looks like", () => {
    const call = "/c/x.confluent.cloud/api/org/v2/y?/confluent.cloud/sql/";
    expect([routedTarget(call), canonicalTarget(call)]).toEqual(["/c/x.confluent.cloud", call]);
    const long = `/keymoor/v1/organizations/o/environments/e/connections/x/call/confluent.cloud/api/me`;
    expect(canonicalTarget(long)).toBe(long);
  });

  it("is read in time that grows with its length", () => {
    // 16 KiB is the most that Node reads; were any of it read anew for each of its parts, these would take minutes.
    for (const part of [
      "/confluent.cloud/",
      "confluent.cloud",
      "/",
      "/api/",
      "confluent.cloud//////////",
      "?/",
    ])
      expect(canonicalTarget(`/${part.repeat(300_000)}`)).toMatch(/^\//);
  });
});

describe("behind a path of confluent.cloud", () => {
  let api: ApiFixture;
  beforeAll(async () => {
    api = await openApi();
    await api.send("POST", `${sqlV1}/connections`, openaiBody("x.confluent.cloud"));
  });
  afterAll(() => api.close());

  it.each([
    "/org/v2/environments",
    `/org/v2/environments/${environmentId}`,
    "/fcpm/v2/regions?cloud=AWS&region_name=us-east-1&page_size=100",
    `/fcpm/v2/compute-pools?environment=${environmentId}`,
    `${sqlV1}/connections`,
    `${sqlV1}/connections/x.confluent.cloud`,
  ])("GET %s is the same answer", async (path) => {
    const plain = await api.send("GET", path);
    expect(plain.status).toBe(200);
    const under = path.startsWith("/sql/") ? [] : ["/api", ...prefixes.map((prefix) => `${prefix}/api`)];
    for (const prefix of [...prefixes, ...under]) {
      const { status, text } = await api.send("GET", prefix + path);
      expect([prefix, status, text]).toEqual([prefix, 200, plain.text]);
    }
  });

  it("a method that a path does not take is 405, and a path that is none is 404", async () => {
    const refused = await api.send("DELETE", "/confluent.cloud/api/org/v2/environments");
    expect([refused.status, refused.headers.allow]).toEqual([405, "GET, HEAD, POST"]);
    for (const path of ["/confluent.cloud/api/org/v2/nothing", "/api/nothing", "/confluent.cloud"]) {
      const { status, json } = await api.send("GET", path);
      expect([path, status, json.errors[0].code]).toEqual([path, 404, "route_not_found"]);
    }
  });

  it("stands no call, and no path of our own", async () => {
    for (const path of ["/c/x.confluent.cloud/y", `${keymoorV1}/connections`, "/metrics", "/health"])
      expect([path, (await api.send("GET", `/confluent.cloud${path}`)).status]).toEqual([path, 404]);
  });

  it("the key is judged as anywhere else", async () => {
    const { status } = await api.send("GET", "/confluent.cloud/api/org/v2/environments", undefined, {
      authorization: "Basic eDp5",
    });
    expect(status).toBe(401);
  });
});
