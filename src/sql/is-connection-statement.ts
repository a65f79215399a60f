import { classifyLexed } from "./classify.ts";
import { isNearConnection, makesConnection } from "./connection-word.ts";
import { definedObjects, objectOf, otherObjects, otherVerbs, readHead } from "./head.ts";
import { lex } from "./lex.ts";

/**
 * Whether a text is ours to parse and never to be forwarded, also when it does not parse. `classify` asks the wider
 * question whether it has to be masked as one: a query that reads a column named `connection` is masked and forwarded.
 */
export function isConnectionStatement(text: string): boolean {
  const lexed = lex(text);
  if (classifyLexed(text, lexed) !== "connection") return false;
  if (!lexed.isSound || makesConnection(text, lexed.tokens)) return true;
  const head = readHead(text, lexed.tokens);
  const [verb = "", next = ""] = head;
  const object = objectOf(head);
  if (object !== undefined) return !definedObjects.has(object) && !otherObjects.has(object);
  if (!otherVerbs.has(verb)) return true;
  const about = next === "DROP" ? (head[2] ?? "") : next;
  return lookingVerbs.has(verb) && isNearConnection(about, 0, about.length);
}

/** Verbs that look at a connection as they look at other things. */
const lookingVerbs = new Set(["SHOW", "DESCRIBE", "DESC", "EXPLAIN"]);
