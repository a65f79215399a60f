import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type ApiFixture,
  addComputePool,
  environmentId,
  openApi,
  openaiBody,
  organizationId,
  principals,
  publicUrl,
  sqlV1,
} from "../../../test/fixtures/services.ts";

const path = `${sqlV1}/statements`;

describe("statements by REST", () => {
  let api: ApiFixture;
  beforeAll(async () => {
    api = await openApi();
    for (const id of ["lfcp-1", "lfcp-2", "lfcp-9", "lfcp-a", "lfcp-b"])
      await addComputePool(api.services, { id, name: id, environmentId, cloud: "aws", region: "us-east-1" });
    await addComputePool(api.services, {
      id: "lfcp-west",
      name: "west",
      environmentId,
      cloud: "aws",
      region: "eu-west-1",
    });
  });
  afterAll(() => api.close());

  const run = (name: string, statement: string, more: object = {}) =>
    api.send("POST", path, { name, spec: { statement, ...more } });

  it("about connections have run when the POST is answered, their secrets masked", async () => {
    const text =
      "CREATE CONNECTION c1 WITH ('type'='openai','endpoint'='https://api.openai.com/v1/chat/completions','api-key'='sk-secret-1')";
    const created = await run("create-c1", text, {
      properties: { "sql.current-catalog": "default" },
      compute_pool_id: "lfcp-1",
    });
    expect([created.status, created.headers.location]).toEqual([201, `${publicUrl}${path}/create-c1`]);
    expect(created.json).toEqual({
      api_version: "sql/v1",
      kind: "Statement",
      metadata: {
        self: `${publicUrl}${path}/create-c1`,
        resource_name: `crn://confluent.cloud/organization=${organizationId}/environment=${environmentId}/flink-region=aws.us-east-1/statement=create-c1`,
        created_at: expect.stringMatching(/^[\d-]{10}T[\d:]{8}Z$/),
        updated_at: expect.any(String),
        uid: expect.any(String),
        resource_version: "1",
        labels: {},
      },
      name: "create-c1",
      organization_id: organizationId,
      environment_id: environmentId,
      spec: {
        statement: text.replace("sk-secret-1", "******"),
        properties: { "sql.current-catalog": "default" },
        compute_pool_id: "lfcp-1",
        principal: principals.organizationAdmin,
        stopped: false,
      },
      status: {
        phase: "COMPLETED",
        detail: 'Connection "c1" created.',
        traits: {
          sql_kind: "CREATE_CONNECTION",
          is_bounded: true,
          is_append_only: true,
          schema: { columns: [] },
          connection_refs: ["c1"],
        },
      },
    });
    expect((await api.send("GET", `${path}/create-c1`)).json).toEqual(created.json);
    expect((await api.send("GET", `${sqlV1}/connections/c1`)).status).toBe(200);
  });

  it("show their rows as results, a thousand on a page", async () => {
    const all = Array.from({ length: 1001 }, (_, n) => `n${String(n).padStart(4, "0")}`);
    await Promise.all(all.map((name) => api.send("POST", `${sqlV1}/connections`, openaiBody(name))));
    const shown = await run("show", "SHOW CONNECTIONS LIKE 'n%'");
    expect(shown.json.status.traits.schema.columns).toEqual([
      { name: "Name", type: { type: "VARCHAR", nullable: true, length: 2147483647 } },
    ]);
    const first = await api.send("GET", `${path}/show/results`);
    expect(first.json).toMatchObject({
      api_version: "sql/v1",
      kind: "StatementResult",
      metadata: { self: `${publicUrl}${path}/show/results` },
    });
    expect(first.json.results.data[0]).toEqual({ op: 0, row: ["n0000"] });
    expect(first.json.results.data).toHaveLength(1000);
    const second = await api.send("GET", first.json.metadata.next.replace(publicUrl, ""));
    expect([second.json.results.data, second.json.metadata.next]).toEqual([[{ op: 0, row: ["n1000"] }], ""]);
    const token = new URL(first.json.metadata.next).searchParams.get("page_token");
    await run("show-2", "SHOW CONNECTIONS");
    const foreign = await api.send("GET", `${path}/show-2/results?page_token=${token}`);
    expect(foreign.json.errors[0].code).toBe("invalid_page_token");
  });

  it("that fail say why in their detail and as an exception", async () => {
    const failed = await run("drop-missing", "DROP CONNECTION missing");
    expect([failed.status, failed.json.status.phase]).toEqual([201, "FAILED"]);
    const exceptions = await api.send("GET", `${path}/drop-missing/exceptions`);
    expect(exceptions.json.metadata).toEqual({
      self: `${publicUrl}${path}/drop-missing/exceptions`,
      next: "",
    });
    expect(exceptions.json.data).toEqual([
      {
        name: "StatementFailed",
        timestamp: failed.json.metadata.updated_at,
        message: failed.json.status.detail,
      },
    ]);
    expect((await api.send("GET", `${path}/drop-missing/results`)).json.results.data).toEqual([]);
    await run("show-fine", "SHOW CONNECTIONS");
    expect((await api.send("GET", `${path}/show-fine/exceptions`)).json.data).toEqual([]);
  });

  it("without a name get one, and a taken name is 409", async () => {
    const unnamed = await api.send("POST", path, { spec: { statement: "SHOW CONNECTIONS" } });
    expect(unnamed.status).toBe(201);
    expect(unnamed.json.name).toMatch(/^statement-\d{4}-\d\d-\d\d-\d{6}-[0-9a-f-]{36}$/);
    await run("twice", "SHOW CONNECTIONS");
    const again = await run("twice", "SHOW CONNECTIONS");
    expect([again.status, again.headers.location]).toEqual([409, `${publicUrl}${path}/twice`]);
  });

  it("of a taken name are told so alike, whether it was taken before or at the same moment", async () => {
    await run("held", "SHOW CONNECTIONS");
    const race = Array.from({ length: 8 }, () => run("raced", "SHOW CONNECTIONS"));
    const raced = (await Promise.all(race)).filter(({ status }) => status !== 201);
    expect(raced).toHaveLength(7);
    for (const [name, { status, headers, json }] of [
      ["held", await run("held", "SHOW CONNECTIONS")],
      ["held", await run("held", "SELECT 1")], // not looked up before it is stored
      ...raced.map((answer) => ["raced", answer] as const),
    ] as const) {
      expect([status, headers.location]).toEqual([409, `${publicUrl}${path}/${name}`]);
      expect(json.errors[0]).toMatchObject({
        code: "statement_already_exists",
        detail: `A statement "${name}" exists in this environment. Choose another name, or delete it first.`,
        source: { pointer: "/name" },
      });
    }
  });

  it("that are not understood are refused with line and column, and nothing is kept", async () => {
    const refused = await run(
      "broken",
      "CREATE CONNECTION c9 WITH ('type'='openai',\n 'ap-key'='sk-secret')",
    );
    expect([refused.status, refused.json.errors[0].source]).toEqual([
      400,
      expect.objectContaining({ line: 2, column: 2 }),
    ]);
    expect((await api.send("GET", `${path}/broken`)).status).toBe(404);
  });

  it("are stopped and resumed by sending back the whole object", async () => {
    const { json } = await run("stoppable", "SHOW CONNECTIONS", { properties: { a: "b" } });
    const stopped = await api.send("PUT", `${path}/stoppable`, {
      ...json,
      spec: { ...json.spec, stopped: true },
    });
    expect([stopped.status, stopped.json.status.phase, stopped.json.spec.stopped]).toEqual([
      202,
      "STOPPED",
      true,
    ]);
    const resumed = await api.send("PUT", `${path}/stoppable`, {
      ...stopped.json,
      spec: {
        ...stopped.json.spec,
        stopped: false,
        compute_pool_id: "lfcp-2",
        principal: principals.flinkAdmin,
      },
    });
    expect(resumed.json).toMatchObject({
      metadata: { resource_version: "3" },
      spec: { stopped: false, compute_pool_id: "lfcp-2", principal: principals.flinkAdmin },
      status: { phase: "COMPLETED" },
    });
    const stale = await api.send("PUT", `${path}/stoppable`, json);
    expect([stale.status, stale.json.errors[0].code]).toEqual([409, "resource_version_conflict"]);
    const rewritten = await api.send("PUT", `${path}/stoppable`, {
      spec: { statement: "DROP CONNECTION c1" },
    });
    expect(rewritten.json.errors[0].code).toBe("immutable_field");
    for (const [metadata, pointer] of [
      [{ uid: "00000000-0000-0000-0000-000000000000" }, "/metadata/uid"],
      [{ self: `${publicUrl}${path}/other` }, "/metadata/self"],
    ] as const) {
      const other = await api.send("PUT", `${path}/stoppable`, { spec: {}, metadata });
      expect([other.status, other.json.errors[0].code, other.json.errors[0].source]).toEqual([
        400,
        "contradiction",
        { pointer },
      ]);
    }
  });

  it("name a compute pool of their environment and region, or none", async () => {
    for (const [pool, sentence] of [
      ["lfcp-none", /does not exist in this environment/],
      ["lfcp-west", /aws\.eu-west-1.*aws\.us-east-1/],
    ] as const) {
      const { status, json } = await run("pooled", "SHOW CONNECTIONS", { compute_pool_id: pool });
      expect([status, json.errors[0].code, json.errors[0].source]).toEqual([
        400,
        "invalid_request",
        { pointer: "/spec/compute_pool_id" },
      ]);
      expect(json.errors[0].detail).toMatch(sentence);
    }
    expect((await run("pooled", "SHOW CONNECTIONS", { compute_pool_id: "" })).status).toBe(201);
    const moved = await api.send("PUT", `${path}/pooled`, { spec: { compute_pool_id: "lfcp-none" } });
    expect([moved.status, moved.json.errors[0].code]).toEqual([400, "invalid_request"]);
  });

  it("are listed by name, filtered by pool and labels", async () => {
    for (const [name, pool, labels] of [
      ["l-1", "lfcp-a", { team: "x" }],
      ["l-2", "lfcp-a", { team: "x", stage: "test" }],
      ["l-3", "lfcp-b", { team: "x" }],
    ] as const) {
      const body = {
        name,
        metadata: { labels },
        spec: { statement: "SHOW CONNECTIONS", compute_pool_id: pool },
      };
      expect((await api.send("POST", path, body)).json.metadata.labels).toEqual(labels);
    }
    const names = async (query: string) =>
      (await api.send("GET", `${path}?${query}`)).json.data.map(({ name }: { name: string }) => name);
    expect(await names("spec.compute_pool_id=lfcp-a")).toEqual(["l-1", "l-2"]);
    expect(await names("label_selector=team%3Dx,stage%3Dtest")).toEqual(["l-2"]);
    const first = await api.send("GET", `${path}?label_selector=team%3Dx&page_size=2`);
    const second = await api.send("GET", first.json.metadata.next.replace(publicUrl, ""));
    expect(second.json.data.map(({ name }: { name: string }) => name)).toEqual(["l-3"]);
    const bad = await api.send("GET", `${path}?label_selector=team!%3Dx`);
    expect([bad.status, bad.json.errors[0].code]).toEqual([400, "invalid_filter"]);
    const pairs = (count: number) => Array.from({ length: count }, (_, n) => `k${n}%3Dv`).join(",");
    expect(await names(`label_selector=${pairs(64)}`)).toEqual([]);
    const many = await api.send("GET", `${path}?label_selector=${pairs(65)}`);
    expect([many.status, many.json.errors[0].code]).toEqual([400, "invalid_filter"]);
  });

  describe("take labels and properties up to a limit", () => {
    const map = (keys: number, key: number, value: number) =>
      Object.fromEntries(
        Array.from({ length: keys }, (_, n) => [String(n).padStart(key, "k"), "v".repeat(value)]),
      );
    const labels = (...size: Parameters<typeof map>) => ({
      metadata: { labels: map(...size) },
      spec: { statement: "SHOW CONNECTIONS" },
    });
    const properties = (...size: Parameters<typeof map>) => ({
      spec: { statement: "SHOW CONNECTIONS", properties: map(...size) },
    });

    it("which they may reach", async () => {
      for (const [name, body] of [
        ["labels-full", labels(32, 128, 128)],
        ["labels-many", labels(64, 3, 1)],
        ["properties-full", properties(16, 128, 3968)],
        ["properties-many", properties(256, 128, 1)],
      ] as const) {
        expect([name, (await api.send("POST", path, { name, ...body })).status]).toEqual([name, 201]);
        expect([name, (await api.send("PUT", `${path}/${name}`, body)).status]).toEqual([name, 202]);
      }
    });

    it.each([
      [
        labels(65, 3, 1),
        'Field "metadata.labels" must be an object of at most 64 keys whose values are strings.',
      ],
      [
        labels(1, 129, 1),
        'A key in field "metadata.labels" must be a string of at most 128 characters, other than "__proto__".',
      ],
      [labels(1, 3, 257), 'A value in field "metadata.labels" must be a string of at most 256 characters.'],
      [
        properties(257, 3, 1),
        'Field "spec.properties" must be an object of at most 256 keys whose values are strings.',
      ],
      [
        properties(1, 129, 1),
        'A key in field "spec.properties" must be a string of at most 128 characters, other than "__proto__".',
      ],
      [
        properties(1, 3, 4097),
        'A value in field "spec.properties" must be a string of at most 4096 characters.',
      ],
    ])("and not pass", async (body, sentence) => {
      await run("limited", "SHOW CONNECTIONS");
      for (const answer of [
        await api.send("POST", path, { name: "beyond", ...body }),
        await api.send("PUT", `${path}/limited`, body),
      ]) {
        const [error] = answer.json.errors;
        expect([answer.status, error.code, error.detail]).toEqual([400, "invalid_request", sentence]);
      }
      expect((await api.send("GET", `${path}/beyond`)).status).toBe(404);
    });
  });

  it("of too many labels or properties in all are refused in one sentence", async () => {
    await run("limited-in-all", "SHOW CONNECTIONS");
    const over = (count: number, length: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, n) => [String(n).padStart(128, "k"), "\u00e9".repeat(length / 2)]),
      );
    const many = { ...over(32, 128), k: "" };
    for (const [answer, what, pointer] of [
      [
        await run("beyond-1", "SELECT 1", { properties: { ...over(16, 3968), k: "" } }),
        "properties",
        "/spec",
      ],
      [
        await api.send("POST", path, {
          name: "beyond-1",
          metadata: { labels: many },
          spec: { statement: "SHOW CONNECTIONS" },
        }),
        "labels",
        "/metadata",
      ],
      [
        await api.send("PUT", `${path}/limited-in-all`, { spec: {}, metadata: { labels: many } }),
        "labels",
        "/metadata",
      ],
      [
        await api.send("PATCH", `${path}/limited-in-all`, [
          { op: "add", path: "/metadata/labels", value: many },
        ]),
        "labels",
        "/metadata",
      ],
    ] as const) {
      const most = what === "labels" ? 8 : 64;
      expect([answer.status, answer.json.errors[0]]).toEqual([
        400,
        expect.objectContaining({
          code: "invalid_request",
          detail: `The ${what} of a statement have at most ${most} KiB, keys and values together.`,
          source: { pointer: `${pointer}/${what}` },
        }),
      ]);
    }
    expect((await api.send("GET", `${path}/beyond-1`)).status).toBe(404);
  });

  it("are gone after DELETE, with 202 and no body", async () => {
    await run("deletable", "SHOW CONNECTIONS");
    const deleted = await api.send("DELETE", `${path}/deletable`);
    expect([deleted.status, deleted.text, deleted.headers["content-type"]]).toEqual([202, "", undefined]);
    expect((await api.send("GET", `${path}/deletable`)).status).toBe(404);
    expect((await api.send("GET", `${path}/deletable/results`)).status).toBe(404);
  });

  describe("patched by JSON Patch", () => {
    const patch = (name: string, ...operations: object[]) =>
      api.send("PATCH", `${path}/${name}`, operations, { "content-type": "application/json-patch+json" });

    it("change what may change", async () => {
      await run("patched", "SHOW CONNECTIONS");
      const answer = await patch(
        "patched",
        { op: "test", path: "/metadata/resource_version", value: "1" },
        { op: "replace", path: "/spec/stopped", value: true },
        { op: "add", path: "/metadata/labels/team", value: "x" },
        { op: "replace", path: "/spec/compute_pool_id", value: "lfcp-9" },
      );
      expect(answer.json).toMatchObject({
        metadata: { labels: { team: "x" }, resource_version: "2" },
        spec: { stopped: true, compute_pool_id: "lfcp-9" },
        status: { phase: "STOPPED" },
      });
    });

    it.each([
      [{ op: "replace", path: "/spec/statement", value: "DROP CONNECTION c1" }, 400, "immutable_field"],
      [{ op: "replace", path: "/metadata/uid", value: "x" }, 400, "immutable_field"],
      [{ op: "replace", path: "/spec/stopped", value: "yes" }, 400, "invalid_request"],
      [{ op: "test", path: "/spec/stopped", value: true }, 409, "resource_version_conflict"],
      [{ op: "remove", path: "/metadata/labels/none" }, 400, "invalid_request"],
      [{ op: "add", path: "/metadata/labels/__proto__", value: { a: "b" } }, 400, "immutable_field"],
      [{ op: "add", path: "/metadata/labels/constructor/prototype/a", value: "b" }, 400, "immutable_field"],
      [{ op: "add", path: "/metadata/labels/a", value: { b: "c" } }, 400, "invalid_request"],
      [{ op: "move", path: "/spec/stopped", from: "/spec/principal" }, 400, "unknown_field"],
    ])("refuse %j", async (operation, status, code) => {
      await run("unpatched", "SHOW CONNECTIONS");
      const answer = await patch("unpatched", operation);
      expect([answer.status, answer.json.errors?.[0].code]).toEqual([status, code]);
      expect((await api.send("GET", `${path}/unpatched`)).json.metadata.resource_version).toBe("1");
    });

    it.each([
      ["a key too long", `/metadata/labels/${"~1".repeat(129)}`, "b", /128 characters/],
      ["a value too long", "/metadata/labels/a~1b", "v".repeat(257), /256 characters/],
      ["too many labels", "/metadata/labels", { ...Array(65).fill("") }, /64 keys/],
      ["a path too long", `/metadata/labels/${"~1".repeat(10_000)}`, "b", /"\[0\]\.path" .* 512 characters/],
    ])("refuse labels beyond their limits: %s", async (_, at, value, sentence) => {
      await run("unlabelled", "SHOW CONNECTIONS");
      const answer = await patch("unlabelled", { op: "add", path: at, value });
      expect([answer.status, answer.json.errors?.[0].code]).toEqual([400, "invalid_request"]);
      expect(answer.json.errors[0].detail).toMatch(sentence);
    });

    it.each(["add", "replace", "remove"])(
      "refuse to %s a label where the patch left no object, and log none of it",
      async (op) => {
        await run("no-labels", "SHOW CONNECTIONS");
        for (const value of ["sk-live-canary-123", 7, null, ["sk-live-canary-123"]]) {
          const answer = await patch(
            "no-labels",
            { op: "add", path: "/metadata/labels", value },
            { op, path: "/metadata/labels/a", ...(op !== "remove" && { value: "b" }) },
          );
          expect([answer.status, answer.json.errors?.[0].code]).toEqual([400, "invalid_request"]);
          expect(answer.text).not.toContain("canary");
        }
        expect(inspect(api.logged, { depth: null })).not.toContain("canary");
      },
    );

    it("test any value, and refuse what is nested without end", async () => {
      await run(
        "tested",
        "CREATE CONNECTION tested WITH ('type'='openai','endpoint'='https://a.example/v1/chat/completions','api-key'='k')",
      );
      const codeOfTest = async (value: unknown, at = "/status/traits/connection_refs") => {
        const { status, json } = await patch("tested", { op: "test", path: at, value });
        return [status, json.errors?.[0].code];
      };
      expect(await codeOfTest(["tested"])).toEqual([200, undefined]);
      expect(await codeOfTest(Array(100_000).fill(0))).toEqual([409, "resource_version_conflict"]);
      for (const at of ["name", "/none", "/name/length", "/metadata/toString", "/metadata/__proto__"]) {
        expect([at, ...(await codeOfTest(undefined, at))]).toEqual([at, 409, "resource_version_conflict"]);
      }
      const deep = `[{"op":"test","path":"/name","value":${"[".repeat(50_000)}${"]".repeat(50_000)}}]`;
      const answer = await api.send("PATCH", `${path}/tested`, deep);
      expect([answer.status, answer.json.errors[0].detail]).toEqual([
        400,
        "The body is nested more than 32 levels deep.",
      ]);
    });

    it("have at most 100 operations", async () => {
      await run("patched-often", "SHOW CONNECTIONS");
      const answer = await patch(
        "patched-often",
        ...Array.from({ length: 101 }, () => ({ op: "test", path: "/name", value: "patched-often" })),
      );
      expect([answer.status, answer.json.errors[0].detail]).toEqual([
        400,
        "The body must be a list of 1 to 100 items.",
      ]);
    });

    it("of a missing one are 404 before the patch is judged", async () => {
      expect((await patch("missing", { op: "nonsense" })).status).toBe(404);
    });
  });
});
