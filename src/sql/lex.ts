/**
 * `string` stands in single quotes, `name` in back-quotes, `double` in double quotes. An `unclosed` one of these, or an
 * unclosed block comment, reaches to the end of the text. `unknown` is a run of characters that SQL has no use for.
 */
export type TokenKind =
  | "word"
  | "number"
  | "string"
  | "name"
  | "double"
  | "comment"
  | "symbol"
  | "unclosed"
  | "unknown"
  | Punctuation;

export type Punctuation = "(" | ")" | "," | ";" | "=" | ".";

/** A part of a text by its offsets; what lies between tokens is white space. */
export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
}

export interface Lexed {
  readonly tokens: readonly Token[];
  /**
   * No quote or comment is left open, every character is one of SQL's, and no closing quote touches a word or another
   * quote. The last is never meant: it shows that quotes are paired wrongly, so that what was inside is outside.
   */
  readonly isSound: boolean;
}

/**
 * Cuts a text into tokens as Flink's parser does (Calcite's Parser.jj: back-quoted names, doubled quotes, no backslash
 * escapes, `--` and `//` comments, blocks that do not nest, hints as ordinary tokens). Any text is cut, in one pass.
 */
export function lex(text: string): Lexed {
  const tokens: Token[] = [];
  let isSound = true;
  let offset = 0;
  while (offset < text.length) {
    const code = text.charCodeAt(offset);
    const kind = code < 128 ? (asciiClass[code] ?? CharClass.unknown) : classOf(text, offset);
    const start = offset;
    switch (kind) {
      case CharClass.space:
        offset += 1;
        continue;
      case CharClass.letter:
        offset = endOfWord(text, offset);
        tokens.push({ kind: "word", start, end: offset });
        continue;
      case CharClass.digit:
        offset = endOfNumber(text, offset);
        tokens.push({ kind: "number", start, end: offset });
        continue;
      case CharClass.quote: {
        offset = endOfQuoted(text, offset, code);
        const isClosed = offset > 0;
        if (!isClosed) offset = text.length;
        if (!isClosed || touchesNext(text, offset)) isSound = false;
        tokens.push({ kind: isClosed ? quotedKind(code) : "unclosed", start, end: offset });
        continue;
      }
      case CharClass.punctuation:
        offset += 1;
        tokens.push({ kind: text.charAt(start) as Punctuation, start, end: offset });
        continue;
      case CharClass.symbol: {
        const end = endOfComment(text, offset);
        if (end === undefined) {
          // A hint, whose options are ordinary tokens, opens like a comment.
          offset += text.startsWith("/*+", offset) ? 3 : 1;
          tokens.push({ kind: "symbol", start, end: offset });
          continue;
        }
        const isClosed = end > 0;
        if (!isClosed) isSound = false;
        offset = isClosed ? end : text.length;
        tokens.push({ kind: isClosed ? "comment" : "unclosed", start, end: offset });
        continue;
      }
      case CharClass.unknown:
        isSound = false;
        offset = endOfUnknown(text, offset);
        tokens.push({ kind: "unknown", start, end: offset });
        continue;
    }
  }
  return { tokens, isSound };
}

/** True for characters that words are made of, those of other alphabets included. */
export function isWordCharacter(text: string, offset: number): boolean {
  const code = text.charCodeAt(offset);
  const kind = code < 128 ? asciiClass[code] : classOf(text, offset);
  return kind === CharClass.letter || kind === CharClass.digit;
}

const CharClass = { unknown: 0, space: 1, letter: 2, digit: 3, quote: 4, punctuation: 5, symbol: 6 } as const;
type CharClass = (typeof CharClass)[keyof typeof CharClass];

const asciiClass: readonly CharClass[] = Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (" \t\n\r\f\v".includes(character)) return CharClass.space;
  if (/[A-Za-z_$]/.test(character)) return CharClass.letter;
  if (/[0-9]/.test(character)) return CharClass.digit;
  if ("'\"`".includes(character)) return CharClass.quote;
  if ("(),;=.".includes(character)) return CharClass.punctuation;
  if ("+-*/%<>!|&^~?:[]{}".includes(character)) return CharClass.symbol;
  return CharClass.unknown;
});

/** Of a character beyond ASCII. Wide punctuation, wide spaces and typographic quotes are none of SQL's. */
function classOf(text: string, offset: number): CharClass {
  const code = text.charCodeAt(offset);
  // Half of a pair: its first half is judged by the whole character, its second half goes with the first.
  if (code >= 0xdc00 && code <= 0xdfff)
    return isPair(text, offset - 1) ? classOf(text, offset - 1) : CharClass.unknown;
  return wordBeyondAscii.test(String.fromCodePoint(text.codePointAt(offset) ?? code))
    ? CharClass.letter
    : CharClass.unknown;
}

const wordBeyondAscii = /^[\p{L}\p{M}\p{N}]$/u;

function isPair(text: string, offset: number): boolean {
  return (text.codePointAt(offset) ?? 0) > 0xffff;
}

function endOfWord(text: string, start: number): number {
  let end = start + 1;
  while (end < text.length && isWordCharacter(text, end)) end += 1;
  return end;
}

/** Digits with what hangs on them: `1e5`, `0xFF`, `1.5`. */
function endOfNumber(text: string, start: number): number {
  let end = start + 1;
  while (end < text.length) {
    if (isWordCharacter(text, end)) end += 1;
    else if (text.charCodeAt(end) === dot && asciiClass[text.charCodeAt(end + 1)] === CharClass.digit)
      end += 2;
    else break;
  }
  return end;
}

/** Offset behind the closing quote, or -1. A doubled quote stands for one and closes nothing. */
function endOfQuoted(text: string, start: number, quote: number): number {
  const mark = String.fromCharCode(quote);
  let end = text.indexOf(mark, start + 1);
  while (end >= 0 && text.charCodeAt(end + 1) === quote) end = text.indexOf(mark, end + 2);
  return end < 0 ? -1 : end + 1;
}

function quotedKind(quote: number): TokenKind {
  return quote === singleQuote ? "string" : quote === backQuote ? "name" : "double";
}

function touchesNext(text: string, offset: number): boolean {
  if (offset >= text.length) return false;
  return isWordCharacter(text, offset) || asciiClass[text.charCodeAt(offset)] === CharClass.quote;
}

/** Offset behind a comment; -1 if it is not closed; undefined if none begins here. */
function endOfComment(text: string, start: number): number | undefined {
  if (text.startsWith("--", start) || text.startsWith("//", start)) {
    let end = start + 2;
    while (end < text.length && text.charCodeAt(end) !== lineFeed && text.charCodeAt(end) !== carriageReturn)
      end += 1;
    return end;
  }
  if (!text.startsWith("/*", start) || text.charCodeAt(start + 2) === plus) return undefined;
  const end = text.indexOf("*/", start + 2);
  return end < 0 ? -1 : end + 2;
}

function endOfUnknown(text: string, start: number): number {
  let end = start + 1;
  while (end < text.length) {
    const code = text.charCodeAt(end);
    if ((code < 128 ? asciiClass[code] : classOf(text, end)) !== CharClass.unknown) break;
    end += 1;
  }
  return end;
}

const lineFeed = 10;
const carriageReturn = 13;
const singleQuote = 39;
const plus = 43;
const dot = 46;
const backQuote = 96;
