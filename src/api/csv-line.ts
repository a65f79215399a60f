/**
 * A line of RFC 4180. What a spreadsheet would run as a formula is text with an apostrophe before it
 * (https://owasp.org/www-community/attacks/CSV_Injection): names come from whoever sent a request.
 */
export function csvLine(values: readonly (string | number | null)[]): string {
  return `${values.map(field).join(",")}\r\n`;
}

function field(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
