import { lex } from "../../../../../src/sql/lex.ts";
import type { MaskedText } from "../../../../../src/sql/masked-text.ts";
import { createPositions, offsetOf, type Position } from "../../../../../src/sql/position.ts";
import { redactPlaces } from "../../../../../src/sql/redact.ts";
import type { StatementText } from "../../../../../src/sql/split-statements.ts";
import type { Vocabulary } from "../../../../../src/sql/vocabulary.ts";

/** A part of a text by its offsets. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A statement on its way to the server, and what stays of it in the editor. */
export interface SentStatement {
  /** As it was typed: handed to the request and kept nowhere. */
  readonly text: string;
  readonly masked: string;
  /** Where it stands in the editor. */
  readonly start: number;
  /** Where an offset of the text as it was typed stands in what stays of it. */
  readonly offsetOf: (offset: number) => number;
  /** A sentence of the server about the text that was sent, with the places of the editor. */
  readonly inEditor: (sentence: string) => string;
  /** The word that an error of the server is about, in the text that stays. */
  readonly spanOf: (position: Position) => Span;
}

export function sentStatement(
  whole: string,
  { text, start }: StatementText,
  vocabulary: Vocabulary,
): SentStatement {
  const places = redactPlaces(text, vocabulary);
  const masked = places.toString();
  return {
    text,
    masked,
    start,
    offsetOf: (offset) => places.offsetOf(offset),
    inEditor: placesIn(whole, start),
    spanOf: spanFinder(text, places, masked, start),
  };
}

/** Lines and columns counted from where those count that stand beside the editor. */
export function placesIn(whole: string, start: number): (sentence: string) => string {
  const at = createPositions(whole)(start);
  return (sentence) =>
    sentence.replaceAll(/\bline (\d+), column (\d+)/g, (_, line: string, column: string) => {
      const shift = line === "1" ? at.column - 1 : 0;
      return `line ${Number(line) + at.line - 1}, column ${Number(column) + shift}`;
    });
}

function spanFinder(text: string, places: MaskedText, masked: string, start: number) {
  return (position: Position): Span => {
    const { from, to } = wordAt(masked, places.offsetOf(offsetOf(text, position)));
    return { from: start + from, to: start + to };
  };
}

/** The token at an offset; at the end of a text its last character, so that there is something to underline. */
export function wordAt(text: string, offset: number): Span {
  const token = lex(text).tokens.find(({ start, end }) => start <= offset && offset < end);
  if (token?.kind === "unclosed") return { from: offset, to: endOfLine(text, offset) };
  if (token !== undefined) return { from: offset, to: token.end };
  const end = text.trimEnd().length;
  return offset < end ? { from: offset, to: offset + 1 } : { from: Math.max(0, end - 1), to: end };
}

/** An open quote reaches to the end of the text, but a whole page underlined says nothing. */
function endOfLine(text: string, offset: number): number {
  const rest = text.slice(offset).search(/[\r\n]/);
  return rest < 0 ? text.length : offset + Math.max(1, rest);
}
