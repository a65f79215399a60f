/** Control characters, which drive a terminal, and those that turn the direction of writing around. Line breaks and tabs are none. */
export const unprintable =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about.
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** A text for people in which nothing drives the terminal. */
export function printable(text: string): string {
  return text.replace(unprintable, "\ufffd");
}

/** JSON or YAML in which some characters that stand in quotes are escapes: the value is the same. */
export function escaped(text: string, characters: RegExp): string {
  return text.replace(
    characters,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
