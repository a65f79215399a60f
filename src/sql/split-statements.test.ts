import { describe, expect, test } from "vitest";
import { splitStatements } from "./split-statements.ts";

const texts = (text: string) => splitStatements(text).statements.map((statement) => statement.text);

describe("splitting a text into statements", () => {
  test("cuts behind each semicolon and keeps it", () => {
    expect(texts("SHOW CONNECTIONS; DROP CONNECTION c;")).toEqual([
      "SHOW CONNECTIONS;",
      "DROP CONNECTION c;",
    ]);
  });

  test("semicolons in quotes, names and comments cut nothing", () => {
    const text = "CREATE CONNECTION `a;b` -- one; two\n COMMENT 'it''s; here' /* ; */ WITH (\"x;y\");";
    expect(texts(text)).toEqual([text]);
  });

  test("a hint is no comment: its semicolon cuts", () => {
    expect(texts("SELECT /*+ x; */ 1;")).toEqual(["SELECT /*+ x;", "*/ 1;"]);
  });

  test("comments between statements and empty statements belong to none", () => {
    expect(splitStatements("-- head; er\n\n;; SHOW CONNECTIONS; -- done\n/* ; */")).toEqual({
      statements: [{ text: "SHOW CONNECTIONS;", start: 16, line: 3 }],
      rest: undefined,
    });
  });

  test("what follows the last semicolon is the rest, with its line", () => {
    expect(splitStatements("SHOW CONNECTIONS;\n\nDROP\nCONNECTION c \n").rest).toEqual({
      text: "DROP\nCONNECTION c \n",
      start: 19,
      line: 3,
    });
  });

  test.each(["'open; ", "`open; ", '"open; ', "/* open; "])("%j stays open to the end", (text) => {
    expect(splitStatements(text)).toEqual({ statements: [], rest: { text, start: 0, line: 1 } });
  });
});
