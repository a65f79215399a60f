import { KeymoorError } from "../errors.ts";

/** Names are the same on every surface: what SQL users write (`_`) and what REST users write (`-`, `.`). */
const pattern = /^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$/;
const maxLength = 100;

/** Whether a text has the form of a name. Statements' names have it too. */
export function isName(text: string): boolean {
  return text.length <= maxLength && pattern.test(text);
}

/** The name if it may be one, else `invalid_name`. What was sent is not repeated: it may be a misplaced secret. */
export function judgeConnectionName(name: string): string {
  if (isName(name)) return name;
  throw new KeymoorError("invalid_name", `The connection's name ${faultOf(name)}.`, {
    hint: `A name has letters, digits, "_", "-" and ".", begins and ends with a letter or digit, and is at most ${maxLength} long.`,
    pointer: "/name",
  });
}

function faultOf(name: string): string {
  if (name === "") return "is missing";
  if (name.length > maxLength) return `is longer than ${maxLength} characters`;
  const wrong = name.search(/[^A-Za-z0-9_.-]/);
  if (wrong >= 0) return `has a character at position ${wrong + 1} that a name may not have`;
  return /^[A-Za-z0-9]/.test(name)
    ? "does not end with a letter or digit"
    : "does not begin with a letter or digit";
}
