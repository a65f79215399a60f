import { KeymoorError } from "../../../../../src/errors.ts";
import { classify } from "../../../../../src/sql/classify.ts";
import { isConnectionStatement } from "../../../../../src/sql/is-connection-statement.ts";
import { parseConnectionStatement } from "../../../../../src/sql/parse-connection-statement.ts";
import { parseDefinition } from "../../../../../src/sql/parse-definition.ts";
import { offsetOf } from "../../../../../src/sql/position.ts";
import type { Vocabulary } from "../../../../../src/sql/vocabulary.ts";
import { type Span, wordAt } from "./sent-statement.ts";

/** What a statement is refused for, in the server's own words: it is the server's own parser. */
export interface Fault {
  readonly message: string;
  /** The word at fault, by its offsets in the statement. */
  readonly span: Span;
  /** The statement is not wrong but not done: it ends too soon, or in an open quote. */
  readonly isUnfinished: boolean;
}

/** What can be said without the server: the form of statements about connections, and of definitions that name one. */
export function judgeStatement(text: string, vocabulary: Vocabulary): Fault | undefined {
  try {
    if (isConnectionStatement(text)) parseConnectionStatement(text, vocabulary);
    else if (classify(text) === "definition") parseDefinition(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof KeymoorError) || error.details.position === undefined) throw error;
    const offset = offsetOf(text, error.details.position);
    const span = wordAt(text, offset);
    const isOpen = /^['"`]/.test(text.slice(offset)) && error.message.includes("not closed");
    return { message: error.sentence, span, isUnfinished: isOpen || offset >= text.trimEnd().length };
  }
}
