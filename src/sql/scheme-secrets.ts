import type { Span } from "./url.ts";

/** What follows `Bearer` and `Basic` in a text, as in the value of an Authorization header (RFC 6750, RFC 7617). */
export function schemeSecrets(text: string): readonly Span[] {
  const spans: Span[] = [];
  for (const found of text.matchAll(scheme)) {
    const [all, name = "", secret = ""] = found;
    const end = found.index + all.length;
    if (isProse(secret) && !isWholeValue(text, found.index, end, name)) continue;
    spans.push({ start: end - secret.length, end });
  }
  return spans;
}

/** `Basic customer data`, `the bearer of this`: words such as sentences have. */
function isProse(word: string): boolean {
  return /^(?:[A-Z]?[a-z]+|[A-Z]{2,6}|[aI])[.!?:)]?$/.test(word);
}

/**
 * Whether the scheme stands where a value begins and what follows it ends there. `Basic orders` may be all that a comment
 * says; what that scheme takes is base64 with a colon in it, which looks like no word.
 */
function isWholeValue(text: string, start: number, end: number, name: string): boolean {
  if (!/^[\s"'`,;)\]}\\]?$/.test(text.charAt(end))) return false;
  const before = text.slice(Math.max(0, start - 4), start).trimEnd();
  if (/[:="'`]$/.test(before)) return true;
  return (
    name.length === "bearer".length && start <= 4 && before === "" && text.slice(end, end + 4).trim() === ""
  );
}

const scheme = /\b(bearer|basic)[ \t]+([^\s"'`<>,;]+)/gi;
