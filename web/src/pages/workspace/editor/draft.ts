import { lex } from "../../../../../src/sql/lex.ts";
import { redact } from "../../../../../src/sql/redact.ts";
import type { Vocabulary } from "../../../../../src/sql/vocabulary.ts";
import { statementsOf } from "./statement-at.ts";

/**
 * A text as it may be kept in the browser: its statements, each masked as the server would, one below the other. What stands
 * between them is comments, of which nobody knows what they say; and where a quote is open, nobody knows where one ends.
 */
export function maskedDraft(text: string, vocabulary: Vocabulary): string {
  if (!lex(text).isSound) return redact(text, vocabulary);
  return statementsOf(text)
    .map((statement) => redact(statement.text, vocabulary))
    .join("\n\n");
}

/** Of one tab and one person; gone with the tab. */
export function readDraft(principal: string): string {
  return sessionStorage.getItem(key(principal)) ?? "";
}

export function keepDraft(principal: string, masked: string): void {
  if (masked === "") sessionStorage.removeItem(key(principal));
  else sessionStorage.setItem(key(principal), masked);
}

function key(principal: string): string {
  return `keymoor.workspace.${principal}`;
}
