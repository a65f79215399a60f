import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type ApiFixture,
  addComputePool,
  environmentId,
  openApi,
  openaiBody,
  sqlV1,
} from "../../../test/fixtures/services.ts";

const path = `${sqlV1}/statements`;
const recorded = "Recorded, not executed: no engine is attached.";

describe("where statements are recorded", () => {
  let api: ApiFixture;
  let number = 0;
  beforeAll(async () => {
    api = await openApi({ settings: { statements: "record" } });
    await addComputePool(api.services, {
      id: "lfcp-2",
      name: "p",
      environmentId,
      cloud: "aws",
      region: "us-east-1",
    });
    await api.send("POST", `${sqlV1}/connections`, openaiBody("c1"));
  });
  afterAll(() => api.close());

  const run = async (statement: string, spec: object = {}) => {
    number += 1;
    const name = `r-${number}`;
    return { name, ...(await api.send("POST", path, { name, spec: { statement, ...spec } })) };
  };

  it.each([
    ["SELECT * FROM t", "SELECT", false],
    ["WITH x AS (SELECT 1) SELECT * FROM x", "SELECT", false],
    ["INSERT INTO t SELECT * FROM s;", "INSERT_INTO", false],
    ["INSERT OVERWRITE t SELECT 1", "INSERT_OVERWRITE", false],
    [
      "EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT 1; INSERT INTO b SELECT 2; END;",
      "STATEMENT_SET",
      false,
    ],
    ["EXECUTE PLAN '/x.json'", "EXECUTE_PLAN", false],
    ["UPDATE t SET a = 1", "UPDATE", true],
    ["DELETE FROM t WHERE a = 1", "DELETE", true],
  ])("one that goes on is RUNNING: %s", async (text, kind, isBounded) => {
    const { status, json } = await run(text);
    expect([status, json.status.phase, json.status.detail]).toEqual([201, "RUNNING", recorded]);
    expect(json.status.traits).toMatchObject({ sql_kind: kind, is_bounded: isBounded });
    expect(json.spec.statement).toBe(text);
  });

  it.each([
    "SHOW TABLES",
    "DESCRIBE t",
    "USE CATALOG x",
    "SET 'a' = 'b'",
    "CREATE DATABASE d",
    "EXPLAIN SELECT 1",
    "ADD JAR '/x.jar'",
    "CREATE TABLE t (a INT)",
    "DROP VIEW v",
  ])("one that ends is COMPLETED: %s", async (text) => {
    const { json } = await run(text);
    expect([json.status.phase, json.status.detail, json.status.traits.is_bounded]).toEqual([
      "COMPLETED",
      recorded,
      true,
    ]);
  });

  it("one that reads what is called connection is masked, and recorded", async () => {
    const { json } = await run("SELECT connection FROM t");
    expect([json.status.phase, json.spec.statement]).toEqual([
      "RUNNING",
      "'******' connection FROM '******'",
    ]);
  });

  it("one that goes on has no rows yet, and no exceptions", async () => {
    const { name } = await run("SELECT 1");
    const results = await api.send("GET", `${path}/${name}/results`);
    expect([results.json.results.data, results.json.metadata.next]).toEqual([[], ""]);
    expect((await api.send("GET", `${path}/${name}/exceptions`)).json.data).toEqual([]);
  });

  it("one that goes on is stopped and resumed, by PUT of the whole object and by PATCH", async () => {
    const { name, json } = await run("INSERT INTO t SELECT * FROM s", {
      properties: { "sql.secrets.x": "hidden", a: "b" },
    });
    const put = (object: typeof json, stopped: boolean) =>
      api.send("PUT", `${path}/${name}`, { ...object, spec: { ...object.spec, stopped } });
    const stopped = await put(json, true);
    expect([stopped.status, stopped.json.status.phase, stopped.json.spec.stopped]).toEqual([
      202,
      "STOPPED",
      true,
    ]);
    expect((await api.send("GET", `${path}/${name}`)).json.status.phase).toBe("STOPPED");
    const resumed = await put(stopped.json, false);
    expect([resumed.json.status.phase, resumed.json.spec]).toEqual(["RUNNING", json.spec]);
    for (const [value, phase] of [
      [true, "STOPPED"],
      [false, "RUNNING"],
    ] as const) {
      const patched = await api.send("PATCH", `${path}/${name}`, [
        { op: "replace", path: "/spec/stopped", value },
      ]);
      expect([patched.status, patched.json.status.phase]).toEqual([200, phase]);
    }
  });

  it("labels and pool change without a change of phase", async () => {
    const { name } = await run("SELECT 1");
    const patched = await api.send("PATCH", `${path}/${name}`, [
      { op: "add", path: "/metadata/labels/team", value: "x" },
      { op: "replace", path: "/spec/compute_pool_id", value: "lfcp-2" },
    ]);
    expect(patched.json).toMatchObject({ spec: { compute_pool_id: "lfcp-2" }, status: { phase: "RUNNING" } });
  });

  it("a connection in a hint is judged as in a definition", async () => {
    const text = (connection: string) => `SELECT * FROM t /*+ OPTIONS('x.connection'='${connection}') */`;
    const { json } = await run(text("c1"));
    expect([json.status.phase, json.status.traits.connection_refs]).toEqual(["RUNNING", ["c1"]]);
    const missing = await run(text("nowhere"));
    expect([missing.json.status.phase, missing.json.status.detail]).toEqual([
      "FAILED",
      'Connection "nowhere" does not exist in aws.us-east-1 of this environment.',
    ]);
  });

  it.each([
    ["SELECT 1; SELECT 2", "sql_not_supported"],
    ["CREATE TABLE a (b INT); CREATE TABLE c (d INT)", "sql_not_supported"],
    ["SELECT 'unclosed", "sql_syntax"],
    ["hello", "sql_syntax"],
    ["", "sql_syntax"],
  ])("a text that is not one statement is refused: %s", async (text, code) => {
    const refused = await run(text);
    expect([refused.status, refused.json.errors[0].code]).toEqual([400, code]);
    expect((await api.send("GET", `${path}/${refused.name}`)).status).toBe(404);
  });

  it("connection statements run as ever", async () => {
    expect((await run("SHOW CONNECTIONS")).json.status).toMatchObject({ phase: "COMPLETED", detail: "" });
  });
});
