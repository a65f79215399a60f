import type { Token } from "./lex.ts";

/** How many words a statement's kind may take: `CREATE OR REPLACE TEMPORARY SYSTEM FUNCTION` takes six. */
const mostWords = 6;

/** Words longer than any keyword are no keywords, and are not copied to find that out. */
const longestKeyword = 16;

/** The bare words a text begins with, in upper case, comments and opening parentheses left out. */
export function readHead(text: string, tokens: readonly Token[]): readonly string[] {
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === "comment" || (token.kind === "(" && words.length === 0)) continue;
    if (token.kind !== "word" || words.length === mostWords) break;
    words.push(keywordOf(text, token));
  }
  return words;
}

/** A bare word in upper case; empty if it is too long for a keyword. */
export function keywordOf(text: string, token: Token): string {
  return token.end - token.start > longestKeyword ? "" : text.slice(token.start, token.end).toUpperCase();
}

/** What CREATE, ALTER or DROP is about, behind `OR REPLACE`, `TEMPORARY` and `SYSTEM`; undefined for other verbs. */
export function objectOf(head: readonly string[]): string | undefined {
  const verb = head[0];
  if (verb !== "CREATE" && verb !== "ALTER" && verb !== "DROP") return undefined;
  let at = 1;
  if (verb === "CREATE" && head[at] === "OR" && head[at + 1] === "REPLACE") at += 2;
  while (head[at] === "TEMPORARY" || head[at] === "SYSTEM" || head[at] === "MATERIALIZED") at += 1;
  return head[at] ?? "";
}

/** Objects whose CREATE, ALTER and DROP are definitions (design 8). */
export const definedObjects: ReadonlySet<string> = new Set([
  "TABLE",
  "VIEW",
  "MODEL",
  "FUNCTION",
  "TOOL",
  "AGENT",
]);

/** The other objects that an engine creates, alters and drops. */
export const otherObjects: ReadonlySet<string> = new Set(["CATALOG", "DATABASE"]);

/** First words of Flink's and Confluent's statements, CREATE, ALTER and DROP aside. */
export const otherVerbs: ReadonlySet<string> = new Set(
  `ADD ANALYZE BEGIN CALL CLEAR COMPILE DELETE DESC DESCRIBE END EXECUTE EXPLAIN GRANT HELP INSERT LOAD MERGE QUIT REMOVE
  RESET REVOKE SELECT SET SHOW STATEMENT STOP TABLE TRUNCATE UNLOAD UPDATE USE VALUES WITH`.split(/\s+/),
);
