import { KeymoorError } from "../errors.ts";
import type { Position } from "../sql/position.ts";

/** The error with the place of the statement that it is about: behind its first sentence, which says what is wrong; others say why. */
export function atPosition(error: KeymoorError, position: Position): KeymoorError {
  const { option: _, pointer: __, ...details } = error.details;
  const where = `at line ${position.line}, column ${position.column}.`;
  return new KeymoorError(error.code, error.message.replace(/\.(?= |$)/, ` ${where}`), {
    ...details,
    position,
    pointer: "/spec/statement",
  });
}
