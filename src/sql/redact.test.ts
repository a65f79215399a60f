import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nearest } from "../nearest.ts";
import { classify } from "./classify.ts";
import { grammarKeywords } from "./keywords.ts";
import { isConnectionName } from "./name-form.ts";
import { redact } from "./redact.ts";
import { vocabulary } from "./vocabulary.fixture.ts";
import { countWork } from "./work-meter.fixture.ts";

// No four characters of these stand anywhere in the statements but in themselves.
const secrets = ["Zq7Xv9Kw", "jJ5bB2nN8", "7YtG0-pLm_4", "4711993377", "wW.hH/uU+eE"];
const [one = "", two = "", three = "", digits = "", base64 = ""] = secrets;

const statements = [
  `CREATE CONNECTION c1 WITH ('type'='openai','endpoint'='https://h.example/v1/chat','api-key'='${one}')`,
  `CREATE OR REPLACE CONNECTION db.c2 COMMENT '${two}' WITH (\r\n  'type' = 'mongodb', -- ${three}\r\n  'username' = '${one}',\r\n  'password' = '${base64}'\r\n);`,
  `ALTER CONNECTION IF EXISTS \`my-conn\` SET ('aws-access-key'='${one}', 'aws-secret-key'='${two}','aws-session-token'='${digits}')`,
  `/* ${three} */ CREATE CONNECTION IF NOT EXISTS c WITH ('type'='rest', 'endpoint'='https://u:${one}@h.example/p?a=${two}', 'token'='${base64}')`,
  `CREATE CONNECTION c WITH ('api-key'=${digits}, "token"="${one}", \`scope\`=\`${two}\`, 'password'=U&'${three}')`,
];

const definitions = [
  `CREATE TABLE t (id INT) WITH ('connector'='jdbc','url'='jdbc:postgresql://h:5432/db','username'='u', 'password' = '${one}')`,
  `CREATE MODEL m INPUT (a STRING) OUTPUT (b STRING) WITH ('provider'='openai', 'openai.api-key' = '${base64}', 'task'='x')`,
  `ALTER MODEL m SET ('client-secret' = '${two}')`,
  `CREATE TABLE t (a INT) WITH ('connector'='mongodb', 'uri' = 'mongodb://ann:${one}@h:27017/db', 'db.token'='${digits}')`,
];

test("a text with nothing to mask comes back byte for byte", () => {
  for (const text of [
    "",
    " \r\n\t",
    "SELECT 1;",
    "SELECT a, 'x' || \"y\" FROM `t` WHERE b >= 1.5e-3 -- it is so\r\n AND c = 'O''Neil' /* yes */",
    "SHOW CONNECTIONS",
    "DROP CONNECTION IF EXISTS `env-1`.`lkc-1`.`my-conn`;",
    "CREATE TABLE t (a INT, token STRING) WITH ('connector'='kafka', 'topic'='t', 'mongodb.connection'='c')",
    "CREATE CONNECTION c WITH ('type'='rest','endpoint'='https://h/a/models/claude-3:rawPredict')",
    "INSERT INTO t SELECT * FROM s WHERE (token = 'x' OR kind IN ('password', 'secret'))",
    "CREATE VIEW 表 AS SELECT 'ü' AS été",
    "USE CATALOG `default`",
  ]) {
    expect(redact(text, vocabulary)).toBe(text);
  }
});

test("a redacted statement is not masked further", () => {
  const once = redact(statements[0] ?? "", vocabulary);
  expect(once).toContain("'api-key'='******'");
  expect(redact(once, vocabulary)).toBe(once);
});

test("words near CONNECTION make a text strict wherever they stand", () => {
  for (const word of [
    "CONNECTION",
    "connections",
    "CONECTION",
    "CONNECTOIN",
    "CONNNECTION",
    "KONNEKTION",
    "CONNECTIO",
  ]) {
    for (const text of [
      `CREATE ${word} c`,
      `SELECT 1 AS ${word}`,
      `SELECT '${word}'`,
      `SELECT 1 -- ${word}`,
      `USE "${word}"`,
    ]) {
      expect(classify(text), text).toBe("connection");
      expect(redact(`${text}\n, ${one}`, vocabulary), text).not.toContain(one);
    }
  }
});

test.each(statements)("no secret of %j survives when it is damaged", (statement) => {
  fc.assert(
    fc.property(damage(6), (edits) => {
      const damaged = applyEdits(statement, edits);
      expect(survivors(redact(damaged, vocabulary)), damaged).toEqual([]);
    }),
    { numRuns: 1500 },
  );
});

test.each(definitions)("no secret of %j survives when one character is wrong", (statement) => {
  fc.assert(
    fc.property(damage(1), (edits) => {
      const damaged = applyEdits(statement, edits);
      expect(survivors(redact(damaged, vocabulary)), damaged).toEqual([]);
    }),
    { numRuns: 3000 },
  );
});

test("no secret survives when any one character of a statement is deleted, doubled or made a quote", () => {
  for (const statement of [...statements, ...definitions]) {
    for (let at = 0; at < statement.length; at += 1) {
      const [before, character, after] = [
        statement.slice(0, at),
        statement.charAt(at),
        statement.slice(at + 1),
      ];
      for (const instead of [
        "",
        character + character,
        "'",
        `'${character}`,
        '"',
        "`",
        " ",
        "--",
        "/*",
        "\\",
      ]) {
        const damaged = before + instead + after;
        expect(survivors(redact(damaged, vocabulary)), damaged).toEqual([]);
      }
    }
  }
});

test("whatever stands in a statement about a connection, only what is harmless is shown", () => {
  const piece = fc.oneof(
    fc.constantFrom(...grammarKeywords),
    fc.constantFrom(
      "(",
      ")",
      ",",
      "=",
      ";",
      ".",
      " ",
      "\n",
      "'",
      "''",
      "`",
      '"',
      "--",
      "/*",
      "*/",
      "-",
      "'='",
      "','",
    ),
    fc.constantFrom(
      "'type'='openai'",
      "'endpoint'='https://h/p?q=1'",
      "'api-key'=",
      "'ap-key'='x'",
      "CONNECTION a.b",
    ),
    fc.string({ maxLength: 12, unit: "grapheme" }),
    fc.stringMatching(/^[a-z0-9]{1,12}$/),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), fc.constantFrom(" ", ""), (pieces, between) => {
      const text = ["CREATE CONNECTION c ", ...pieces].join(between);
      expect(foreignParts(redact(text, vocabulary)), text).toEqual([]);
    }),
    { numRuns: 3000 },
  );
});

test("any text is redacted, random bytes too", () => {
  const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array).toString("latin1"));
  const units = fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 })
    .map((all) => String.fromCharCode(...all));
  fc.assert(
    fc.property(fc.oneof(bytes, units, fc.string({ unit: "binary" })), (text) => {
      expect(typeof redact(text, vocabulary)).toBe("string");
      expect(survivors(redact(`CREATE CONNECTION c WITH ('k'='${one}' ${text}`, vocabulary))).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});

describe.each(Object.entries(nastyTexts()))("a megabyte of %s", (_name, shape) => {
  test("costs a bounded number of looks at each character", () => {
    const text = shape(100_000);
    expect(countWork(() => redact(text, vocabulary)) / text.length).toBeLessThan(100);
  });

  test("is redacted", () => {
    expect(redact(shape(1_000_000), vocabulary)).not.toContain(one);
  });
});

test("no token's length multiplies with the number of others", () => {
  const beginnings = [
    "SELECT ",
    "SET ",
    "CREATE TABLE t (a INT) WITH (",
    "SELECT MAP[",
    "CALL p(",
    "CREATE CONNECTION c WITH (",
  ];
  const long = (length: number) => {
    const run = (part: string) => part.repeat(length / part.length);
    return [
      ...["a", "a.", "token.", "provider.", ":", "=", "//", "''", "password ", "@"].map(
        (part) => `'${run(part)}'`,
      ),
      `"${run("ab")}"`,
      `\`${run("ab")}\``,
      `'https://h/?${run("&")}'`,
      `/*${run("a ")}*/`,
      ...["a", "a.", "1"].map(run),
    ];
  };
  const many = [
    "/*=*/",
    " 'x'",
    "=",
    "='x',",
    " => 'x'",
    ",",
    "(",
    ")",
    "[",
    "]",
    ":",
    ".",
    ";",
    ",'token'/**/",
    "token=>(",
  ];
  const short = long(256);
  const longer = long(2048);
  for (const beginning of beginnings) {
    for (const [at, one] of longer.entries()) {
      for (const other of many) {
        const work = (token: string, length: number) => {
          const others = other.repeat(length / other.length);
          return [`${token} ${others}`, `${token}=${others}`, others + token].map((rest) =>
            countWork(() => redact(beginning + rest, vocabulary)),
          );
        };
        const small = work(short[at] ?? "", 256);
        // Eight times the text: product of lengths would be sixty-four times the work.
        for (const [shape, all] of work(one, 2048).entries()) {
          expect(all / (small[shape] ?? 0), `${beginning}${one.slice(0, 12)} ... ${other}`).toBeLessThan(16);
        }
      }
    }
  }
  // Sixty million steps are counted: much for a machine that others use too.
}, 120_000);

test.each([
  [
    "an argument by name",
    `CALL sys.p(a => 'b', password => '${one}', c => 'd')`,
    "password => '******', c => 'd'",
  ],
  ["an argument's expression", `CALL sys.p(token => CONCAT('${one}', x, 4711993377), c => 'd')`, "c => 'd'"],
  ["an option by arrow", `CREATE TABLE t (a INT) WITH ('x' => 'y', password => '${one}')`, "'x' => 'y'"],
  [
    "JSON",
    `CREATE TABLE t (a INT) WITH ('x'='{"a":1,"api_key": "${one}","b":2}')`,
    `'{"a":1,"api_key": "******","b":2}'`,
  ],
  ["JSON in JSON", `CREATE TABLE t (a INT) WITH ('x'='{\\"password\\": \\"${one}\\"}')`, "password"],
  [
    "JSON with an escaped quote",
    `CREATE TABLE t (a INT) WITH ('x'='{"password":"a\\"${one}","b":2}')`,
    `,"b":2}'`,
  ],
  ["a list in JSON", `CREATE TABLE t (a INT) WITH ('x'='{"tokens":["${one}","${two}"],"b":2}')`, `],"b":2}'`],
  ["JSON in double quotes", `CREATE TABLE t (a INT) WITH ('x'="{""api_key"":""${one}""}")`, "'x'='******'"],
  ["pass in JSON", `CREATE TABLE t (a INT) WITH ('x'='{"user":"u","pass":"${one}"}')`, `"user":"u"`],
  [
    "a header",
    `CREATE TABLE t (a INT) WITH ('headers'='Authorization: Bearer ${one}')`,
    "Authorization: ******",
  ],
  ["a header's words", `CREATE TABLE t (a INT) WITH ('x'='Cookie: a=${one}; b=${two}')`, "Cookie: ******"],
  ["a key's header", `CREATE TABLE t (a INT) WITH ('x'='X-Api-Key: ${one}')`, "X-Api-Key: ******"],
  ["Bearer", `CREATE TABLE t (a INT) WITH ('x'='Bearer ${one}')`, "'x'='Bearer ******'"],
  ["Bearer and a word", `CREATE TABLE t (a INT) WITH ('x'='Bearer hunter')`, "'x'='Bearer ******'"],
  ["Basic", `CREATE TABLE t (a INT) WITH ('x'='curl -H Basic ${base64} h')`, "Basic ****** h"],
  [
    "pass",
    `CREATE TABLE t (a INT) WITH ('pass'='${one}', 'db.pass'='${two}', 'user_pass'='${base64}')`,
    "db.pass",
  ],
  [
    "key",
    `CREATE TABLE t (a INT) WITH ('key'='${one}', 'ssl.key'='${two}', 'key.format'='json')`,
    "'key.format'='json'",
  ],
  ["a comment", `CREATE TABLE t (a INT) COMMENT 'password=${one}'`, "COMMENT 'password=******'"],
  ["a spaced name", `CREATE TABLE t (a INT) COMMENT 'API key = ${one}'`, "API key = ******"],
  [
    "a provider of passwords",
    `CREATE MODEL m WITH ('provider'='openai','password.provider'='${one}')`,
    "'provider'='openai'",
  ],
  ["a provider of misspelt ones", `CREATE MODEL m WITH ('task'='x','pasword.task'='${one}')`, "'task'='x'"],
  [
    "a comment behind a comma",
    `CREATE TABLE t (a INT) WITH ('a'='b', 'password', /* pwd=${one} */ '${two}')`,
    "'a'='b'",
  ],
])("%s is masked", (_name, statement, rest) => {
  const redacted = redact(statement, vocabulary);
  expect(survivors(redacted)).toEqual([]);
  expect(redacted).not.toContain("hunter");
  expect(redacted).toContain(rest);
  expect(redact(redacted, vocabulary)).toBe(redacted);
});

test("definitions that only seem to hold credentials come back byte for byte", () => {
  for (const text of [
    "CREATE MODEL m WITH ('provider'='openai','task'='x','openai.connection'='c','openai.params.max_tokens'='200')",
    "CREATE TABLE t (a INT) WITH ('connector'='mongodb','mongodb.connection'='c','mongodb.database'='db')",
    "CREATE TABLE t (a INT) WITH ('key.format'='json','key.fields'='a;b','key.fields-prefix'='k_','partition.key'='a')",
    "CREATE TABLE t (a INT) WITH ('aws.credentials.provider'='AUTO')",
    "CREATE TABLE t (a INT) WITH ('bypass'='x','compass'='y','passenger'='z','monkey'='m')",
    "CREATE TABLE t (a INT) WITH ('servers'='token-broker:9092,secret-broker:9093','u'='http://token-service:8080/x')",
    "CREATE TABLE t (a INT) WITH ('x'='arn:aws:secretsmanager:us-east-1:1:secret:foo')",
    `CREATE MODEL m WITH ('x'='{"max_tokens": 200, "stop": null, "requires_token": true}')`,
    `CREATE MODEL m WITH ('schema'='{"properties":{"token":{"type":"string"}},"required":["token"]}')`,
    "CREATE TABLE t (k STRING COMMENT 'Basic customer data, no token in it') COMMENT 'Basic orders'",
    "CREATE AGENT a USING PROMPT 'Count the tokens: {{input}}. The bearer of news wins; Basic JSON parsing.'",
    "SELECT MAP['key', 'v'], f(token => col, d => DESCRIPTOR(t)) FROM t WHERE a >= 'x' AND token = 'x'",
  ]) {
    expect(redact(text, vocabulary)).toBe(text);
  }
});

function nastyTexts(): Record<string, (length: number) => string> {
  const repeat =
    (part: string, before = "", after = "") =>
    (length: number) =>
      before + part.repeat(Math.ceil(length / part.length)) + after;
  const create = "CREATE CONNECTION c WITH (";
  return {
    "single quotes": repeat("'"),
    "back-quotes and double quotes": repeat('`"'),
    "quoted quotes": repeat("''", "SELECT '", "'"),
    "block comments": repeat("/**/", create),
    "openings of comments": repeat("/*"),
    "line comments": repeat("--\n", "CREATE TABLE t (a INT) WITH ("),
    "comments behind a long literal": (length) =>
      `SET '${"a".repeat(length / 2)}' ${"/*=*/".repeat(length / 10)}`,
    "values behind a long key": (length) =>
      `CREATE TABLE t (a INT) WITH ('${"a".repeat(length / 2)}' ${"='x',".repeat(length / 10)}'a'='b')`,
    "arguments named for credentials": repeat("password=>(", "CALL p("),
    "comments between options": repeat("/**/,'password'/**/=/**/'x'", "CREATE TABLE t (a INT) WITH ('a'='b'"),
    "one long word": repeat("a"),
    "one long word in a statement": repeat("a", create),
    "one long literal": repeat("a", "CREATE TABLE t WITH ('password'='", "')"),
    "words almost near CONNECTION": repeat("CONNEXXXXX ", "SELECT "),
    "words near CONNECTION": repeat("CONECTION ", "CREATE "),
    "CREATE words in a definition": repeat("CREATE CONNEXXXXX ", "CREATE TABLE t AS "),
    parentheses: repeat("(", "SELECT "),
    "unknown options": repeat(",'aws-sekret-kee'='x'", `${create}'a'='b'`),
    "options that are known": repeat(",'api-key'='x'", `${create}'a'='b'`),
    "colons in a host": repeat(":", "SELECT 'https://", "]@'"),
    logins: repeat("a:b@", "SELECT '", "'"),
    URLs: repeat("https://a:b//", "SELECT '", "'"),
    "URLs with users": repeat("//u:p@h", "SELECT '", "'"),
    "an endpoint with many parameters": repeat("&a=b", `${create}'endpoint'='https://h/?x=1`, "')"),
    "an endpoint with many empty parameters": repeat("&", `${create}'endpoint'='https://h/?`, "')"),
    "credentials' names in one word": repeat("token", "SELECT '", "'"),
    "credentials' names and space": repeat("token          ", "SELECT '", "'"),
    "credentials with equals signs": repeat("token=", "SELECT '", "'"),
    "equals signs": repeat("=", "SET 'token"),
    "credentials in JSON": repeat(`"token":"x",`, "SELECT '", "'"),
    "credentials in quotes that stay open": repeat(`token="\\"`, "SELECT '", "'"),
    backslashed: repeat(`\\"`, `SELECT 'token="`, "'"),
    "parts of a URN": repeat("urn:token:", "SELECT '", "'"),
    "headers of one line": repeat("Authorization: ", "SELECT '", "'"),
    "headers of many lines": repeat("Authorization: x\n", "SELECT '", "'"),
    bearers: repeat("bearer ", "SELECT '", "'"),
    "space behind a bearer": repeat(" ", "SELECT 'bearer", "'"),
    providers: repeat(".provider", "CREATE TABLE t (a INT) WITH ('x", "'='y')"),
    "an endpoint with many hosts": repeat("h:1,", `${create}'endpoint'='mongodb://`, "h/')"),
    "keys in a MAP": repeat("'token',", "SELECT MAP[", "'x']"),
    "credential words in a comment": repeat("password ", "SELECT 1 -- "),
    "credential keys in a list": repeat("'password'(", "CREATE TABLE t (a INT) WITH ("),
    dots: repeat("a.", "SET "),
    NUL: repeat("\0"),
    "wide characters": repeat("Ａ", "SELECT "),
    "halves of characters": repeat("\ud835", create),
    "characters of two halves": repeat("𝔸", create),
    backslashes: repeat("\\'", create),
    hints: repeat("/*+ */", "SELECT "),
    semicolons: repeat(";", "CREATE TABLE t (a INT)"),
  };
}

interface Edit {
  readonly where: number;
  readonly how: "delete" | "insert" | "replace" | "swap" | "word" | "double";
  readonly what: string;
}

function damage(most: number): fc.Arbitrary<readonly Edit[]> {
  const what = fc.oneof(
    fc.constantFrom(
      "'",
      '"',
      "`",
      "-",
      "--",
      "/*",
      "*/",
      "//",
      ";",
      "(",
      ")",
      ",",
      "=",
      ".",
      "\\",
      "\0",
      "\n",
      "\r\n",
      " ",
      "''",
    ),
    fc.constantFrom(
      "’",
      "＇",
      "\u00a0",
      "\ufeff",
      "ü",
      "＝",
      "{",
      "@",
      "?",
      "#",
      "&",
      ":",
      "N'",
      "U&'",
      "E'",
    ),
    fc.constantFrom("a", "k", "X", "_", "0"),
  );
  const how = fc.constantFrom("delete", "insert", "replace", "swap", "word", "double") satisfies fc.Arbitrary<
    Edit["how"]
  >;
  const edit = fc.record({ where: fc.double({ min: 0, max: 1, noNaN: true }), how, what });
  return fc.array(edit, { minLength: 1, maxLength: most });
}

function applyEdits(statement: string, edits: readonly Edit[]): string {
  let text = statement;
  for (const { where, how, what } of edits) {
    const at = Math.floor(where * text.length);
    const [before, character, after] = [text.slice(0, at), text.charAt(at), text.slice(at + 1)];
    if (how === "delete") text = before + after;
    if (how === "insert") text = before + what + character + after;
    if (how === "replace") text = before + what + after;
    if (how === "double") text = before + character + character + after;
    if (how === "swap") text = before + after.charAt(0) + character + after.slice(1);
    if (how === "word") text = swapWords(text, at);
  }
  return text;
}

/** Exchanges the keyword nearest to a place with the one after it. */
function swapWords(text: string, at: number): string {
  const words = [...text.matchAll(/\b[A-Z]{2,}\b/g)];
  const index = words.findIndex((word) => word.index >= at);
  const [first, second] = [words[index], words[index + 1]];
  if (first === undefined || second === undefined) return text;
  const between = text.slice(first.index + first[0].length, second.index);
  return (
    text.slice(0, first.index) + second[0] + between + first[0] + text.slice(second.index + second[0].length)
  );
}

/** Any four characters in a row of a secret that are still there. */
function survivors(text: string): readonly string[] {
  return secrets.flatMap((secret) =>
    Array.from({ length: secret.length - 3 }, (_, start) => secret.slice(start, start + 4)).filter((part) =>
      text.includes(part),
    ),
  );
}

/** What of a redacted text is neither a mask, a mark, a keyword, a name in its place, a known key nor a shown value. */
function foreignParts(text: string): readonly string[] {
  const part = /'(?:[^']|'')*'|`(?:[^`]|``)*`|[^\s'`(),;=]+/gu;
  let previous = "";
  let key = "";
  return [...text.matchAll(part)].flatMap(([found]) => {
    const [before, keyBefore] = [previous, key];
    const inside = found.slice(1, -1).toLowerCase();
    const isQuoted = found.startsWith("'");
    key = "";
    // A masked comment may stand anywhere in a name.
    if (found === "'******'") return [];
    previous = found;
    if (!isQuoted && grammarKeywords.has(found.toUpperCase())) return [];
    if (isQuoted && nearest(inside, vocabulary.options.keys()) !== undefined) {
      key = inside;
      return [];
    }
    const rule = vocabulary.options.get(keyBefore);
    if (isQuoted && rule?.show === "values" && rule.values.some((value) => value.toLowerCase() === inside))
      return [];
    if (isQuoted && rule?.show === "url" && /^https:\/\/h\/p\?q=\*{6}$/.test(inside)) return [];
    const isName = found.split(".").every((one) => one === "" || isConnectionName(one.replaceAll("`", "")));
    const isInName = /^(?:CONNECTION|EXISTS|EXTENDED)$|\.$/i.test(before) || found.startsWith(".");
    return isName && isInName ? [] : [found];
  });
}
