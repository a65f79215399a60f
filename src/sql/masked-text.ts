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
  /** What was masked, by its offsets in both texts, from left to right. */
  readonly #masks: {
    readonly start: number;
    end: number;
    readonly shownStart: number;
    readonly shownEnd: number;
  }[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  /** Parts that touch become one mask: where one ended and the other began says something about what they were. */
  cover(start: number, end: number): void {
    const last = this.#masks.at(-1);
    if (last !== undefined && this.#isBehindMask && start <= this.#done) last.end = end;
    else this.#put(start, end, maskedLiteral);
    this.#done = end;
    this.#isBehindMask = true;
  }

  /** Masks a part of a literal. */
  coverInside(start: number, end: number): void {
    this.#put(start, end, mask);
    this.#done = end;
    this.#isBehindMask = false;
  }

  /** Where a place of the text stands in the masked text; for what is masked, where its mask begins. */
  offsetOf(offset: number): number {
    let shift = 0;
    for (const { start, end, shownStart, shownEnd } of this.#masks) {
      if (offset < start) break;
      if (offset < end) return shownStart;
      shift = shownEnd - end;
    }
    return offset + shift;
  }

  #put(start: number, end: number, shown: string): void {
    this.#shown += this.#text.slice(this.#done, start);
    const shownStart = this.#shown.length;
    this.#shown += shown;
    this.#masks.push({ start, end, shownStart, shownEnd: this.#shown.length });
  }

  toString(): string {
    return this.#done === 0 ? this.#text : this.#shown + this.#text.slice(this.#done);
  }
}
