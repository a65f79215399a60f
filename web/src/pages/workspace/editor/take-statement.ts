import { mask } from "../../../../../src/sql/mask.ts";
import { quoteText } from "../../../../../src/sql/quoting.ts";
import type { Vocabulary } from "../../../../../src/sql/vocabulary.ts";
import { judgeStatement } from "./judge-statement.ts";
import { type SentStatement, type Span, sentStatement } from "./sent-statement.ts";
import { statementAt } from "./statement-at.ts";

/** The statement that is to run, or why it is not sent. */
export type Taken =
  | { readonly kind: "nothing" }
  | { readonly kind: "send"; readonly sent: SentStatement }
  | { readonly kind: "refused"; readonly message: string; readonly span: Span };

/** The one under the cursor. What does not read is not sent at all: its secrets need not be typed again. */
export function takeStatement(text: string, cursor: number, vocabulary: Vocabulary): Taken {
  const statement = statementAt(text, cursor);
  if (statement === undefined) return { kind: "nothing" };
  const sent = sentStatement(text, statement, vocabulary);
  const refuse = (message: string, { from, to }: Span): Taken => ({
    kind: "refused",
    message: sent.inEditor(message),
    span: { from: statement.start + from, to: statement.start + to },
  });
  const fault = judgeStatement(statement.text, vocabulary);
  if (fault !== undefined) return refuse(fault.message, fault.span);
  const from = statement.text.indexOf(masked);
  if (from >= 0) return refuse(maskMessage, { from, to: from + masked.length });
  return { kind: "send", sent };
}

/** A literal as it stays in the editor; sent as it is, `SHOW CONNECTIONS LIKE` would look for it. */
const masked = quoteText(mask);

/** What one types over. */
export function isMask(text: string): boolean {
  return text === masked;
}

const maskMessage = `Not sent: ${masked} stands for a value that cannot be read again. Type the value in its place.`;
