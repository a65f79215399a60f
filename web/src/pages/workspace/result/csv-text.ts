/**
 * Rows as RFC 4180 has them. What a spreadsheet would run as a formula is text with an apostrophe before it
 * (https://owasp.org/www-community/attacks/CSV_Injection): names come from whoever sent a request.
 */
export function csvText(rows: readonly (readonly (string | null)[])[]): string {
  return rows.map((row) => `${row.map(field).join(",")}\r\n`).join("");
}

function field(value: string | null): string {
  const text = /^[=+\-@\t\r]/.test(value ?? "") ? `'${value}` : (value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
