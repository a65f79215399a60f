import fc from "fast-check";
import { expect, test } from "vitest";
import { KeymoorError } from "../errors.ts";
import { namedConnections } from "./named-connections.ts";
import { parseDefinition } from "./parse-definition.ts";
import { countWork } from "./work-meter.fixture.ts";

// What is read and what is refused stands in examples/.

test("connections tell where their names stand", () => {
  const { connections } = parseDefinition("CREATE FUNCTION f AS 'x'\n  USING CONNECTIONS (db.c1,\r\n 'c2')");
  expect(connections.map(({ name }) => name)).toEqual([
    { name: "c1", database: "db", position: { line: 2, column: 22 } },
    { name: "c2", position: { line: 3, column: 2 } },
  ]);
});

test("options outside of a list, in comments and in columns name nothing", () => {
  for (const text of [
    "CREATE VIEW v AS SELECT a FROM t WHERE ('x.connection' = 'c')",
    "CREATE TABLE t (a STRING COMMENT 'x.connection', b INT) COMMENT 'c' WITH ('connector' = 'y')",
    "CREATE TABLE t (a INT) WITH (/* 'x.connection' = 'c' */ 'connector' = 'y')",
    "CREATE TABLE t (a INT) WITH ('connector' = 'x.connection', 'y' = 'z')",
    "CREATE TABLE t WITH ('connector' = 'y') AS SELECT b FROM s WHERE a IN (1) AND ('x.connection' = 'c')",
  ]) {
    expect(parseDefinition(text).connections, text).toEqual([]);
  }
});

test("any text is read or refused with a place, never anything else", () => {
  const word = fc.constantFrom(
    ..."CREATE OR REPLACE ALTER DROP TEMPORARY TABLE VIEW FUNCTION AGENT IF NOT EXISTS WITH SET RESET RENAME TO USING CONNECTION CONNECTIONS AS ( ) , = ; . 'x.connection' 'c' `a` t -- /* */ OPTIONS".split(
      " ",
    ),
  );
  const text = fc.oneof(
    fc.array(word, { maxLength: 20 }).map((words) => `CREATE TABLE ${words.join(" ")}`),
    fc.array(word, { maxLength: 20 }).map((words) => words.join(" ")),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(text, (given) => {
      for (const read of [parseDefinition, namedConnections]) {
        try {
          read(given);
        } catch (error) {
          expect(error).toBeInstanceOf(KeymoorError);
          expect(error).toHaveProperty("details.position.line");
        }
      }
    }),
    { numRuns: 3000 },
  );
});

test("reading costs a bounded number of looks at each character", () => {
  for (const part of [
    ",'x.connection'='c'",
    ",'x'='y'\n",
    "('a'='b')",
    " WITH (",
    "--\n",
    "/**/",
    "''",
    "(",
    ")",
    " USING CONNECTION c",
    " USING CONNECTIONS (a,'b')",
  ]) {
    const text = `CREATE TABLE t WITH ('y'='z'${part.repeat(100_000 / part.length)})`;
    expect(countWork(() => tryParse(text)) / text.length, part).toBeLessThan(100);
  }
});

function tryParse(text: string): unknown {
  try {
    return parseDefinition(text);
  } catch (error) {
    return error;
  }
}
