import { type ErrorCode, KeymoorError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { keywordOf } from "./head.ts";
import { lex, type Punctuation, type Token } from "./lex.ts";
import { createPositions, type Position } from "./position.ts";
import { unquote } from "./quoting.ts";

/**
 * Walks over the tokens of a statement, comments left out. Its errors name keywords; whatever else stands in the text
 * they call by line and column, because it may be a secret.
 */
export class Cursor {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  readonly #positionOf: (offset: number) => Position;
  readonly #isSound: boolean;
  #at = 0;

  constructor(text: string) {
    const { tokens, isSound } = lex(text);
    this.#text = text;
    this.#isSound = isSound;
    this.#tokens = tokens.filter((token) => token.kind !== "comment");
    this.#positionOf = createPositions(text);
  }

  /** The token `ahead` of the next one; undefined at the end. */
  peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#at + ahead];
  }

  /** Whether the text has nothing but comments and semicolons. */
  get isEmpty(): boolean {
    return this.#tokens.every(({ kind }) => kind === ";");
  }

  /** Whether the text or the statement ends behind so many more tokens. */
  isOver(ahead = 0): boolean {
    const next = this.peek(ahead)?.kind;
    return next === undefined || next === ";";
  }

  /** The bare word that comes next, in upper case; empty if something else does. */
  word(ahead = 0): string {
    const token = this.peek(ahead);
    return token?.kind === "word" ? keywordOf(this.#text, token) : "";
  }

  /** Takes these words if they come next. */
  takeWords(...words: readonly string[]): boolean {
    if (!words.every((word, ahead) => this.word(ahead) === word)) return false;
    this.#at += words.length;
    return true;
  }

  takeMark(mark: Punctuation): boolean {
    if (this.peek()?.kind !== mark) return false;
    this.#at += 1;
    return true;
  }

  expectWord(word: string): void {
    if (!this.takeWords(word)) throw this.unexpected([word]);
  }

  expectMark(mark: Punctuation, hint?: string): void {
    if (!this.takeMark(mark)) throw this.unexpected([mark], hint);
  }

  take(): Token | undefined {
    this.#at += 1;
    return this.#tokens[this.#at - 1];
  }

  /** The text of a token; for a quoted one what its quotes hold. */
  read(token: Token): string {
    return token.kind === "word" ? this.#text.slice(token.start, token.end) : unquote(this.#text, token);
  }

  /** Place of a token, or of the text's end. */
  position(token: Token | undefined = this.peek()): Position {
    return this.#positionOf(token?.start ?? this.#text.trimEnd().length);
  }

  /** Whether the next token stands right behind the last one taken. */
  get isTouching(): boolean {
    return this.#tokens[this.#at - 1]?.end === this.peek()?.start;
  }

  /** Something else stands where one of these should: keywords in capitals, marks, or words that say what is wanted. */
  unexpected(wanted: readonly string[], hint?: string): KeymoorError {
    const token = this.peek();
    const list =
      wanted.length < 2 ? wanted.join("") : `${wanted.slice(0, -1).join(", ")} or ${wanted.at(-1)}`;
    if (token === undefined) return this.#refusal(`The statement ends before ${list}`, undefined, hint);
    const broken = this.#brokenToken(token);
    if (broken !== undefined) return broken;
    const meant = token.kind === "word" ? nearest(this.word(), wanted.filter(isKeyword)) : undefined;
    if (meant !== undefined) {
      return this.fail("sql_syntax", "Unknown word", token, { tail: `; did you mean ${meant}?`, hint });
    }
    return this.#refusal(`Expected ${list}`, token, hint);
  }

  /** An error at a token, as `what` with its line and column behind it. */
  fail(
    code: ErrorCode,
    what: string,
    token: Token | undefined,
    { tail = ".", hint }: { readonly tail?: string; readonly hint?: string | undefined } = {},
  ): KeymoorError {
    const position = this.position(token);
    const message = `${what} at line ${position.line}, column ${position.column}${tail}`;
    return new KeymoorError(code, message, hint === undefined ? { position } : { hint, position });
  }

  #refusal(what: string, token: Token | undefined, hint: string | undefined): KeymoorError {
    const quoteHint = this.#isSound
      ? undefined
      : "Perhaps a quote is missing before it, or stands once where two should.";
    return this.fail("sql_syntax", what, token, { hint: hint ?? quoteHint });
  }

  #brokenToken(token: Token): KeymoorError | undefined {
    if (token.kind === "unclosed") {
      if (this.#text.charAt(token.start) === "/") {
        return this.fail("sql_syntax", "A comment is not closed; it opens", token);
      }
      return this.fail("sql_syntax", "A quote is not closed; it opens", token, {
        hint: "Perhaps an earlier one is missing, or stands once where two should.",
      });
    }
    if (token.kind === "unknown") {
      return this.fail("sql_syntax", "A character that SQL does not use stands", token, {
        hint: "Text copied from a document may have other quotes and spaces than SQL's.",
      });
    }
    if (token.kind === "double") {
      return this.fail("sql_syntax", "Double quotes stand", token, {
        hint: "Options and values are written in single quotes, names plain or in back-quotes.",
      });
    }
    return undefined;
  }
}

function isKeyword(wanted: string): boolean {
  return /^[A-Z]+$/.test(wanted);
}
