/**
 * SQL's LIKE as SHOW uses it: `%` is any run, `_` one character, a backslash takes what follows it literally. Case
 * counts, as it does in names. A pattern without `%` is done in one pass; with them the cost is bounded by the length
 * of the pattern, which is first cut to what can match, times that of the text.
 */
export function matchesLike(pattern: string, text: string): boolean {
  const wanted = readPattern(pattern, text.length);
  if (wanted === undefined) return false;
  let at = 0;
  let lastRun = -1;
  let runTakes = 0;
  let offset = 0;
  while (offset < text.length) {
    const part = wanted[at];
    if (part === anyRun) {
      lastRun = at;
      runTakes = offset;
      at += 1;
    } else if (part !== undefined && (part === anyOne || part === text.charAt(offset))) {
      at += 1;
      offset += 1;
    } else if (lastRun >= 0) {
      // The last run takes one character more; those before it never have to change.
      runTakes += 1;
      offset = runTakes;
      at = lastRun + 1;
    } else {
      return false;
    }
  }
  while (wanted[at] === anyRun) at += 1;
  return at === wanted.length;
}

const anyRun = Symbol("%");
const anyOne = Symbol("_");
type Part = string | typeof anyRun | typeof anyOne;

/** The pattern's parts, or undefined when it asks for more characters than there are. */
function readPattern(pattern: string, mostCharacters: number): readonly Part[] | undefined {
  const parts: Part[] = [];
  let characters = 0;
  for (let offset = 0; offset < pattern.length; offset += 1) {
    let character = pattern.charAt(offset);
    if (character === "%") {
      if (parts.at(-1) !== anyRun) parts.push(anyRun);
      continue;
    }
    characters += 1;
    if (characters > mostCharacters) return undefined;
    if (character === "\\" && offset + 1 < pattern.length) {
      offset += 1;
      character = pattern.charAt(offset);
      parts.push(character);
    } else {
      parts.push(character === "_" ? anyOne : character);
    }
  }
  return parts;
}
