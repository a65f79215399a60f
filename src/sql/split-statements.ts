import { lex, type Token } from "./lex.ts";

/** One statement of a longer text, from its first word to its semicolon. */
export interface StatementText {
  readonly text: string;
  /** Offset of the longer text at which it begins. */
  readonly start: number;
  /** Line of the longer text on which it begins, from 1. */
  readonly line: number;
}

export interface SplitText {
  readonly statements: readonly StatementText[];
  /** What follows the last semicolon, from its first word; undefined when that is nothing but space and comments. */
  readonly rest: StatementText | undefined;
}

/**
 * Cuts a text at its semicolons; those in quotes and comments cut nothing. Comments between statements belong to none, so that
 * they are neither sent nor kept. An open quote or comment reaches to the end.
 *
 *     splitStatements("SHOW CONNECTIONS; DROP CONNECTION c") // one statement, and a rest
 */
export function splitStatements(text: string): SplitText {
  const statements: StatementText[] = [];
  const lineAt = lineCounter(text);
  const textFrom = ({ start }: Token, end: number): StatementText => ({
    text: text.slice(start, end),
    start,
    line: lineAt(start),
  });
  let first: Token | undefined;
  for (const token of lex(text).tokens) {
    if (token.kind === "comment") continue;
    if (token.kind === ";" && first === undefined) continue;
    first ??= token;
    if (token.kind !== ";") continue;
    statements.push(textFrom(first, token.end));
    first = undefined;
  }
  const rest = first && textFrom(first, text.length);
  return { statements, rest };
}

/** Goes on from the last offset, so that a long file costs one pass. */
function lineCounter(text: string): (offset: number) => number {
  let line = 1;
  let seen = 0;
  return (offset) => {
    for (; seen < offset; seen += 1) if (text.charAt(seen) === "\n") line += 1;
    return line;
  };
}
