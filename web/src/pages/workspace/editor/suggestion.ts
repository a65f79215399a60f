/** The word that an error offers: `did you mean "api-key"?`, `did you mean CONNECTION?` */
export function suggestionIn(message: string): string | undefined {
  const found = /did you mean (?:"([^"]+)"|([A-Z]+))\?/.exec(message);
  return found?.[1] ?? found?.[2];
}

/** The offered word as it stands in the place of another: in the same quotes. */
export function inPlaceOf(word: string, suggestion: string): string {
  return word.startsWith("'") ? `'${suggestion}'` : suggestion;
}
