import type { KeymoorError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { Secret } from "../secret.ts";
import type { SqlOption } from "./connection-statement.ts";
import type { Cursor } from "./cursor.ts";
import type { Token } from "./lex.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** `( 'key' = 'value' [, ...] )`. Keys are compared without case; each is one of the vocabulary's and stands once. */
export function parseOptions(cursor: Cursor, vocabulary: Vocabulary): readonly SqlOption[] {
  const options = new Map<string, SqlOption>();
  cursor.expectMark("(");
  if (cursor.takeMark(")")) return [];
  do {
    const keyToken = expectLiteral(cursor, "an option's key in single quotes", keyHint(cursor));
    const key = cursor.read(keyToken).toLowerCase();
    if (!vocabulary.options.has(key)) throw unknownOption(cursor, keyToken, vocabulary);
    const keyPosition = cursor.position(keyToken);
    const first = options.get(key)?.keyPosition;
    if (first !== undefined) {
      throw cursor.fail("option_twice", `Option "${key}" is given twice,`, keyToken, {
        hint: `It stands already at line ${first.line}, column ${first.column}.`,
      });
    }
    cursor.expectMark("=");
    const valueToken = expectLiteral(cursor, "a value in single quotes");
    const valuePosition = cursor.position(valueToken);
    options.set(key, { key, value: new Secret(cursor.read(valueToken)), keyPosition, valuePosition });
  } while (cursor.takeMark(","));
  if (!cursor.takeMark(")")) throw cursor.unexpected([",", ")"], hintAfterValue(cursor));
  return [...options.values()];
}

function expectLiteral(cursor: Cursor, what: string, hint?: string): Token {
  const token = cursor.peek();
  if (token?.kind !== "string") throw cursor.unexpected([what], hint);
  cursor.take();
  return token;
}

function keyHint(cursor: Cursor): string | undefined {
  return cursor.peek()?.kind === ")" ? "A comma stands between options, not behind the last one." : undefined;
}

function hintAfterValue(cursor: Cursor): string | undefined {
  return cursor.peek()?.kind === "string"
    ? "A comma stands between options; a quote inside of quotes is written twice."
    : undefined;
}

/** A key is quoted only if it is a plain word so near to a known one that it is certainly meant for a key. */
function unknownOption(cursor: Cursor, token: Token, vocabulary: Vocabulary): KeymoorError {
  const key = cursor.read(token);
  const meant = nearest(key, vocabulary.options.keys());
  if (meant === undefined) {
    return cursor.fail("option_unknown", "Unknown option", token, {
      hint: `Options are ${[...vocabulary.options.keys()].map((known) => `"${known}"`).join(", ")}.`,
    });
  }
  const what = /^[A-Za-z0-9_.-]+$/.test(key) ? `Unknown option "${key}"` : "Unknown option";
  return cursor.fail("option_unknown", what, token, { tail: `; did you mean "${meant}"?` });
}
