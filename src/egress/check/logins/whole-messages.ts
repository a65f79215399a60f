/**
 * Looks at the beginning of what the service sent: the length of the message there with its head, or undefined while too
 * little of it has come. Throws what is to be the check's failure if no such server sends this.
 */
export type Framing = (bytes: Buffer) => number | undefined;

/**
 * Passes on messages that are whole and can be ones of the protocol. Drivers trust their server with lengths and counts, and
 * some loop or fail for good on a wrong one.
 */
export class WholeMessages {
  readonly #framing: Framing;
  readonly #tooMuch: () => Error;
  /** A login takes a few kilobytes, so that this never moves. */
  readonly #bytes = Buffer.alloc(maxAnswerBytes);
  #filled = 0;
  #passed = 0;

  constructor(framing: Framing, tooMuch: () => Error) {
    this.#framing = framing;
    this.#tooMuch = tooMuch;
  }

  /** A copy of all messages that this chunk completes; empty while there is none. */
  next(chunk: Buffer): Uint8Array<ArrayBuffer> {
    if (this.#filled + chunk.length > maxAnswerBytes) throw this.#tooMuch();
    chunk.copy(this.#bytes, this.#filled);
    this.#filled += chunk.length;
    const from = this.#passed;
    for (;;) {
      const rest = this.#bytes.subarray(this.#passed, this.#filled);
      const length = this.#framing(rest);
      if (length === undefined || length > rest.length) break;
      this.#passed += length;
    }
    return new Uint8Array(this.#bytes.subarray(from, this.#passed));
  }
}

/** A service that sends more would only keep a driver busy. */
export const maxAnswerBytes = 256 * 1024;
