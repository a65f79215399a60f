import { mask } from "./mask.ts";
import { quoteText } from "./quoting.ts";

/** What stands in a redacted statement for whatever was masked: a literal, so that the statement still reads as one. */
const maskedLiteral = quoteText(mask);

/**
 * A text with parts of it masked, from left to right. Every other byte stays, and a text of which nothing was masked is
 * the very text that came in.
 */
export class MaskedText {
  readonly #text: string;
  #shown = "";
  /** Up to here the text is copied or masked. */
  #done = 0;
  #isBehindMask = false;

  constructor(text: string) {
    this.#text = text;
  }

  /** Parts that touch become one mask: where one ended and the other began says something about what they were. */
  cover(start: number, end: number): void {
    if (!this.#isBehindMask || start > this.#done) {
      this.#shown += this.#text.slice(this.#done, start) + maskedLiteral;
    }
    this.#done = end;
    this.#isBehindMask = true;
  }

  /** Masks a part of a literal. */
  coverInside(start: number, end: number): void {
    this.#shown += this.#text.slice(this.#done, start) + mask;
    this.#done = end;
    this.#isBehindMask = false;
  }

  toString(): string {
    return this.#done === 0 ? this.#text : this.#shown + this.#text.slice(this.#done);
  }
}
