import { nearest } from "../nearest.ts";
import { keywordOf } from "./head.ts";
import { isWordCharacter, type Token } from "./lex.ts";

const words = ["connection", "connections"];
const mostEdits = 2;
const shortest = "connection".length - mostEdits;
const longest = "connections".length + mostEdits;

/** CONNECTION, CONNECTIONS or a word within two edits of them. */
export function isNearConnection(text: string, start: number, end: number): boolean {
  const length = end - start;
  if (length < shortest || length > longest) return false;
  return nearest(text.slice(start, end), words, mostEdits) !== undefined;
}

/** Whether such a word stands anywhere in a text, in quotes and comments too. */
export function mentionsConnection(text: string): boolean {
  let start = 0;
  for (let offset = 0; offset <= text.length; offset += 1) {
    if (offset < text.length && isWordCharacter(text, offset)) continue;
    if (isNearConnection(text, start, offset)) return true;
    start = offset + 1;
  }
  return false;
}

/**
 * Whether a bare word near CONNECTION follows CREATE, ALTER and the like somewhere, as in a text of two statements whose
 * semicolon is missing. Behind DROP a name has to follow: `ALTER TABLE t DROP connection` drops a column.
 */
export function makesConnection(text: string, tokens: readonly Token[]): boolean {
  let verb: Token | undefined;
  let isDropped = false;
  for (const token of tokens) {
    if (token.kind === "comment") continue;
    if (isDropped && mayBeName(token)) return true;
    isDropped = false;
    if (token.kind === "word" && verb !== undefined && isNearConnection(text, token.start, token.end)) {
      const before = keywordOf(text, verb);
      if (makingVerbs.has(before)) return true;
      isDropped = before === "DROP";
    }
    verb = token.kind === "word" ? token : undefined;
  }
  return false;
}

/** Whether a token may be meant for a name, such as one in the wrong quotes. */
export function mayBeName(token: Token | undefined): boolean {
  return token !== undefined && nameKinds.has(token.kind);
}

const nameKinds: ReadonlySet<Token["kind"]> = new Set(["word", "name", "string", "double", "number"]);

const makingVerbs = new Set(["CREATE", "REPLACE", "ALTER", "TEMPORARY", "SYSTEM"]);
