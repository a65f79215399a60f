import { KeymoorError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import type { ConnectionStatement } from "./connection-statement.ts";
import { Cursor } from "./cursor.ts";
import { expectEnd } from "./expect-end.ts";
import { parseName, parsePath } from "./parse-name.ts";
import { parseOptions } from "./parse-options.ts";
import { refuseNext } from "./refusals.ts";
import type { Vocabulary } from "./vocabulary.ts";

/**
 * Reads one statement about connections; throws a KeymoorError with line and column for everything else.
 *
 *     CREATE [OR REPLACE] CONNECTION [IF NOT EXISTS] name [COMMENT 'text'] WITH ('key' = 'value' [, ...])
 *     ALTER CONNECTION [IF EXISTS] name SET ('key' = 'value' [, ...])
 *     DROP CONNECTION [IF EXISTS] name
 *     SHOW CONNECTIONS [{FROM | IN} [catalog.]database] [[NOT] LIKE 'pattern']
 *     SHOW CREATE CONNECTION name
 *     {DESCRIBE | DESC} CONNECTION [EXTENDED] name
 *     VALIDATE CONNECTION name
 *
 * where `name` is `[catalog.][database.]name`.
 */
export function parseConnectionStatement(text: string, vocabulary: Vocabulary): ConnectionStatement {
  const cursor = new Cursor(text);
  const statement = parseStatement(cursor, vocabulary);
  expectEnd(cursor);
  return statement;
}

function parseStatement(cursor: Cursor, vocabulary: Vocabulary): ConnectionStatement {
  if (cursor.isEmpty) {
    throw new KeymoorError("sql_syntax", "The statement is empty.", { position: cursor.position() });
  }
  refuseNext(cursor, "EXPLAIN");
  if (cursor.takeWords("CREATE")) return parseCreate(cursor, vocabulary);
  if (cursor.takeWords("ALTER")) return parseAlter(cursor, vocabulary);
  if (cursor.takeWords("DROP")) return parseDrop(cursor);
  if (cursor.takeWords("SHOW")) return parseShow(cursor);
  if (cursor.takeWords("DESCRIBE") || cursor.takeWords("DESC")) return parseDescribe(cursor);
  if (cursor.takeWords("VALIDATE")) return parseValidate(cursor);
  throw cursor.unexpected(["CREATE", "ALTER", "DROP", "SHOW", "DESCRIBE", "VALIDATE"]);
}

function parseCreate(cursor: Cursor, vocabulary: Vocabulary): ConnectionStatement {
  const orReplace = cursor.takeWords("OR");
  if (orReplace) cursor.expectWord("REPLACE");
  refuseNext(cursor, "TEMPORARY", "SYSTEM");
  cursor.expectWord("CONNECTION");
  const clause = cursor.peek();
  const ifNotExists = takeCondition(cursor, ["IF", "NOT", "EXISTS"], ["COMMENT", "WITH"]);
  if (orReplace && ifNotExists) {
    throw cursor.fail("sql_not_supported", "IF NOT EXISTS contradicts OR REPLACE", clause, {
      hint: "Use one of the two.",
    });
  }
  refuseMissingName(cursor, "WITH");
  const name = parseName(cursor);
  const comment = cursor.takeWords("COMMENT") ? parseText(cursor, "the comment in single quotes") : undefined;
  if (!cursor.takeWords("WITH")) {
    throw cursor.unexpected(
      comment === undefined ? ["COMMENT", "WITH"] : ["WITH"],
      "Options stand in WITH ('type' = '...', ...).",
    );
  }
  const options = parseOptions(cursor, vocabulary);
  if (cursor.word() === "COMMENT") {
    throw cursor.fail("sql_syntax", "COMMENT stands behind the options", cursor.peek(), {
      hint: "Write it before WITH.",
    });
  }
  return { kind: "create", orReplace, ifNotExists, name, comment, options };
}

function parseAlter(cursor: Cursor, vocabulary: Vocabulary): ConnectionStatement {
  refuseNext(cursor, "TEMPORARY", "SYSTEM");
  cursor.expectWord("CONNECTION");
  const ifExists = takeCondition(cursor, ["IF", "EXISTS"], ["SET", "RESET", "RENAME", "COMMENT"]);
  refuseMissingName(cursor, "SET");
  const name = parseName(cursor);
  refuseNext(cursor, "RESET", "RENAME", "COMMENT");
  cursor.expectWord("SET");
  refuseNext(cursor, "COMMENT");
  const options = parseOptions(cursor, vocabulary);
  if (options.length === 0) {
    throw cursor.fail("sql_syntax", "SET has no options before this place,", cursor.peek(), {
      hint: "Give at least one: SET ('api-key' = '...').",
    });
  }
  return { kind: "alter", ifExists, name, options };
}

function parseDrop(cursor: Cursor): ConnectionStatement {
  refuseNext(cursor, "TEMPORARY", "SYSTEM");
  cursor.expectWord("CONNECTION");
  const ifExists = takeCondition(cursor, ["IF", "EXISTS"], ["CASCADE", "RESTRICT"]);
  const name = parseName(cursor);
  refuseNext(cursor, "CASCADE", "RESTRICT");
  return { kind: "drop", ifExists, name };
}

function parseShow(cursor: Cursor): ConnectionStatement {
  refuseNext(cursor, "TEMPORARY", "SYSTEM");
  if (cursor.takeWords("CREATE")) {
    refuseNext(cursor, "TEMPORARY", "SYSTEM");
    cursor.expectWord("CONNECTION");
    return { kind: "show_create", name: parseName(cursor) };
  }
  if (!cursor.takeWords("CONNECTIONS")) {
    throw cursor.unexpected(["CONNECTIONS", "CREATE"], "One connection is shown by DESCRIBE CONNECTION.");
  }
  const path =
    cursor.takeWords("FROM") || cursor.takeWords("IN") ? parsePath(cursor, 2, "the name of a database") : [];
  const [database, catalog] = path.reverse();
  refuseNext(cursor, "ILIKE");
  const negated = cursor.takeWords("NOT");
  refuseNext(cursor, "ILIKE");
  if (negated && cursor.word() !== "LIKE") throw cursor.unexpected(["LIKE"]);
  const like = cursor.takeWords("LIKE")
    ? { pattern: parseText(cursor, "a pattern in single quotes"), negated }
    : undefined;
  if (like === undefined && !cursor.isOver()) {
    throw cursor.unexpected([...(path.length === 0 ? ["FROM"] : []), "LIKE", "the end of the statement"]);
  }
  return { kind: "show", catalog, database, like };
}

function parseDescribe(cursor: Cursor): ConnectionStatement {
  if (cursor.word() === "EXTENDED" && nearest(cursor.word(1), ["CONNECTION"]) !== undefined) {
    throw cursor.fail("sql_syntax", "EXTENDED stands before CONNECTION", cursor.peek(), {
      hint: cursor.isOver(2) ? tableHint : "Write it behind CONNECTION.",
    });
  }
  cursor.expectWord("CONNECTION");
  if (cursor.isOver()) throw cursor.unexpected(["the name of the connection"], tableHint);
  const next = cursor.peek(1)?.kind;
  const extended = (next === "word" || next === "name") && cursor.takeWords("EXTENDED");
  const first = cursor.word();
  const isNearExtended = !extended && first !== "EXTENDED" && nearest(first, ["EXTENDED"]) !== undefined;
  if (isNearExtended && (next === "word" || next === "name")) throw cursor.unexpected(["EXTENDED"]);
  const name = parseName(cursor);
  if (!extended && cursor.word() === "EXTENDED") {
    throw cursor.fail("sql_syntax", "EXTENDED stands behind the name", cursor.peek(), {
      hint: "Write it before the name.",
    });
  }
  return { kind: "describe", extended, name };
}

function parseValidate(cursor: Cursor): ConnectionStatement {
  refuseNext(cursor, "TEMPORARY", "SYSTEM");
  cursor.expectWord("CONNECTION");
  return { kind: "validate", name: parseName(cursor) };
}

/** `DESCRIBE connection` is complete for an engine: `connection` is no reserved word of Flink's. */
const tableHint = "A table that is called so stands in back-quotes: DESCRIBE `connection`.";

/**
 * Takes `IF EXISTS` and the like, and refuses what is one but for a wrong word. A connection may be called `if`: then
 * nothing follows it, a mark, or one of the words that stand behind a name; a misspelt `with` has its parenthesis.
 */
function takeCondition(cursor: Cursor, words: readonly string[], behindName: readonly string[]): boolean {
  const next = cursor.peek(1)?.kind;
  if (cursor.word() !== words[0] || (next !== "word" && next !== "name")) return false;
  if (behindName.includes(cursor.word(1)) || cursor.peek(2)?.kind === "(") return false;
  for (const word of words) cursor.expectWord(word);
  return true;
}

/** `CREATE CONNECTION WITH (...)`: the keyword would do for a name, but nobody means it. */
function refuseMissingName(cursor: Cursor, keyword: string): void {
  if (cursor.word() !== keyword || cursor.peek(1)?.kind !== "(") return;
  throw cursor.fail("sql_syntax", `Expected the name of the connection before ${keyword}`, cursor.peek());
}

function parseText(cursor: Cursor, what: string): string {
  const token = cursor.peek();
  if (token?.kind !== "string") {
    throw cursor.unexpected(
      [what],
      token?.kind === "=" ? "No = stands between a keyword and its text." : undefined,
    );
  }
  cursor.take();
  return cursor.read(token);
}
