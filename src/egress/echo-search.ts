/** Shorter secrets would be found by chance (design 9). */
const minBytes = 8;

interface Needle {
  readonly bytes: Buffer;
  /** For each length of a matched prefix the next shorter one to fall back to (Knuth, Morris, Pratt). */
  readonly fallback: Uint16Array | Uint32Array;
}

/**
 * Searches an answer for secrets as it streams: its bytes as they come, whatever its headers call them. What might be the beginning of one at the end of a chunk is held back until
 * the next, so that no part of a secret gets out before the whole is seen.
 */
export class EchoSearch {
  /** In UTF-8, one character for each byte, as header values are read. */
  readonly #texts: readonly string[];
  #needles: readonly Needle[] | undefined;
  #held: Buffer = empty;

  constructor(secrets: readonly string[]) {
    this.#texts = [...new Set(secrets)].map(inBytes).filter((text) => text.length >= minBytes);
  }

  get isNeeded(): boolean {
    return this.#texts.length > 0;
  }

  /** True when a header value holds a secret. */
  isIn(value: string): boolean {
    return this.#texts.some((text) => value.includes(text));
  }

  /** The bytes that may go on now, possibly none; undefined when a secret was found. */
  next(chunk: Buffer): Buffer | undefined {
    this.#needles ??= this.#texts.map(needle);
    const data = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    let hold = 0;
    for (const { bytes, fallback } of this.#needles) {
      if (data.includes(bytes)) return undefined;
      hold = Math.max(hold, prefixAtEnd(data, bytes, fallback));
    }
    // A copy, so that a few bytes do not keep a whole chunk alive.
    this.#held = hold === 0 ? empty : Buffer.from(data.subarray(data.length - hold));
    return hold === 0 ? data : data.subarray(0, data.length - hold);
  }

  /** What was held back, once the answer has ended without completing a secret. */
  rest(): Buffer {
    return this.#held;
  }
}

const empty = Buffer.alloc(0);

function inBytes(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

function needle(text: string): Needle {
  const bytes = Buffer.from(text, "latin1");
  const fallback = bytes.length < 0xffff ? new Uint16Array(bytes.length) : new Uint32Array(bytes.length);
  for (let i = 1, length = 0; i < bytes.length; i++) {
    length = extend(bytes, fallback, length, bytes[i]);
    fallback[i] = length;
  }
  return { bytes, fallback };
}

/** Length of the longest end of `data` with which `bytes` begins. `data` does not hold all of `bytes`. */
function prefixAtEnd(data: Buffer, bytes: Buffer, fallback: Needle["fallback"]): number {
  let length = 0;
  for (let i = Math.max(0, data.length - bytes.length + 1); i < data.length; i++) {
    length = extend(bytes, fallback, length, data[i]);
  }
  return length;
}

function extend(
  bytes: Buffer,
  fallback: Needle["fallback"],
  length: number,
  byte: number | undefined,
): number {
  let matched = length;
  while (matched > 0 && bytes[matched] !== byte) matched = fallback[matched - 1] ?? 0;
  return bytes[matched] === byte ? matched + 1 : matched;
}
