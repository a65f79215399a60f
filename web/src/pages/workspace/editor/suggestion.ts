/** The word that an error offers: `did you mean "api-key"?`, `did you mean CONNECTION?`, or the only option there is. */
export function suggestionIn(message: string): string | undefined {
  const found = /did you mean (?:"([^"]+)"|([A-Z]+))\?|Accepted options: "([^"]+)"\.$/.exec(message);
  return found?.slice(1).find((word) => word !== undefined);
}

/** The offered word as it stands in the place of another: in the same quotes. */
export function inPlaceOf(word: string, suggestion: string): string {
  return word.startsWith("'") ? `'${suggestion}'` : suggestion;
}
