import { lex } from "../../sql/lex.ts";
import { offsetOf, type Position } from "../../sql/position.ts";
import { redactPlaces } from "../../sql/redact.ts";
import type { Vocabulary } from "../../sql/vocabulary.ts";
import { displayWidth } from "../output/display-width.ts";

/**
 * The line of a statement that an error is about, redacted, and below it carets under the word:
 *
 *     CREATE CONECTION c WITH ('api-key' = '******')
 *            ^^^^^^^^^
 *
 * @param columns Width of the terminal; of a longer line the part around the word is shown.
 */
export function statementAtFault(
  text: string,
  position: Position,
  vocabulary: Vocabulary,
  columns: number,
): readonly [line: string, carets: string] {
  const places = redactPlaces(text, vocabulary);
  const shown = places.toString();
  const at = Math.min(places.offsetOf(offsetOf(text, position)), shown.length);
  const start = Math.max(shown.lastIndexOf("\n", at - 1), shown.lastIndexOf("\r", at - 1)) + 1;
  const end = start + shown.slice(start).search(/[\r\n]|$/);
  const word = lex(shown).tokens.find((token) => token.start <= at && at < token.end);
  const wordEnd = Math.max(at + 1, Math.min(word?.end ?? 0, end));

  const room = Math.max(20, columns - 2);
  const from = wordEnd - start <= room ? start : Math.max(start, at - Math.floor(room / 2));
  const to = Math.min(end, from + room);
  const before = plain(shown.slice(from, at));
  const line = `${from > start ? "…" : ""}${plain(shown.slice(from, to))}${to < end ? "…" : ""}`;
  const indent = displayWidth(before) + (from > start ? 1 : 0);
  const width = Math.max(1, displayWidth(plain(shown.slice(at, Math.min(wordEnd, to)))));
  return [line, " ".repeat(indent) + "^".repeat(width)];
}

/** One column for each character that would move the cursor. */
function plain(text: string): string {
  return text.replace(/\p{Control}/gu, " ");
}
