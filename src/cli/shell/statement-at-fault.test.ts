import { describe, expect, test } from "vitest";
import { optionKeys } from "../../connections/vocabulary.ts";
import { KeymoorError } from "../../errors.ts";
import { parseConnectionStatement } from "../../sql/parse-connection-statement.ts";
import { statementAtFault } from "./statement-at-fault.ts";

const vocabulary = optionKeys();

/** Shows what the parser objects to. */
function shown(text: string, columns = 80): string {
  try {
    parseConnectionStatement(text, vocabulary);
  } catch (error) {
    if (!(error instanceof KeymoorError) || error.details.position === undefined) throw error;
    return statementAtFault(text, error.details.position, vocabulary, columns).join("\n");
  }
  throw new Error("it parses");
}

describe("the line at fault", () => {
  test("has carets under the word", () => {
    expect(shown("DROP CONNECTION my_openai CASCADE")).toBe(
      "DROP CONNECTION my_openai CASCADE\n                          ^^^^^^^",
    );
  });

  test("is the line of the statement that the position names, however lines end", () => {
    expect(shown("ALTER\r\n  CONNECTION c\n SET WHAT;")).toBe(" SET '******';\n     ^^^^^^^^");
  });

  test("is redacted, and the carets move with what got shorter or longer", () => {
    const text =
      "CREATE CONNECTION c WITH ('type' = 'openai', 'api-key' = 'sk-a-long-secret-12345', 'endpoint' 'x')";
    const [line = "", carets = ""] = shown(text, 120).split("\n");
    expect(line).not.toContain("sk-");
    expect(line.slice(carets.indexOf("^"))).toMatch(/^'\*{6}'/);
    expect(carets.trim()).toBe("^".repeat("'******'".length));
  });

  test("a secret that is itself at fault is a mask with carets", () => {
    expect(shown("ALTER CONNECTION c SET ('api-key' = sk-secret)")).toBe(
      "ALTER CONNECTION c SET ('api-key' = '******')\n                                    ^^^^^^^^",
    );
  });

  test("of a long line shows what is around the word", () => {
    const text = `SELECT ${"a, ".repeat(100)}b c${", d".repeat(100)}`;
    const position = { line: 1, column: text.indexOf("b") + 1 };
    const [line, carets] = statementAtFault(text, position, vocabulary, 40);
    expect(line.length).toBeLessThanOrEqual(42);
    expect(line).toMatch(/^….*b c.*…$/);
    expect(line.charAt(carets.indexOf("^"))).toBe("b");
  });

  test("an end that comes too early is pointed at behind the text", () => {
    expect(shown("DROP CONNECTION")).toBe("DROP CONNECTION\n               ^");
  });

  test("wide characters take two columns", () => {
    const [, carets] = statementAtFault("SELECT 接続 x", { line: 1, column: 11 }, vocabulary, 80);
    expect(carets).toBe(`${" ".repeat(12)}^`);
  });
});
