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

const lineFeed = 10;
const carriageReturn = 13;
