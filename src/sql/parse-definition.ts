import { Cursor } from "./cursor.ts";
import { definedObjects } from "./head.ts";
import { type NamedConnection, readNamedConnections } from "./named-connections.ts";
import { parsePath } from "./parse-name.ts";

/** What Keymoor minds of a definition: the rest of it is the engine's grammar. */
export interface Definition {
  /** In upper case: `TABLE`. */
  readonly object: string;
  /** Its name as written, from the catalog on if there is one. */
  readonly path: readonly string[];
  readonly change: DefinitionChange;
  /** In their order; one may be named twice. */
  readonly connections: readonly NamedConnection[];
}

export type DefinitionChange =
  /** CREATE, and ALTER with a new query or class: nothing of an earlier definition stays. */
  | { readonly kind: "define"; readonly ifNotExists: boolean }
  /** What is given stands beside what was there; an option takes the place of the one with its key. */
  | { readonly kind: "alter" }
  /** Options by key, in lower case. */
  | { readonly kind: "reset"; readonly keys: readonly string[] }
  /** Within its catalog and database. */
  | { readonly kind: "rename"; readonly to: string }
  | { readonly kind: "drop" };

/**
 * Reads a text that `classify` takes for a definition; throws a KeymoorError with line and column where what it defines, or
 * a connection that it names, does not read.
 *
 *     {CREATE [OR REPLACE] | ALTER | DROP} [TEMPORARY] [SYSTEM] [MATERIALIZED]
 *       {TABLE | VIEW | MODEL | FUNCTION | TOOL | AGENT} [IF [NOT] EXISTS] [catalog.][database.]name ...
 */
export function parseDefinition(text: string): Definition {
  const cursor = new Cursor(text);
  while (cursor.takeMark("("));
  const verb = cursor.word();
  cursor.take();
  while (!definedObjects.has(cursor.word()) && !cursor.isOver()) cursor.take();
  const object = cursor.word();
  cursor.take();
  const ifNotExists = cursor.takeWords("IF", "NOT", "EXISTS");
  if (!ifNotExists) cursor.takeWords("IF", "EXISTS");
  const path = parsePath(cursor, 3, `the name of the ${object.toLowerCase()}`);
  const change = readChange(cursor, verb, object, ifNotExists);
  return { object, path, change, connections: readNamedConnections(cursor) };
}

function readChange(cursor: Cursor, verb: string, object: string, ifNotExists: boolean): DefinitionChange {
  if (verb === "DROP") return { kind: "drop" };
  if (verb === "CREATE") return { kind: "define", ifNotExists };
  if (cursor.takeWords("RENAME", "TO")) {
    const [to = ""] = parsePath(cursor, 3, `the new name of the ${object.toLowerCase()}`).reverse();
    return { kind: "rename", to };
  }
  if (cursor.word() === "RESET" && cursor.peek(1)?.kind === "(")
    return { kind: "reset", keys: readKeys(cursor) };
  const isAnew = cursor.word() === "AS" && (object === "VIEW" || object === "FUNCTION");
  return isAnew ? { kind: "define", ifNotExists: false } : { kind: "alter" };
}

/** `RESET ('key' [, ...])` */
function readKeys(cursor: Cursor): readonly string[] {
  const keys: string[] = [];
  cursor.take();
  while (cursor.peek() !== undefined && cursor.peek()?.kind !== ")") {
    const token = cursor.take();
    if (token?.kind === "string") keys.push(cursor.read(token).toLowerCase());
  }
  return keys;
}
