/** `"a"`, `"a" or "b"`, `"a", "b", or "c"`: lists as Confluent's CLI writes them. */
export function wordList(words: readonly string[], conjunction: "or" | "and"): string {
  const quoted = words.map((word) => `"${word}"`);
  if (quoted.length <= 2) return quoted.join(` ${conjunction} `);
  return `${quoted.slice(0, -1).join(", ")}, ${conjunction} ${quoted.at(-1) ?? ""}`;
}
