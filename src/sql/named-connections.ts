import type { QualifiedName } from "./connection-statement.ts";
import { Cursor } from "./cursor.ts";
import type { Token } from "./lex.ts";
import { parseName } from "./parse-name.ts";

/** A connection that a statement about something else names. */
export interface NamedConnection {
  readonly name: QualifiedName;
  /** What names it: the option's key in lower case, `USING CONNECTION` or `USING CONNECTIONS`. */
  readonly namedBy: string;
}

/** The connections that a text names, in their order; throws a KeymoorError with line and column where a name does not read. */
export function namedConnections(text: string): readonly NamedConnection[] {
  return readNamedConnections(new Cursor(text));
}

/**
 * Those behind the cursor, which goes to the end of the text (contract/confluent.md 3):
 *
 *     'openai.connection' = 'c'                  an option in WITH, SET or OPTIONS (...)
 *     USING CONNECTION [catalog.][database.]c
 *     USING CONNECTIONS (c, 'c', ...)
 */
export function readNamedConnections(cursor: Cursor): readonly NamedConnection[] {
  const found: NamedConnection[] = [];
  const lists = new OptionLists();
  while (cursor.peek() !== undefined) {
    if (cursor.takeWords("USING", "CONNECTIONS")) {
      found.push(...readList(cursor));
    } else if (cursor.takeWords("USING", "CONNECTION")) {
      found.push({ name: readReference(cursor), namedBy: "USING CONNECTION" });
    } else {
      const option = lists.isOpen ? takeOption(cursor) : undefined;
      if (option !== undefined) found.push(option);
      else lists.pass(cursor.word(), cursor.take());
    }
  }
  return found;
}

function readList(cursor: Cursor): readonly NamedConnection[] {
  const found: NamedConnection[] = [];
  cursor.expectMark("(");
  do found.push({ name: readReference(cursor), namedBy: "USING CONNECTIONS" });
  while (cursor.takeMark(","));
  if (!cursor.takeMark(")")) throw cursor.unexpected([",", ")"]);
  return found;
}

/** Confluent's pages write both `('c')` and (`c`) (contract/confluent.md 3.4). In single quotes stands the bare name. */
function readReference(cursor: Cursor): QualifiedName {
  const token = cursor.peek();
  return token?.kind === "string" ? takeText(cursor, token) : parseName(cursor);
}

function takeOption(cursor: Cursor): NamedConnection | undefined {
  const key = cursor.peek();
  const value = cursor.peek(2);
  if (key?.kind !== "string" || cursor.peek(1)?.kind !== "=" || value?.kind !== "string") return undefined;
  const namedBy = cursor.read(key).toLowerCase();
  cursor.take();
  cursor.take();
  // Of an option with another key both literals are done with as well.
  const name = takeText(cursor, value);
  return isConnectionKey(namedBy) ? { name, namedBy } : undefined;
}

function takeText(cursor: Cursor, token: Token): QualifiedName {
  const position = cursor.position(token);
  cursor.take();
  return { name: cursor.read(token), position };
}

function isConnectionKey(key: string): boolean {
  return key.endsWith(suffix) && key.length > suffix.length && key.length <= longestKey;
}

const suffix = ".connection";

/** No connector has options with longer keys, and they are shown in lists. */
const longestKey = 256;

/** Knows whether what comes next stands in a list of options. */
class OptionLists {
  #depth = 0;
  /** Depth of the outermost list we are in; 0 outside of any. */
  #listDepth = 0;
  #previousWord = "";

  get isOpen(): boolean {
    return this.#listDepth > 0;
  }

  pass(word: string, token: Token | undefined): void {
    if (token?.kind === "(") {
      this.#depth += 1;
      if (this.#listDepth === 0 && openers.has(this.#previousWord)) this.#listDepth = this.#depth;
    } else if (token?.kind === ")") {
      this.#depth = Math.max(0, this.#depth - 1);
      if (this.#depth < this.#listDepth) this.#listDepth = 0;
    }
    this.#previousWord = word;
  }
}

const openers: ReadonlySet<string> = new Set(["WITH", "SET", "OPTIONS"]);
