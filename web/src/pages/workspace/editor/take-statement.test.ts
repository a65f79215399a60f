import { describe, expect, test } from "vitest";
import { vocabulary } from "./knowledge.fixture.ts";
import { takeStatement } from "./take-statement.ts";

const text = `SHOW CONNECTIONS;

ALTER CONNECTION c SET ('api-key' = 'sk-secret'); DROP CONNECTION d`;

function take(cursor: number, whole = text) {
  return takeStatement(whole, cursor, vocabulary);
}

describe("the statement to run", () => {
  test.each([
    ["in it", text.indexOf("CONNECTIONS"), "SHOW CONNECTIONS;"],
    ["behind its semicolon", text.indexOf("ALTER") - 1, "SHOW CONNECTIONS;"],
    ["at the end, without a semicolon", text.length, "DROP CONNECTION d"],
  ])("is the one with the cursor %s", (_, cursor, expected) => {
    expect(take(cursor)).toMatchObject({ kind: "send", sent: { text: expected } });
  });

  test("before the first it is the first, and in an empty text there is none", () => {
    expect(take(0, "\n\nSHOW CONNECTIONS;")).toMatchObject({ sent: { text: "SHOW CONNECTIONS;", start: 2 } });
    expect(take(0, " -- nothing\n")).toEqual({ kind: "nothing" });
  });

  test("goes as it was typed, and stays masked", () => {
    const taken = take(text.indexOf("ALTER"));
    expect(taken).toMatchObject({
      sent: {
        text: "ALTER CONNECTION c SET ('api-key' = 'sk-secret');",
        masked: "ALTER CONNECTION c SET ('api-key' = '******');",
      },
    });
  });

  test("that does not read is not sent, and its place counts from the top of the editor", () => {
    const whole = text.replace("api-key", "api-kye");
    expect(take(whole.indexOf("ALTER"), whole)).toEqual({
      kind: "refused",
      message: 'Unknown option "api-kye" at line 3, column 25; did you mean "api-key"?',
      span: { from: whole.indexOf("'api-kye'"), to: whole.indexOf("'api-kye'") + 9 },
    });
  });

  test("with a mask in it is not sent: the mask would become the secret, or be searched for", () => {
    const whole = "SHOW CONNECTIONS; SHOW CONNECTIONS LIKE '******'";
    expect(take(whole.length, whole)).toMatchObject({ kind: "refused", span: { from: 40, to: 48 } });
  });

  test("an error of the server is shown at its word, though masks have moved it", () => {
    const whole = "SHOW CONNECTIONS; ALTER CONNECTION c SET ('api-key' = 'a long secret', 'token' = 'x')";
    const taken = take(whole.length, whole);
    if (taken.kind !== "send") throw new Error("it reads");
    const { sent } = taken;
    const span = sent.spanOf({ line: 1, column: sent.text.indexOf("'token'") + 1 });
    const shown = whole.slice(0, sent.start) + sent.masked;
    expect(shown.slice(span.from, span.to)).toBe("'token'");
    expect(sent.inEditor("No at line 1, column 4.")).toBe("No at line 1, column 22.");
  });
});
