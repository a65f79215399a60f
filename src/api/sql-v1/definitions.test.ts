import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type ApiFixture,
  addComputePool,
  basicOf,
  environmentId,
  keymoorV1,
  openApi,
  openaiBody,
  principals,
  sqlV1,
} from "../../../test/fixtures/services.ts";

const path = `${sqlV1}/statements`;
const asFlink = (name: Parameters<typeof basicOf>[0]) => ({ authorization: basicOf(name, "flink") });

describe("definitions by REST", () => {
  let api: ApiFixture;
  let number = 0;
  beforeAll(async () => {
    api = await openApi();
    await addComputePool(api.services, {
      id: "lfcp-1",
      name: "p",
      environmentId,
      cloud: "aws",
      region: "us-east-1",
    });
    for (const name of ["c1", "c2", "c.3"]) {
      await api.send("POST", `${sqlV1}/connections`, openaiBody(name));
    }
    const elsewhere = { "keymoor-region": "aws.eu-west-1" };
    await api.send("POST", `${sqlV1}/connections`, openaiBody("far"), elsewhere);
  });
  afterAll(() => api.close());

  /** In a statement of its own: `d-1`, `d-2` ... */
  const define = async (statement: string, spec: object = {}, headers: Record<string, string> = {}) => {
    number += 1;
    const name = `d-${number}`;
    return { name, ...(await api.send("POST", path, { name, spec: { statement, ...spec } }, headers)) };
  };
  const dependants = async (connection: string) => {
    const { json } = await api.send("GET", `${keymoorV1}/connections/${connection}/dependants?page_size=100`);
    return json.data.map(
      ({ object_kind, object_name, named_by }: Record<string, string>) =>
        `${object_kind} ${object_name} ${named_by}`,
    ) as string[];
  };

  it.each([
    [
      "CREATE_TABLE",
      "CREATE TABLE t1 (a INT) WITH ('connector'='mongodb', 'MongoDB.Connection' = 'c1', 'b.connection'='c2')",
    ],
    ["CREATE_MODEL", "CREATE MODEL IF NOT EXISTS m1 WITH ('openai.connection'='c1','mcp.connection'='c2')"],
    ["CREATE_FUNCTION", "CREATE FUNCTION f1 AS 'F' USING CONNECTIONS (c1, 'c2', `default`.db.`c1`);"],
    ["CREATE_TOOL", "create or replace tool t1 using connection c1 with ('b.connection' = 'c2')"],
    ["ALTER_AGENT", "ALTER AGENT a1 SET ('a.connection'='c1', 'b.connection'='c2')"],
    ["CREATE_VIEW", "CREATE VIEW v1 AS SELECT 1 /*+ OPTIONS('x.connection'='c1','y.connection'='c2') */"],
  ])("are COMPLETED with the connections that they name: %s", async (kind, text) => {
    const { status, json } = await define(text);
    expect([status, json.status.phase, json.status.detail]).toEqual([
      201,
      "COMPLETED",
      "Recorded, not executed: no engine is attached.",
    ]);
    expect(json.status.traits).toMatchObject({ sql_kind: kind, connection_refs: ["c1", "c2"] });
  });

  it("come back byte for byte with their properties, so that a plan stays empty; only secrets are masked", async () => {
    const statement =
      "\r\n-- a model\nCREATE MODEL  `m-2` INPUT (a STRING)\tWITH ('provider'='openai','openai.connection' = 'c1', 'task'='x');\n\n";
    const properties = {
      "sql.current-catalog": "default",
      "sql.current-database": "my db",
      "sql.secrets.key": "sk-secret-1",
      "client.note": " kept as it is ",
    };
    const { name, json } = await define(statement, { properties, compute_pool_id: "lfcp-1" });
    const read = await api.send("GET", `${path}/${name}`);
    expect(read.json).toEqual(json);
    expect(read.json.spec).toEqual({
      statement,
      properties: { ...properties, "sql.secrets.key": "******" },
      compute_pool_id: "lfcp-1",
      principal: principals.organizationAdmin,
      stopped: false,
    });
    const masked = await define("CREATE TABLE s (a INT) WITH ('password'='sk-secret-2','x.connection'='c1')");
    expect(masked.json.spec.statement).toBe(
      "CREATE TABLE s (a INT) WITH ('password'='******','x.connection'='c1')",
    );
    expect(await dependants("c1")).toContain("MODEL `my db`.`m-2` openai.connection");
  });

  it("that name a connection which is not there are kept FAILED, saying which and where one is", async () => {
    const missing = await define("CREATE TOOL t USING CONNECTION nowhere");
    expect([missing.status, missing.json.status.phase, missing.json.status.detail]).toEqual([
      201,
      "FAILED",
      'Connection "nowhere" does not exist in aws.us-east-1 of this environment.',
    ]);
    const far = await define("CREATE TABLE t (a INT) WITH ('a.connection'='c1','b.connection'='far')");
    expect([far.json.status.phase, far.json.status.detail]).toEqual([
      "FAILED",
      'Connection "far" does not exist in aws.us-east-1 of this environment. There is one in aws.eu-west-1, and a statement uses those of its own region.',
    ]);
    expect(far.json.status.traits.connection_refs).toEqual(["c1", "far"]);
    const exceptions = await api.send("GET", `${path}/${far.name}/exceptions`);
    expect(exceptions.json.data[0].message).toBe(far.json.status.detail);
    expect(await dependants("c1")).not.toContain("TABLE t a.connection");
    const stopped = await api.send("PUT", `${path}/${far.name}`, { spec: { stopped: false } });
    expect(stopped.json.status.phase).toBe("FAILED");
  });

  it.each([
    ["CREATE TABLE my-table (a INT)", "sql_syntax", { line: 1, column: 16 }],
    ["CREATE TABLE (a INT)", "sql_syntax", { line: 1, column: 14 }],
    ["CREATE TOOL t USING CONNECTION", "sql_syntax", { line: 1, column: 31 }],
    ["CREATE TOOL t\nUSING CONNECTION elsewhere.db.c1", "invalid_name", { line: 2, column: 18 }],
    ["CREATE TABLE t (a INT) WITH ('a.connection'='sk secret')", "invalid_name", { line: 1, column: 45 }],
    ["CREATE TABLE t (a INT) WITH ('a.connection'='')", "invalid_name", { line: 1, column: 45 }],
    [`CREATE TABLE ${"t".repeat(513)} (a INT)`, "invalid_name", undefined],
    [
      `CREATE FUNCTION f AS 'F' USING CONNECTIONS (${Array(101).fill("c1").join()})`,
      "sql_not_supported",
      undefined,
    ],
  ])("that do not read are refused, and nothing is kept: %.60s", async (text, code, place) => {
    const refused = await define(text);
    expect([refused.status, refused.json.errors[0].code]).toEqual([400, code]);
    if (place !== undefined) expect(refused.json.errors[0].source).toMatchObject(place);
    expect(refused.text).not.toContain("sk secret");
    expect((await api.send("GET", `${path}/${refused.name}`)).status).toBe(404);
  });

  it("take the right to use what they name, also of the principal they run as", async () => {
    const text = "CREATE MODEL m9 WITH ('openai.connection'='c1')";
    expect((await define(text, {}, asFlink("flinkDeveloper"))).json.status.phase).toBe("COMPLETED");
    const refused = await define(text, { principal: principals.nobody });
    expect([refused.status, refused.json.errors[0].code]).toEqual([403, "user_unauthorized"]);
    expect((await api.send("GET", `${path}/${refused.name}`)).status).toBe(404);
    // Whether it is there is told to nobody who may not use it.
    const unknown = await define(text.replace("c1", "nowhere"), { principal: principals.nobody });
    expect(unknown.json.errors[0].detail).toBe(refused.json.errors[0].detail);
    const none = await define("CREATE TABLE t0 (a INT)", { principal: principals.nobody });
    expect(none.json.status.phase).toBe("COMPLETED");
  });

  it("are audited, and so is whose connection they name", async () => {
    const { name } = await define("CREATE TOOL audited USING CONNECTION `c.3`");
    await api.services.store.flush();
    const events = async (query: string) =>
      (await api.send("GET", `/keymoor/v1/audit-events?${query}`)).json.data;
    expect((await events(`resource_name=${name}`))[0]).toMatchObject({
      action: "statement.create",
      outcome: "done",
    });
    expect((await events("action=connection.name"))[0]).toMatchObject({
      resource_name: "c.3",
      principal: principals.organizationAdmin,
      outcome: "done",
    });
  });

  it("of a taken name are 409, whatever they name", async () => {
    const { name } = await define("CREATE TABLE taken (a INT)");
    for (const statement of ["CREATE TABLE u (a INT)", "CREATE TOOL u USING CONNECTION nowhere"]) {
      const again = await api.send("POST", path, { name, spec: { statement } });
      expect([again.status, again.json.errors[0].code]).toEqual([409, "statement_already_exists"]);
    }
  });

  it("are stopped and resumed, COMPLETED again", async () => {
    const { name, json } = await define("CREATE TOOL stopped USING CONNECTION c1");
    const put = (stopped: boolean) =>
      api.send("PUT", `${path}/${name}`, {
        ...json,
        metadata: { ...json.metadata, resource_version: "" },
        spec: { ...json.spec, stopped },
      });
    expect((await put(true)).json.status.phase).toBe("STOPPED");
    expect((await put(false)).json.status.phase).toBe("COMPLETED");
  });

  describe("tell what depends on a connection", () => {
    const database = { properties: { "sql.current-database": "db" } };
    const ofObject = async (connection: string, object: string) =>
      (await dependants(connection)).filter((line) => line.includes(`${object} `));

    it("through all that becomes of an object", async () => {
      const created = "CREATE TABLE life (a INT) WITH ('a.connection'='c1','b.connection'='c2')";
      await define(created, database);
      expect(await ofObject("c1", "db.life")).toEqual(["TABLE db.life a.connection"]);
      await define("ALTER TABLE `default`.db.life SET ('a.connection'='c2')");
      expect([await ofObject("c1", "db.life"), await ofObject("c2", "db.life")]).toEqual([
        [],
        ["TABLE db.life b.connection", "TABLE db.life a.connection"],
      ]);
      await define(`ALTER TABLE \`${environmentId}\`.db.life RESET ('B.CONNECTION', 'x')`);
      await define("ALTER TABLE db.life RENAME TO later");
      expect([await ofObject("c2", "db.life"), await ofObject("c2", "db.later")]).toEqual([
        [],
        ["TABLE db.later a.connection"],
      ]);
      await define("DROP TABLE IF EXISTS later", database);
      expect(await ofObject("c2", "db.later")).toEqual([]);
    });

    it("until their statement is deleted", async () => {
      const { name } = await define("CREATE MODEL brief WITH ('a.connection'='c1')");
      expect(await ofObject("c1", "brief")).toEqual(["MODEL brief a.connection"]);
      expect((await api.send("DELETE", `${path}/${name}`)).status).toBe(202);
      expect(await ofObject("c1", "brief")).toEqual([]);
    });

    it("with an object of one name and another database, or catalog, or kind, apart", async () => {
      for (const [kind, name] of [
        ["TABLE", "east.twin"],
        ["TABLE", "west.twin"],
        ["TABLE", "other.east.twin"],
        ["VIEW", "east.twin"],
      ] as const) {
        await define(`CREATE ${kind} ${name} WITH ('a.connection'='c1')`);
      }
      await define("DROP TABLE east.twin");
      expect((await ofObject("c1", "twin")).toSorted()).toEqual([
        "TABLE other.east.twin a.connection",
        "TABLE west.twin a.connection",
        "VIEW east.twin a.connection",
      ]);
    });
  });
});
