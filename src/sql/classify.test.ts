import { describe, expect, test } from "vitest";
import { classify } from "./classify.ts";
import { isConnectionStatement } from "./is-connection-statement.ts";
import { sqlKind } from "./sql-kind.ts";
import { countWork } from "./work-meter.fixture.ts";

describe.each([
  ["CREATE CONNECTION c WITH ('k'='v')", "connection", true],
  ["  -- x\n(create /* y */ connection", "connection", true],
  ["DROP CONECTION c", "connection", true],
  ["SHOW CREATE CONNECTION c", "connection", true],
  ["EXPLAIN CREATE CONNECTION c", "connection", true],
  ["DESC CONNECTION c", "connection", true],
  ["CREATECONNECTION c", "connection", true],
  ["hello", "connection", true],
  ["SELECT 'unclosed", "connection", true],
  ["SELECT 1 /* unclosed", "connection", true],
  ["SELECT \u00a0 1", "connection", true],
  ["CREATE TABLE t (a INT); CREATE CONNECTION c", "connection", true],
  ["CREATE TABLE t (a INT) CREATE CONNECTION c", "connection", true],
  ["SELECT 1; ALTER CONNECTION c SET ('k'='v')", "connection", true],
  ["CREATE SECRET s", "connection", true],
  ["DESCRIBE EXTENDED CONNECTION q1", "connection", true],
  ["DESC EXTENDED CONNECTION q1;", "connection", true],
  ["desc /* x */ extened conection `q1`", "connection", true],
  ["EXPLAIN EXTENDED CONNECTION q1", "connection", true],
  ["EXPLAIN PLAN FOR DROP CONNECTION q1", "connection", true],
  ["EXPLAIN CHANGELOG_MODE, PLAN_ADVICE DROP CONNECTION q1", "connection", true],
  ["SHOW EXTENDED CONNECTIONS", "connection", true],
  ["SHOW CRATE CONNECTION q1", "connection", true],
  ["USE CONNECTION q1", "connection", true],
  ["USE CONNECTION 'q1'", "connection", true],
  ["DELETE CONNECTION q1", "connection", true],
  ["ADD CONNECTION q1 WITH ('api-key'='v')", "connection", true],
  ["SET CONNECTION q1 ('api-key'='v')", "connection", true],
  ["RESET EXTENDED CONNECTION q1", "connection", true],
  ["UPDATE CONNECTION q1 SET ('api-key'='v')", "connection", true],
  ["UPDATE CONNECTION a.b.q1 WITH ('api-key'='v')", "connection", true],
  ["SELECT 1; USE CONNECTION q1", "connection", true],
  ["SELECT 1; DROP CONNECTION q1", "connection", true],
  ["SELECT 1 DROP CONNECTION IF EXISTS q1", "connection", true],
  // A table may be called so, but a connection without its name is likelier. Back-quotes tell them apart.
  ["DESCRIBE connection", "connection", true],
  ["DESCRIBE EXTENDED connection", "connection", true],
  ["DESCRIBE `connection`", "connection", false],
  // Masked strictly, and yet the engine's: they read or name something called so.
  ["SELECT connection FROM t", "connection", false],
  ["INSERT INTO t SELECT * FROM s /*+ OPTIONS('connector'='x') */", "connection", false],
  ["SELECT connection c FROM t", "connection", false],
  ["WITH connection AS (SELECT 1) SELECT * FROM connection c", "connection", false],
  ["TABLE connection ORDER BY a", "connection", false],
  ["USE connection", "connection", false],
  ["USE connection.sales", "connection", false],
  ["USE CATALOG connection", "connection", false],
  ["USE MODULES connection, core", "connection", false],
  ["DESCRIBE connection.sales", "connection", false],
  ["DESCRIBE FUNCTION connection", "connection", false],
  ["DESCRIBE EXTENDED connectors", "connection", false],
  ["SHOW COLUMNS FROM connection LIKE 'x'", "connection", false],
  ["SHOW PARTITIONS connection PARTITION (a=1)", "connection", false],
  ["EXPLAIN SELECT connection c FROM t", "connection", false],
  ["INSERT OVERWRITE connection SELECT 1", "connection", false],
  ["DELETE FROM connection WHERE a = 1", "connection", false],
  ["UPDATE connection SET a = 1", "connection", false],
  ["UPDATE connection c SET a = 1", "connection", false],
  ["CALL connection.refresh('x')", "connection", false],
  ["SET connection = 'x'", "connection", false],
  ["SET connection.timeout = 1", "connection", false],
  ["ALTER TABLE t DROP connection; SELECT 1", "connection", false],
  ["SHOW TABLES LIKE 'connection'", "connection", false],
  ["SHOW CREATE TABLE connection", "connection", false],
  ["CREATE CATALOG c WITH ('connection'='x')", "connection", false],
  ["CREATE TABLE a (b INT) WITH ('connector'='x'); CREATE TABLE c (d INT)", "connection", false],
  ["CREATE TABLE t (a INT) USING CONNECTION c WITH ('connector'='x')", "definition", false],
  ["create or replace temporary view connection as select 1;", "definition", false],
  ["CREATE TEMPORARY SYSTEM FUNCTION f AS 'x'", "definition", false],
  ["ALTER TABLE t DROP connection", "definition", false],
  ["DROP TOOL connection", "definition", false],
  ["ALTER AGENT a SET ('x'='connection')", "definition", false],
  ["CREATE MATERIALIZED TABLE t AS SELECT 1", "definition", false],
  ["SELECT 1", "other", false],
  ["(SELECT 1)", "other", false],
  ["SELECT my_connection FROM t", "other", false],
  ["CREATE DATABASE d", "other", false],
  // Nothing is said: ours to refuse.
  ["", "other", true],
  [" \n", "other", true],
  ["-- SELECT", "other", true],
  [";", "connection", true],
] as const)("the statement %j", (text, kind, isOurs) => {
  test(`is masked as ${kind}`, () => {
    expect(classify(text)).toBe(kind);
  });

  test(isOurs ? "is never forwarded" : "is for an engine", () => {
    expect(isConnectionStatement(text)).toBe(isOurs);
  });
});

test("what EXTENDED stands before is what a statement is about", () => {
  expect(sqlKind("DESC EXTENDED CONNECTION c")).toBe("DESCRIBE_CONNECTION");
  expect(sqlKind("DESC EXTENDED t")).toBe("DESCRIBE_TABLE");
});

test("finding whose a statement is costs a bounded number of looks at each character", () => {
  for (const part of [
    ";",
    "(",
    ";(",
    "DROP ",
    "EXTENDED ",
    ";UPDATE connection c ",
    ";USE /**/ connection",
    "--\n",
  ]) {
    const text = `SELECT connection ${part.repeat(100_000 / part.length)}`;
    expect(countWork(() => isConnectionStatement(text)) / text.length, part).toBeLessThan(100);
  }
});
