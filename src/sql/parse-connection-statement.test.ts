import fc from "fast-check";
import { expect, test } from "vitest";
import { KeymoorError } from "../errors.ts";
import { parseConnectionStatement } from "./parse-connection-statement.ts";
import { printConnectionStatement } from "./print-connection-statement.ts";
import { vocabulary } from "./vocabulary.fixture.ts";
import { countWork } from "./work-meter.fixture.ts";

// What the grammar takes and refuses stands in examples/.

test("options tell where their keys and values stand", () => {
  const statement = parseConnectionStatement(
    "CREATE CONNECTION c\r\nWITH ('type' = 'rest',\n  'token'='t')",
    vocabulary,
  );
  expect(statement).toMatchObject({
    name: { name: "c", position: { line: 1, column: 19 } },
    options: [
      { key: "type", keyPosition: { line: 2, column: 7 }, valuePosition: { line: 2, column: 16 } },
      { key: "token", keyPosition: { line: 3, column: 3 }, valuePosition: { line: 3, column: 11 } },
    ],
  });
});

test("values are secrets, so that a tree can be logged", () => {
  const statement = parseConnectionStatement("ALTER CONNECTION c SET ('token' = 'hidden')", vocabulary);
  expect(JSON.stringify(statement)).toContain('"value":"[redacted]"');
});

test("an error carries its place", () => {
  const error = failureOf("CREATE CONNECTION c\nWITH ('ap-key'='x')");
  expect(error).toMatchObject({ code: "option_unknown", details: { position: { line: 2, column: 7 } } });
  expect(error.message).toBe('Unknown option "ap-key" at line 2, column 7; did you mean "api-key"?');
});

test("no error quotes what could be a secret", () => {
  const secret = "Zq7Xv9Kw";
  for (const text of [
    `${secret} CONNECTION c`,
    `CREATE ${secret} c`,
    `CREATE OR ${secret} CONNECTION c`,
    `CREATE CONNECTION IF ${secret} c`,
    `CREATE CONNECTION IF NOT ${secret} c`,
    `DROP CONNECTION IF ${secret} c`,
    `DESCRIBE EXTENDED CONNECTION ${secret}`,
    `USE CONNECTION ${secret}`,
    `CREATE CONNECTION '${secret}'`,
    `CREATE CONNECTION c ${secret} ('type'='rest')`,
    `CREATE CONNECTION c WITH ('${secret}'='x')`,
    `CREATE CONNECTION c WITH (${secret}='x')`,
    `CREATE CONNECTION c WITH ('token' '${secret}')`,
    `CREATE CONNECTION c WITH ('token'=${secret})`,
    `CREATE CONNECTION c WITH ('token'='x' '${secret}')`,
    `CREATE CONNECTION c WITH ('token'='x') ${secret}`,
    `CREATE CONNECTION c WITH ('token'='${secret}`,
    `CREATE CONNECTION c /* ${secret}`,
    `CREATE CONNECTION c COMMENT "${secret}"`,
    `SHOW CONNECTIONS LIKE ${secret}`,
    `DROP CONNECTION c ${secret}`,
    `DROP CONNECTION c; ${secret}`,
  ]) {
    expect(failureOf(text).sentence, text).not.toContain(secret);
  }
});

test("any text is parsed or refused with a place, never anything else", () => {
  const word = fc.constantFrom(
    ..."CREATE OR REPLACE ALTER DROP SHOW DESC EXTENDED CONNECTION CONNECTIONS IF NOT EXISTS WITH SET ( ) , = ; . 'type' 'x' `a` c LIKE FROM".split(
      " ",
    ),
  );
  const text = fc.oneof(
    fc.array(word, { maxLength: 14 }).map((words) => words.join(" ")),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(text, (given) => {
      try {
        parseConnectionStatement(given, vocabulary);
      } catch (error) {
        expect(error).toBeInstanceOf(KeymoorError);
        expect(error).toHaveProperty("details.position.line");
      }
    }),
    { numRuns: 3000 },
  );
});

test("every name, comment and value comes back from its printed form", () => {
  const text = fc.string({ unit: "grapheme", minLength: 1 });
  fc.assert(
    fc.property(
      text,
      text,
      text,
      text,
      fc.string({ unit: "binary" }),
      (catalog, database, name, comment, value) => {
        const position = { line: 1, column: 1 };
        const tree = parseConnectionStatement(
          "CREATE CONNECTION c COMMENT 'x' WITH ('token'='x')",
          vocabulary,
        );
        if (tree.kind !== "create") throw new Error("Not a CREATE.");
        const printed = printConnectionStatement({
          ...tree,
          name: { catalog, database, name, position },
          comment,
        });
        const again = parseConnectionStatement(
          printed.replace("'x'", () => `'${value.replaceAll("'", "''")}'`),
          vocabulary,
        );
        expect(again).toMatchObject({ name: { catalog, database, name } });
        expect(parseConnectionStatement(printed, vocabulary)).toMatchObject({ comment });
      },
    ),
    { numRuns: 300 },
  );
});

test("parsing costs a bounded number of looks at each character", () => {
  for (const part of [",'token'='x'", ",'type'='x'\n", "--\n", "/**/", "\r\n", "''", "("]) {
    const text = `CREATE CONNECTION c WITH ('type'='x'${part.repeat(100_000 / part.length)})`;
    expect(countWork(() => tryParse(text)) / text.length, part).toBeLessThan(100);
  }
});

function failureOf(text: string): KeymoorError {
  const error = tryParse(text);
  if (error instanceof KeymoorError) return error;
  throw new Error(`Not refused: ${text}`);
}

function tryParse(text: string): unknown {
  try {
    return parseConnectionStatement(text, vocabulary);
  } catch (error) {
    return error;
  }
}
