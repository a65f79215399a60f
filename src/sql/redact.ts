import { classifyLexed } from "./classify.ts";
import { lex } from "./lex.ts";
import { redactConnectionText } from "./redact-connection-text.ts";
import { redactOtherText } from "./redact-other-text.ts";
import type { Vocabulary } from "./vocabulary.ts";

/**
 * A statement as it may be stored, logged and shown: whatever could be a secret is masked and every other byte stays.
 * It takes any text, never throws, and is linear in it.
 *
 *     redact("ALTER CONNECTION c SET ('api-key' = 'k')", vocabulary) // ALTER CONNECTION c SET ('api-key' = '******')
 */
export function redact(text: string, vocabulary: Vocabulary): string {
  const lexed = lex(text);
  return classifyLexed(text, lexed) === "connection"
    ? redactConnectionText(text, lexed.tokens, vocabulary)
    : redactOtherText(text, lexed.tokens);
}
