import { credentialNames, isCount } from "./credential-words.ts";
import type { Span } from "./url.ts";

/**
 * What stands behind the names of credentials in a text: `password=x`, `X-Api-Key: x`, `{"api_key": "x"}`. A name and
 * what follows it are looked at once, whatever else they may look like.
 */
export function namedSecrets(text: string): readonly Span[] {
  const spans: Span[] = [];
  const urns = createUrns(text);
  let done = 0;
  for (const found of credentialNames(text)) {
    if (found.index < done) continue;
    const nameStart = startOfName(text, found.index, done);
    const credentialEnd = found.index + found[0].length;
    const nameEnd = endOf(text, credentialEnd, nameCharacters);
    done = nameEnd;
    const separator = findSeparator(text, nameEnd);
    if (separator === undefined) continue;
    const name = { start: nameStart, credentialEnd, end: nameEnd };
    if (separator === ":" && (urns(nameEnd) || isHostWithPort(text, name))) continue;
    const value = findValue(text, name, separator);
    done = Math.max(done, value.end);
    const { start, end } = value;
    if (start < end && !isHarmless(text, name, value)) spans.push({ start, end });
  }
  return spans;
}

/** Where a name begins, the credential's in it ends, and it ends itself. */
interface Name {
  readonly start: number;
  readonly credentialEnd: number;
  readonly end: number;
}

interface Value extends Span {
  readonly isQuoted: boolean;
}

/** What stands between a name and its value, quotes that close the name and white space included. */
function findSeparator(text: string, start: number): string | undefined {
  const closing = match(closingForm, text, start) ?? "";
  const at = endOf(text, start + closing.length, space);
  const sign = match(signForm, text, at);
  return sign === undefined ? undefined : text.slice(start, endOf(text, at + sign.length, space));
}

function findValue(text: string, name: Name, separator: string): Value {
  const start = name.end + separator.length;
  const quote = match(quoteForm, text, start);
  if (quote !== undefined) {
    const inside = start + quote.length;
    return { start: inside, end: endOfQuoted(text, inside, quote), isQuoted: true };
  }
  const isJson = /["'`]/.test(separator);
  const first = text.charAt(start);
  // An object under such a name describes it, as in JSON Schema, or has names of its own. `{{x}}` is a place for one.
  if (first === "{" && separator.includes(":")) return { start, end: start, isQuoted: false };
  if (first === "[" && isJson)
    return { start: start + 1, end: endOf(text, start + 1, /\]/g), isQuoted: true };
  // A header goes on to the end of its line: schemes and cookies have several words.
  const whole = text.slice(Math.max(0, name.end - headerLength), name.end);
  const delimiter = header.test(whole) ? /[\r\n"]/g : isJson ? /[\s,}\]]/g : /[\s"'&;]/g;
  return { start, end: endOf(text, start, delimiter), isQuoted: false };
}

/** A number of tokens, or what is no text at all. */
function isHarmless(text: string, name: Name, { start, end, isQuoted }: Value): boolean {
  if (end - start > longestHarmless) return false;
  const value = text.slice(start, end);
  if (!isQuoted && /^(?:true|false|null)[.,]?$/i.test(value)) return true;
  return name.end - name.start <= longestName && isCount(text.slice(name.start, name.end), value);
}

/** `token-service:8080`; but not `token:8080`, where the credential's name ends at the colon. */
function isHostWithPort(text: string, { credentialEnd, end }: Name): boolean {
  const rest = text.slice(credentialEnd, Math.min(end, credentialEnd + 2));
  return rest !== "" && rest !== "s" && match(portForm, text, end) !== undefined;
}

/** Says whether an offset is inside of a URN or ARN, whose parts are separated by colons; offsets must grow. */
function createUrns(text: string): (offset: number) => boolean {
  let start = 0;
  let end = 0;
  return (offset) => {
    while (end <= offset && start < text.length) {
      urnForm.lastIndex = end;
      start = urnForm.exec(text)?.index ?? text.length;
      end = endOf(text, start, /[^\w:./+-]/g);
    }
    return start <= offset && offset < end;
  };
}

function startOfName(text: string, from: number, least: number): number {
  let start = from;
  while (start > least && /[\w$.-]/.test(text.charAt(start - 1))) start -= 1;
  return start;
}

/** Offset of the closing quote, which no backslash precedes; without one, the end of the text. */
function endOfQuoted(text: string, start: number, quote: string): number {
  let end = text.indexOf(quote, start);
  while (end > start && quote.length === 1 && isEscaped(text, end, start)) end = text.indexOf(quote, end + 1);
  return end < 0 ? text.length : end;
}

function isEscaped(text: string, offset: number, least: number): boolean {
  let start = offset;
  while (start > least && text.charAt(start - 1) === "\\") start -= 1;
  return (offset - start) % 2 === 1;
}

/** Where the first of the delimiters stands from `start` on; `delimiter` has the flag `g`. */
function endOf(text: string, start: number, delimiter: RegExp): number {
  delimiter.lastIndex = start;
  return delimiter.exec(text)?.index ?? text.length;
}

/** What a form with the flag `y` finds at an offset. */
function match(form: RegExp, text: string, offset: number): string | undefined {
  form.lastIndex = offset;
  return form.exec(text)?.[0];
}

const nameCharacters = /[^\w$.-]/g;
const space = /\S/g;
const closingForm = /(?:\\?["'`\])]){0,3}/y;
const signForm = /[:=]=?>?/y;
const quoteForm = /\\?["'`]/y;
const portForm = /:\d{1,5}(?![^\s"'/?#,;])/y;
const urnForm = /\b[au]rn:/gi;
const header = /(?:authorization|cookie)$/i;
const headerLength = "authorization".length;
const longestHarmless = 20;
const longestName = 256;
