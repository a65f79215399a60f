import { nearest } from "../nearest.ts";
import { classifyLexed, isKnown } from "./classify.ts";
import { isNearConnection, makesConnection, mayBeName } from "./connection-word.ts";
import { keywordOf, objectOf, readHead } from "./head.ts";
import { lex, type Token } from "./lex.ts";

/**
 * Whether a text is ours to parse and never to be forwarded, also when it does not parse. `classify` asks the wider
 * question whether it has to be masked as one: a query that reads a column named `connection` is masked and forwarded.
 * A text that says nothing is ours to refuse.
 */
export function isConnectionStatement(text: string): boolean {
  const lexed = lex(text);
  if (lexed.tokens.every(({ kind }) => kind === "comment")) return true;
  if (classifyLexed(text, lexed) !== "connection") return false;
  const tokens = lexed.tokens.filter(({ kind }) => kind !== "comment");
  if (!lexed.isSound || makesConnection(text, tokens)) return true;
  const head = readHead(text, tokens);
  if (!isKnown(head, objectOf(head))) return true;
  return (
    isAbout(text, tokens, 0) || tokens.some(({ kind }, at) => kind === ";" && isAbout(text, tokens, at + 1))
  );
}

/**
 * Whether the statement that begins at a token has CONNECTION directly behind its verb, words such as EXTENDED between
 * them left out, where that can only mean a connection: with a name behind it, or behind a verb that looks at one.
 * `USE connection` and `CALL connection.refresh()` name something called so.
 */
function isAbout(text: string, tokens: readonly Token[], start: number): boolean {
  const word = (at: number): string => {
    const token = tokens[at];
    return token?.kind === "word" ? keywordOf(text, token) : "";
  };
  let at = start;
  while (tokens[at]?.kind === "(") at += 1;
  const verb = word(at);
  at += 1;
  while (isQualifier(word(at))) at += 1;
  const about = word(at);
  const next = tokens[at + 1];
  if (!isNearConnection(about, 0, about.length)) return false;
  if (verb === "SHOW") return true;
  if (next?.kind === ".") return false;
  if (describingVerbs.has(verb) && about.startsWith("CONNECTION")) return true;
  // `UPDATE connection c SET a = 1` changes a table; nothing but options stands in parentheses behind SET.
  if (verb === "UPDATE") {
    while (tokens[at] !== undefined && tokens[at]?.kind !== ";" && !optionWords.has(word(at))) at += 1;
    return tokens[at + 1]?.kind === "(";
  }
  return !namingVerbs.has(verb) && mayBeName(next);
}

/** Words that stand between a verb and what it is about. */
function isQualifier(word: string): boolean {
  return shortQualifiers.has(word) || nearest(word, longQualifiers) !== undefined;
}

const shortQualifiers: ReadonlySet<string> = new Set(["ALL", "DROP", "FOR", "FULL", "PLAN"]);

/** Long enough that misspelt they are like no other word. */
const longQualifiers = ["CREATE", "CURRENT", "EXTENDED", "FORMATTED", "SYSTEM", "TEMPORARY", "VERBOSE"];

const optionWords: ReadonlySet<string> = new Set(["SET", "WITH"]);

const describingVerbs: ReadonlySet<string> = new Set(["DESCRIBE", "DESC", "EXPLAIN"]);

/** Behind these stands the name of a column or table, and behind that may stand an alias or a keyword. */
const namingVerbs: ReadonlySet<string> = new Set(["SELECT", "TABLE", "VALUES", "WITH"]);
