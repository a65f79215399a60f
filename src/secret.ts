/** `inspect.custom` of node:util, by its registered name, so that a browser can load this file too. */
const inspected = Symbol.for("nodejs.util.inspect.custom");

const shown = "[redacted]";

/**
 * A hidden value between the edge and the vault. It prints as `[redacted]` in strings, JSON and the inspector, and cannot be
 * cloned to another thread; `reveal()` is the only way in, so a search for `reveal(` lists every place that touches plaintext.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The plaintext. Hand it on at once; never keep it in a field, a log line or an error. */
  reveal(): string {
    return this.#value;
  }

  /** Length in UTF-8 bytes, which is what limits are counted in. */
  get sizeBytes(): number {
    return Buffer.byteLength(this.#value, "utf8");
  }

  get isEmpty(): boolean {
    return this.#value.length === 0;
  }

  toString(): string {
    return shown;
  }

  toJSON(): string {
    return shown;
  }

  [Symbol.toPrimitive](): string {
    return shown;
  }

  [inspected](): string {
    return shown;
  }
}
