import { makesConnection, mentionsConnection } from "./connection-word.ts";
import { definedObjects, objectOf, otherObjects, otherVerbs, readHead } from "./head.ts";
import { type Lexed, lex } from "./lex.ts";

/**
 * How strictly a text has to be masked.
 * - `connection`: it is about a connection, might be, or cannot be understood well enough to say that it is not.
 * - `definition`: a single CREATE, ALTER or DROP of a table, view, model, function, tool or agent.
 * - `other`: any other statement that Flink or Confluent knows.
 */
export type StatementClass = "connection" | "definition" | "other";

export function classify(text: string): StatementClass {
  return classifyLexed(text, lex(text));
}

export function classifyLexed(text: string, { tokens, isSound }: Lexed): StatementClass {
  if (!isSound) return "connection";
  const head = readHead(text, tokens);
  const object = objectOf(head);
  if (
    object !== undefined &&
    definedObjects.has(object) &&
    isSingle(tokens) &&
    !makesConnection(text, tokens)
  ) {
    return "definition";
  }
  const isEmpty = tokens.every((token) => token.kind === "comment");
  if (!isEmpty && !isKnown(head, object)) return "connection";
  return mentionsConnection(text) ? "connection" : "other";
}

/**
 * What begins like no statement we have heard of may be a connection statement whose CONNECTION is beyond recognition
 * (`CREATECONNECTION c ...`, `CREATE CONN c ...`).
 */
export function isKnown(head: readonly string[], object: string | undefined): boolean {
  if (object !== undefined) return definedObjects.has(object) || otherObjects.has(object);
  return otherVerbs.has(head[0] ?? "");
}

/** Nothing but comments follows the first semicolon. */
function isSingle(tokens: Lexed["tokens"]): boolean {
  let isOver = false;
  for (const { kind } of tokens) {
    if (isOver && kind !== ";" && kind !== "comment") return false;
    if (kind === ";") isOver = true;
  }
  return true;
}
