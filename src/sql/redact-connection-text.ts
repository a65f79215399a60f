import { nearest } from "../nearest.ts";
import { keywordOf } from "./head.ts";
import { grammarKeywords } from "./keywords.ts";
import type { Token } from "./lex.ts";
import { MaskedText } from "./masked-text.ts";
import { isConnectionName } from "./name-form.ts";
import { unquote } from "./quoting.ts";
import { type Span, secretsOfUrl } from "./url.ts";
import type { Showing, Vocabulary } from "./vocabulary.ts";

/**
 * Masks everything but what is known to be harmless (design 8): the grammar's keywords and punctuation, the name directly
 * behind CONNECTION, known option keys and keys within two edits of one, and values that pass their option's rule. Each
 * survives only in its own place, so a secret that has slipped into another place is masked there.
 */
export function redactConnectionText(
  text: string,
  tokens: readonly Token[],
  vocabulary: Vocabulary,
): MaskedText {
  const shown = findShown(text, tokens, vocabulary);
  const masked = new MaskedText(text);
  for (const token of tokens) {
    const hidden = shown.get(token);
    if (hidden === undefined) masked.cover(token.start, token.end);
    else
      for (const { start, end } of hidden) masked.coverInside(token.start + 1 + start, token.start + 1 + end);
  }
  return masked;
}

/** For each token that is shown, the parts inside its quotes that are not. */
type Shown = Map<Token, readonly Span[]>;

const inFull: readonly Span[] = [];

function findShown(text: string, tokens: readonly Token[], vocabulary: Vocabulary): Shown {
  const shown: Shown = new Map();
  const significant = tokens.filter(({ kind }) => kind !== "comment");
  let depth = 0;
  for (let at = 0; at < significant.length; at += 1) {
    const token = significant[at];
    if (token === undefined) break;
    if (separators.has(token.kind)) shown.set(token, inFull);
    if (token.kind === "(") depth += 1;
    if (token.kind === ")") depth = Math.max(0, depth - 1);
    // Inside parentheses the grammar has no keywords; a pass phrase may have such words.
    if (token.kind === "word" && depth === 0 && isKeyword(text, token)) shown.set(token, inFull);
    if (token.kind === "string" && isKey(significant, at) && !isGlued(text, token)) {
      showOption(text, token, significant[at + 2], vocabulary, shown);
    }
  }
  for (const token of findName(text, significant)) shown.set(token, inFull);
  return shown;
}

/** A word of the grammar, and not a piece of something longer such as `sk-with-set`. */
function isKeyword(text: string, token: Token): boolean {
  if (!grammarKeywords.has(keywordOf(text, token))) return false;
  return [text.charAt(token.start - 1), text.charAt(token.end)].every(
    (next) => spaceOrSeparator.test(next) || /['`"]/.test(next),
  );
}

/** Shows a key and, if the key is known exactly, as much of its value as its rule allows. */
function showOption(
  text: string,
  keyToken: Token,
  valueToken: Token | undefined,
  vocabulary: Vocabulary,
  shown: Shown,
): void {
  const key = insideOf(text, keyToken);
  if (!isNearOption(key, vocabulary)) return;
  shown.set(keyToken, inFull);
  const rule = vocabulary.options.get(key.toLowerCase());
  if (rule === undefined || valueToken?.kind !== "string" || isGlued(text, valueToken)) return;
  const hidden = hiddenInValue(insideOf(text, valueToken), rule);
  if (hidden !== undefined) shown.set(valueToken, hidden);
}

/** A literal where an option's key stands: behind `(` or `,` and before `=`. */
function isKey(significant: readonly Token[], at: number): boolean {
  const before = significant[at - 1]?.kind;
  return (before === "(" || before === ",") && significant[at + 1]?.kind === "=";
}

/** Known, or so near to a known key that it can only be meant for it. */
function isNearOption(key: string, vocabulary: Vocabulary): boolean {
  if (vocabulary.options.has(key.toLowerCase())) return true;
  return /^[A-Za-z0-9_.-]+$/.test(key) && nearest(key, vocabulary.options.keys(), 2) !== undefined;
}

/** What of a value must be masked; undefined: all of it. */
function hiddenInValue(value: string, rule: Showing): readonly Span[] | undefined {
  switch (rule.show) {
    case "never":
      return undefined;
    case "values":
      return rule.values.some(
        (one) => one.length === value.length && one.toLowerCase() === value.toLowerCase(),
      )
        ? inFull
        : undefined;
    case "url":
      return secretsOfUrl(value);
  }
}

const separators: ReadonlySet<Token["kind"]> = new Set(["(", ")", ",", ";", "="]);

/** Empty at the ends of the text. */
const spaceOrSeparator = /^[\s(),;=]?$/;

/** A literal that touches more than separators is not what it seems, such as `U&'...'`. */
function isGlued(text: string, token: Token): boolean {
  return (
    !spaceOrSeparator.test(text.charAt(token.start - 1)) || !spaceOrSeparator.test(text.charAt(token.end))
  );
}

/** The characters between the quotes as they stand in the text, so that offsets hold. */
function insideOf(text: string, token: Token): string {
  return text.slice(token.start + 1, token.end - 1);
}

/**
 * The tokens of the connection's name: behind CONNECTION at the beginning of the text, in at most three parts, all of them
 * valid names and nothing stuck to them.
 */
function findName(text: string, significant: readonly Token[]): readonly Token[] {
  const word = (at: number): string => {
    const token = significant[at];
    return token?.kind === "word" ? keywordOf(text, token) : "";
  };
  let start = 0;
  while (leadingKeywords.has(word(start))) start += 1;
  if (start === 0 || word(start) !== "CONNECTION") return [];
  start += 1;
  if (word(start) === "IF" && word(start + 1) === "EXISTS") start += 2;
  else if (word(start) === "IF" && word(start + 1) === "NOT" && word(start + 2) === "EXISTS") start += 3;
  else if (word(start) === "EXTENDED" && isNamePart(text, significant[start + 1])) start += 1;
  let end = start;
  while (isNamePart(text, significant[end])) {
    end += 1;
    if (significant[end]?.kind !== ".") break;
    end += 1;
  }
  const isWhole =
    significant[end - 1]?.kind !== "." && spaceOrSeparator.test(text.charAt(significant[end - 1]?.end ?? 0));
  const parts = (end - start + 1) / 2;
  return isWhole && parts <= 3 ? significant.slice(start, end) : [];
}

function isNamePart(text: string, token: Token | undefined): boolean {
  if (token?.kind === "word") return isConnectionName(text.slice(token.start, token.end));
  return token?.kind === "name" && isConnectionName(unquote(text, token));
}

const leadingKeywords: ReadonlySet<string> = new Set(
  "CREATE OR REPLACE TEMPORARY SYSTEM ALTER DROP SHOW DESCRIBE DESC EXPLAIN VALIDATE".split(" "),
);
