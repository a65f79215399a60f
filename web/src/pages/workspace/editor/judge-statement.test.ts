import { describe, expect, test } from "vitest";
import { judgeStatement } from "./judge-statement.ts";
import { vocabulary } from "./knowledge.fixture.ts";
import { inPlaceOf, suggestionIn } from "./suggestion.ts";

const judge = (text: string) => judgeStatement(text, vocabulary);

/** The statement with the offered word written. */
function fixed(text: string): string | undefined {
  const fault = judge(text);
  const suggestion = fault && suggestionIn(fault.message);
  if (fault === undefined || suggestion === undefined) return undefined;
  const { from, to } = fault.span;
  return text.slice(0, from) + inPlaceOf(text.slice(from, to), suggestion) + text.slice(to);
}

describe("squiggles", () => {
  test.each([
    ["ALTER CONNECTION c SET ('api-kye' = 'x')", "ALTER CONNECTION c SET ('api-key' = 'x')"],
    ["CREATE CONECTION c WITH ('type' = 'openai')", "CREATE CONNECTION c WITH ('type' = 'openai')"],
    ["CREATE CONNECTION c WTIH ('type' = 'openai')", "CREATE CONNECTION c WITH ('type' = 'openai')"],
  ])("%s offers the word that is meant", (text, expected) => {
    expect(fixed(text)).toBe(expected);
  });

  test.each([
    "CREATE CONNECTION c WITH ('type' = ",
    "CREATE CONNECTION c WITH ('type' = 'op",
    "DROP CONNECTION",
  ])("%s is not done rather than wrong", (text) => {
    expect(judge(text)).toMatchObject({ isUnfinished: true });
  });

  test.each([
    "SELECT * FROM t WHERE a = 'b'",
    "SHOW CONNECTIONS;",
    "CREATE TABLE t (a INT) WITH ('a' = 'b')",
  ])("%s has none", (text) => {
    expect(judge(text)).toBeUndefined();
  });

  test("where a type has one option, that one is offered", () => {
    expect(suggestionIn('Option "token" is not accepted. Accepted options: "api-key".')).toBe("api-key");
    expect(suggestionIn('It is not accepted. Accepted options: "a", or "b" and "c".')).toBeUndefined();
  });

  test("a table that names a connection badly has one, too", () => {
    expect(judge("CREATE TOOL t USING CONNECTION (a)")).toMatchObject({ isUnfinished: false });
  });
});
