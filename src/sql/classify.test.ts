import { describe, expect, test } from "vitest";
import { classify } from "./classify.ts";
import { isConnectionStatement } from "./is-connection-statement.ts";

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
  // Masked strictly, and yet the engine's: they read or name something called so.
  ["SELECT connection FROM t", "connection", false],
  ["INSERT INTO t SELECT * FROM s /*+ OPTIONS('connector'='x') */", "connection", false],
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
  ["", "other", false],
  ["-- SELECT", "other", false],
] as const)("the statement %j", (text, kind, isOurs) => {
  test(`is masked as ${kind}`, () => {
    expect(classify(text)).toBe(kind);
  });

  test(isOurs ? "is never forwarded" : "is for an engine", () => {
    expect(isConnectionStatement(text)).toBe(isOurs);
  });
});
