import type { QualifiedName } from "./connection-statement.ts";
import type { Cursor } from "./cursor.ts";

const hyphenHint =
  "A name with anything but letters, digits and _ is written in back-quotes: `my-connection`.";

/** `[catalog.][database.]name`; keywords need no quotes. */
export function parseName(cursor: Cursor): QualifiedName {
  const position = cursor.position();
  const parts = parsePath(cursor, 3, "the name of the connection");
  const [name = "", database, catalog] = parts.reverse();
  return {
    name,
    position,
    ...(database === undefined ? {} : { database }),
    ...(catalog === undefined ? {} : { catalog }),
  };
}

/** Parts of a name with dots between them. */
export function parsePath(cursor: Cursor, mostParts: number, what: string): string[] {
  const parts: string[] = [];
  do {
    if (parts.length === mostParts) {
      throw cursor.fail("sql_syntax", "A name has too many parts", cursor.peek(), {
        hint: "It is at most catalog.database.name; a dot within a part needs back-quotes around it.",
      });
    }
    parts.push(parsePart(cursor, what));
  } while (cursor.takeMark("."));
  const next = cursor.peek();
  if (cursor.isTouching && (next?.kind === "symbol" || next?.kind === "number" || next?.kind === "word")) {
    throw cursor.fail("sql_syntax", "The name breaks off", next, { hint: hyphenHint });
  }
  return parts;
}

function parsePart(cursor: Cursor, what: string): string {
  const token = cursor.peek();
  if (token?.kind === "word" || token?.kind === "name") {
    const part = cursor.read(token);
    if (part === "") throw cursor.fail("sql_syntax", "A name is empty", token);
    cursor.take();
    return part;
  }
  const isQuotedAsText = token?.kind === "string";
  throw cursor.unexpected(
    [what],
    isQuotedAsText
      ? "Names are written plain or in back-quotes."
      : token?.kind === "number"
        ? hyphenHint
        : undefined,
  );
}
