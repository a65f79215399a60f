/** Places in a text, of which `end` is behind the last character. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * What has to be masked in a URL that is shown: its user info and, behind the first `?`, `;` or `#`, every value. JDBC
 * writes its properties behind semicolons, some drivers in place of a query. Undefined for what is no URL in this narrow
 * sense, and must not be shown at all.
 */
export function secretsOfUrl(url: string): readonly Span[] | undefined {
  const scheme = schemeForm.exec(url);
  if (scheme === null) return undefined;
  const authority = scheme[0].length;
  const path = endOf(url, authority, "/?;#");
  const at = url.lastIndexOf("@", path - 1);
  const host = at < authority ? authority : at + 1;
  if (!hostForm.test(url.slice(host, path))) return undefined;
  const query = endOf(url, path, "?;#");
  if (!pathForm.test(url.slice(path, query))) return undefined;
  const spans: Span[] = host > authority ? [{ start: authority, end: host - 1 }] : [];
  for (let start = query; start < url.length; ) {
    const end = endOf(url, start + 1, "?;#&");
    // Within the part: to the end of the URL, each of many parts without `=` would be searched again.
    const part = url.slice(start + 1, end);
    const equals = part.indexOf("=");
    const hasKey = equals >= 0 && keyForm.test(part.slice(0, equals));
    const value = hasKey ? start + 1 + equals + 1 : start + 1;
    if (value < end) spans.push({ start: value, end });
    start = end;
  }
  return spans;
}

/** `https://`, `mongodb+srv://`, `jdbc:postgresql://`, `jdbc:oracle:thin:@//`. */
const schemeForm = /^(?:[a-z][a-z+]{0,19}:){1,3}@?\/\//i;
/** One host or, as MongoDB has it, several, each perhaps with a port. */
const hostForm = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?(?:,(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?)*$/i;
/**
 * Without `=`, which properties of some driver's own syntax have, and without `@`: paths may have one (model versions of
 * Vertex AI do), but so has what follows a password with a slash in it.
 */
const pathForm = /^[\w\-.~%!$&()*+,:/]*$/;
const keyForm = /^[\w.-]{1,40}$/;

function endOf(text: string, start: number, delimiters: string): number {
  let end = start;
  while (end < text.length && !delimiters.includes(text.charAt(end))) end += 1;
  return end;
}
