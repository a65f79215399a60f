import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type ApiFixture,
  environmentId,
  keymoorV1,
  openApi,
  openaiBody,
  organizationId,
  principals,
  sqlV1,
} from "../../test/fixtures/services.ts";

/** Whatever is sent, it is answered by what the sender can mend, and never by a fault of ours. */
describe("hostile input", () => {
  let api: ApiFixture;
  beforeAll(async () => {
    api = await openApi();
    await api.send("POST", `${sqlV1}/connections`, openaiBody("c"));
    await api.send("POST", `${sqlV1}/statements`, { name: "s", spec: { statement: "SHOW CONNECTIONS" } });
  });
  afterAll(() => api.close());

  async function expectNoFault(method: string, path: string, body?: unknown): Promise<void> {
    const { status, text, headers } = await api.send(method, path, body, {
      "content-type": "application/json",
    });
    if (status < 500 && (text === "" || headers["content-type"]?.startsWith("application/json"))) return;
    throw new Error(`${method} ${path} ${JSON.stringify(body)} was answered ${status} ${text}`);
  }

  const values = fc.oneof(
    fc.constantFrom<unknown>(
      undefined,
      null,
      "",
      0,
      -1,
      true,
      [],
      {},
      "__proto__",
      "constructor",
      "\u0000",
      "\ud800",
    ),
    fc.jsonValue({ maxDepth: 3 }),
    fc.string({ unit: "binary", maxLength: 200 }),
  );

  /** A right body in which one place, at any depth, is something else or has something more. */
  function mutated(base: unknown): fc.Arbitrary<unknown> {
    if (typeof base !== "object" || base === null) return values;
    const keys = Object.keys(base);
    const copy = (key: string, value: unknown) =>
      Array.isArray(base)
        ? base.map((item, index) => (String(index) === key ? value : item))
        : { ...base, [key]: value };
    return fc.oneof(
      values,
      fc
        .tuple(fc.oneof(fc.constantFrom(...keys), fc.string()), values)
        .map(([key, value]) => copy(key, value)),
      ...keys.map((key) => mutated((base as Record<string, unknown>)[key]).map((value) => copy(key, value))),
    );
  }

  const label = { op: "add", path: "/metadata/labels/a", value: "b" };
  const statement = {
    name: "t",
    spec: { statement: "DROP CONNECTION missing", properties: { a: "b" } },
    metadata: { labels: { a: "b" } },
  };

  it.each<[string, string, unknown]>([
    ["POST", `${sqlV1}/connections`, { ...openaiBody("c"), metadata: { resource_version: "1" } }],
    ["PUT", `${sqlV1}/connections/c`, { ...openaiBody("c"), metadata: { resource_version: "1" } }],
    ["POST", `${sqlV1}/statements`, statement],
    [
      "PUT",
      `${sqlV1}/statements/s`,
      { spec: { stopped: true, statement: "SHOW CONNECTIONS" }, metadata: { labels: { a: "b" } } },
    ],
    ["PATCH", `${sqlV1}/statements/s`, [label]],
    ["POST", `${keymoorV1}/use-tokens`, { name: "n", connections: ["c"], expires_in_seconds: 60 }],
    [
      "POST",
      "/org/v2/environments",
      { display_name: "e", stream_governance_config: { package: "ADVANCED" } },
    ],
    [
      "POST",
      "/fcpm/v2/compute-pools",
      {
        spec: {
          display_name: "p",
          cloud: "AWS",
          region: "us-east-1",
          max_cfu: 5,
          environment: { id: environmentId },
        },
      },
    ],
    ["PATCH", `/iam/v2/service-accounts/${principals.nobody}`, { display_name: "n", description: "d" }],
    [
      "POST",
      "/iam/v2/api-keys",
      {
        spec: {
          display_name: "k",
          owner: { id: principals.nobody },
          resource: { id: "aws.us-east-1", kind: "Region", environment: environmentId },
        },
      },
    ],
    [
      "POST",
      "/iam/v2/role-bindings",
      {
        principal: `User:${principals.nobody}`,
        role_name: "FlinkAdmin",
        crn_pattern: `crn://confluent.cloud/organization=${organizationId}/environment=${environmentId}`,
      },
    ],
  ])("in the body of %s %s", async (method, path, base) => {
    await fc.assert(
      fc.asyncProperty(mutated(base), (body) => expectNoFault(method, path, body)),
      { numRuns: 150 },
    );
  });

  it("in a text that is sent as JSON", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), (text) =>
        expectNoFault("POST", `${sqlV1}/connections`, text),
      ),
      { numRuns: 100 },
    );
  });

  it("in a query", async () => {
    const names = [
      "page_size",
      "page_token",
      "spec.connection_type",
      "label_selector",
      "spec.compute_pool_id",
      "compromised",
      "merge",
      "from",
      "outcome",
      "crn_pattern",
      "principal",
      "spec.owner",
      "spec.resource",
      "display_name",
      "namespace",
      "type",
    ];
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("1", "a", "%zz", "AAAA", "true", "__proto__"),
    );
    const query = fc.array(fc.tuple(fc.oneof(fc.constantFrom(...names), fc.string()), text), {
      maxLength: 4,
    });
    const paths = [
      `${sqlV1}/connections`,
      `${sqlV1}/statements`,
      `${sqlV1}/statements/s/results`,
      `${keymoorV1}/connections`,
      `${keymoorV1}/use-tokens`,
      "/keymoor/v1/audit-events",
      "/iam/v2/role-bindings",
      "/iam/v2/api-keys",
      "/iam/v2/service-accounts",
      "/metadata/security/v2alpha1/roles",
      "/endpoint/v1/endpoints",
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), query, (path, pairs) =>
        expectNoFault(
          "GET",
          `${path}?${pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&")}`,
        ),
      ),
      { numRuns: 300 },
    );
  });

  it("in a path", async () => {
    const path = fc.tuple(
      fc.constantFrom(`${sqlV1}/connections/`, `${sqlV1}/statements/`, "/iam/v2/api-keys/", "/c/", "/"),
      fc.string({ unit: "binary" }),
    );
    await fc.assert(
      fc.asyncProperty(path, async ([start, rest]) => {
        await expectNoFault("GET", `${start}${encode(rest)}`);
        await expectNoFault("DELETE", `${start}${rest.replace(/[^!-~]/g, "%")}`);
      }),
      { numRuns: 200 },
    );
    expect((await api.send("GET", `${sqlV1}/connections/c`)).status).toBe(200);
  });
});

/** `encodeURIComponent`, which takes lone surrogates too. */
function encode(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString());
}
