import {
  isCredentialKey,
  isCredentialOption,
  isKeyForm,
  namesCredential,
  tellsCredential,
} from "./credential-words.ts";
import { keywordOf } from "./head.ts";
import type { Token } from "./lex.ts";
import { MaskedText } from "./masked-text.ts";
import { secretsInText } from "./secrets-in-text.ts";

/**
 * Masks the credentials in definitions and in statements that have nothing to do with connections: the values of options
 * whose keys say so, and user info and credentials in URLs. All else stays, because it is what the statement says.
 */
export function redactOtherText(text: string, tokens: readonly Token[]): MaskedText {
  return new OtherText(text, tokens).redact();
}

/**
 * One pass over the tokens, with what has to be remembered of those before. What is done for one token must not depend on
 * the length of another, or on how many comments stand between them: many short ones behind a long one cost their product.
 */
class OtherText {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  readonly #masked: MaskedText;
  /** `SET key = value`, where neither has to be quoted. */
  readonly #isSet: boolean;
  /** For each token the index of the next one that is no comment. */
  readonly #following: Uint32Array;
  #depth = 0;
  /** Depth of the list of options we are in, such as `WITH (...)` or `MAP[...]`; 0 outside. */
  #listDepth = 0;
  #previous: Token | undefined;
  #beforePrevious: Token | undefined;
  /** Where the run of bare characters began that `#previous` ends: an unquoted key such as `sql.secrets.x`. */
  #bareStart = 0;
  /** Depth of the argument we are in that is named for a credential, `password => ...`; undefined outside. */
  #argumentDepth: number | undefined;
  /** The literal that was last asked about by comments behind it, and the answer. */
  #judged: { readonly token: Token; readonly isKey: boolean } | undefined;

  constructor(text: string, tokens: readonly Token[]) {
    this.#text = text;
    this.#tokens = tokens;
    this.#masked = new MaskedText(text);
    const first = tokens.find((token) => token.kind !== "comment");
    this.#isSet = first?.kind === "word" && keywordOf(text, first) === "SET";
    this.#following = findFollowing(tokens);
  }

  redact(): MaskedText {
    for (let index = 0; index < this.#tokens.length; index += 1) {
      const token = this.#tokens[index];
      if (token === undefined) break;
      if (token.kind === "comment") {
        if (this.#hasSecret(token)) this.#masked.cover(token.start, token.end);
        continue;
      }
      this.#track(token);
      this.#maskInside(token);
      const value = this.#findValue(token, index);
      this.#beforePrevious = this.#previous;
      this.#previous = token;
      if (value !== undefined) index = this.#coverValue(index, value);
    }
    return this.#masked;
  }

  /** Commented-out options count, and the rest of one whose key stands before the comment. */
  #hasSecret(comment: Token): boolean {
    if (this.#argumentDepth !== undefined) return true;
    const text = this.#slice(comment);
    if (tellsCredential(text) || secretsInText(text).length > 0) return true;
    const previous = this.#previous;
    return isLiteral(previous) && /['"=]/.test(text) && this.#isKey(previous);
  }

  /** Whether a literal may be the key of a credential. Any number of comments may ask about the same one. */
  #isKey(token: Literal): boolean {
    if (this.#judged?.token !== token) {
      this.#judged = { token, isKey: isCredentialOption(this.#inside(token), undefined) };
    }
    return this.#judged.isKey;
  }

  #track(token: Token): void {
    const character = this.#text.charAt(token.start);
    if (character === "(" || (token.kind === "symbol" && character === "[")) {
      this.#depth += 1;
      const opener = this.#previous?.kind === "word" ? keywordOf(this.#text, this.#previous) : "";
      if (this.#listDepth === 0 && listOpeners.has(opener)) this.#listDepth = this.#depth;
    } else if (character === ")" || (token.kind === "symbol" && character === "]")) {
      this.#depth = Math.max(0, this.#depth - 1);
      if (this.#depth < this.#listDepth) this.#listDepth = 0;
    }
    const isArgumentOver =
      this.#argumentDepth !== undefined &&
      (token.kind === ";" ||
        this.#depth < this.#argumentDepth ||
        (token.kind === "," && this.#depth === this.#argumentDepth));
    if (isArgumentOver) this.#argumentDepth = undefined;
    const goesOn = isBare(this.#previous) && this.#previous?.end === token.start;
    if (isBare(token) && !goesOn) this.#bareStart = token.start;
  }

  /** Masks what a literal has of secrets in itself, whatever it is for. */
  #maskInside(token: Token): void {
    const isValue = isLiteral(token) || token.kind === "number";
    if (isValue && this.#argumentDepth !== undefined) {
      this.#masked.cover(token.start, token.end);
      return;
    }
    if (!isLiteral(token)) return;
    const inside = this.#inside(token);
    const quote = this.#text.charAt(token.start);
    // Two literals whose separator got lost are one with a quote in it: `'password''x'`.
    if ((inside.includes("''") || inside.includes(quote + quote)) && namesCredential(inside)) {
      this.#masked.cover(token.start, token.end);
      return;
    }
    for (const { start, end } of secretsInText(inside)) {
      this.#masked.coverInside(token.start + 1 + start, token.start + 1 + end);
    }
  }

  /** Index of the token where a value begins that must be masked, if `token` ends what says so. */
  #findValue(token: Token, index: number): number | undefined {
    if (token.kind === "=") {
      const arrow = this.#next(index);
      const isArrow = this.#isArrow(arrow);
      const key = this.#keyBefore(isArrow);
      if (key === undefined) return undefined;
      const first = isArrow ? arrow + 1 : index + 1;
      // No option is called so: it is a broken key, and nobody knows of what.
      const isBroken = this.#listDepth > 0 && !isKeyForm(key);
      if (!isBroken && !isCredentialOption(key, this.#content(this.#next(first - 1)))) return undefined;
      if (!isArrow || isLiteral(this.#previous) || this.#listDepth > 0 || this.#isSet) return first;
      // The argument of a function or procedure may be a column, which stays; no literal in it does.
      this.#argumentDepth ??= this.#depth;
      return undefined;
    }
    const isItem = this.#listDepth > 0 && this.#depth === this.#listDepth && this.#previous?.kind !== "=";
    if (!isItem || !isLiteral(token)) return undefined;
    const next = this.#next(index);
    const kind = this.#tokens[next]?.kind;
    if (kind === undefined || kind === "=" || kind === ")" || kind === ";") return undefined;
    if (kind !== ",") {
      // Some other separator stands in the place of `=`, or none.
      const value = kind === "symbol" ? this.#next(next) : next;
      return isCredentialOption(this.#inside(token), this.#content(value)) ? value : undefined;
    }
    // `MAP['api-key', 'x']`, or a comma in the place of `=`; but not a list of keys.
    const item = this.#next(next);
    const isItsValue = isLiteral(this.#tokens[item]) && this.#tokens[this.#next(item)]?.kind !== "=";
    return isItsValue && isCredentialKey(this.#inside(token), this.#content(item)) ? item : undefined;
  }

  /** `password => 'x'`: Calcite's sign for an argument by name, two tokens here. */
  #isArrow(index: number): boolean {
    const token = this.#tokens[index];
    return token?.kind === "symbol" && this.#text.charAt(token.start) === ">";
  }

  /** What a token says, without its quotes; of a long one nothing, because no harmless value is long. */
  #content(index: number): string {
    const token = this.#tokens[index];
    if (token === undefined || token.end - token.start > longestHarmless) return "";
    return isLiteral(token) ? this.#inside(token) : this.#slice(token);
  }

  /**
   * The key before `=` or `=>`. Without quotes, or in back-quotes, it is one in lists, in SET and before an arrow; elsewhere
   * it is a column.
   */
  #keyBefore(isArrow: boolean): string | undefined {
    const previous = this.#previous;
    if (previous === undefined) return undefined;
    // `('password') = 'x'`: a parenthesis too many.
    if (previous.kind === ")" && isLiteral(this.#beforePrevious)) return this.#inside(this.#beforePrevious);
    if (isLiteral(previous)) return this.#inside(previous);
    if (!this.#isSet && !isArrow && this.#listDepth === 0) return undefined;
    if (previous.kind === "name") return this.#inside(previous);
    return isBare(previous) ? this.#text.slice(this.#bareStart, previous.end) : undefined;
  }

  /** Masks from `first` to the end of the value that the token at `index` told of; returns the index of its last token. */
  #coverValue(index: number, first: number): number {
    const end = this.#depth === 0 && !this.#isSet ? this.#endOfLiterals(first) : this.#endOfItem(first);
    const to = this.#tokens[end - 1];
    // A comment on the way that has a secret goes with the value, and what is between them.
    let from = this.#tokens[first];
    if (end <= first || from === undefined || to === undefined) return index;
    for (const between of this.#tokens.slice(index + 1, first).reverse()) {
      if (between.kind !== "comment") this.#track(between);
      else if (this.#hasSecret(between)) from = between;
    }
    this.#masked.cover(from.start, to.end);
    this.#previous = to;
    return end - 1;
  }

  #endOfLiterals(first: number): number {
    let end = first;
    while (isLiteral(this.#tokens[this.#next(end - 1)])) end = this.#next(end - 1) + 1;
    return end;
  }

  #endOfItem(first: number): number {
    let depth = 0;
    let end = first;
    for (; end < this.#tokens.length; end += 1) {
      const token = this.#tokens[end];
      const character = token?.kind === "symbol" ? this.#text.charAt(token.start) : token?.kind;
      if (character === "(" || character === "[") depth += 1;
      if (character === ")" || character === "]") depth -= 1;
      const isOver = depth < 0 || (depth === 0 && character === "," && this.#depth > 0);
      if (isOver || character === ";") break;
    }
    return end;
  }

  /** Index of the next token that is no comment. */
  #next(index: number): number {
    return this.#following[index] ?? index + 1;
  }

  #slice(token: Token | undefined): string {
    return token === undefined ? "" : this.#text.slice(token.start, token.end);
  }

  #inside(token: Token): string {
    return this.#text.slice(token.start + 1, token.end - 1);
  }
}

function findFollowing(tokens: readonly Token[]): Uint32Array {
  const following = new Uint32Array(tokens.length);
  let next = tokens.length;
  for (let index = tokens.length - 1; index >= 0; index -= 1) {
    following[index] = next;
    if (tokens[index]?.kind !== "comment") next = index;
  }
  return following;
}

/** The name of a class is the longest that a credential's key may show. */
const longestHarmless = 256;

const listOpeners: ReadonlySet<string> = new Set(["WITH", "SET", "OPTIONS", "PROPERTIES", "MAP"]);

type Literal = Token & { readonly kind: "string" | "double" };

function isLiteral(token: Token | undefined): token is Literal {
  return token?.kind === "string" || token?.kind === "double";
}

function isBare(token: Token | undefined): boolean {
  return (
    token?.kind === "word" || token?.kind === "number" || token?.kind === "symbol" || token?.kind === "."
  );
}
