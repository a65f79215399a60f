import { classifyLexed } from "./classify.ts";
import { lex } from "./lex.ts";
import type { MaskedText } from "./masked-text.ts";
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
  return redactPlaces(text, vocabulary).toString();
}

/** The same, with the way from a place in the text to its place in what is shown: for errors that point at a word. */
export function redactPlaces(text: string, vocabulary: Vocabulary): MaskedText {
  const lexed = lex(text);
  return classifyLexed(text, lexed) === "connection"
    ? redactConnectionText(text, lexed.tokens, vocabulary)
    : redactOtherText(text, lexed.tokens);
}
