/** Place in a statement, both counted from 1, columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * Finds lines and columns of offsets. It goes on from the last offset asked for, so that asking in the order of the text
 * costs one pass over it however many options a statement has.
 */
export function createPositions(text: string): (offset: number) => Position {
  let line = 1;
  let lineStart = 0;
  let seen = 0;
  return (offset) => {
    if (offset < lineStart) {
      line = 1;
      lineStart = 0;
      seen = 0;
    }
    for (; seen < offset; seen += 1) {
      const code = text.charCodeAt(seen);
      const endsLine =
        code === lineFeed || (code === carriageReturn && text.charCodeAt(seen + 1) !== lineFeed);
      if (!endsLine) continue;
      line += 1;
      lineStart = seen + 1;
    }
    return { line, column: offset - lineStart + 1 };
  };
}

/** The offset of a place, with lines as above: `\r\n`, `\n` and `\r` each end one. */
export function offsetOf(text: string, { line, column }: Position): number {
  const ends = /\r\n|\n|\r/g;
  let start = 0;
  for (let seen = 1; seen < line; seen += 1) {
    if (ends.exec(text) === null) break;
    start = ends.lastIndex;
  }
  return Math.min(start + column - 1, text.length);
}

const lineFeed = 10;
const carriageReturn = 13;
