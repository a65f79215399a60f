/**
 * What may stand in a cell. undefined is not there at all, null is known to be nothing; a Date is printed in whole seconds,
 * as Go prints times; lists and objects are data for JSON and YAML and one line for people.
 */
export type Value =
  | string
  | number
  | boolean
  | Date
  | null
  | undefined
  | readonly Value[]
  | { readonly [key: string]: Value };

export function textOf(value: Value): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return timeText(value);
  if (isList(value)) return value.map(textOf).join(", ");
  if (typeof value === "object") {
    return Object.entries(value)
      .map(([key, inner]) => `${key}=${textOf(inner)}`)
      .join(", ");
  }
  return printable(String(value));
}

/** `2026-11-20 09:04:00 +0000 UTC`, which fits into 30 columns because it has whole seconds. */
function timeText(time: Date): string {
  return `${time.toISOString().slice(0, 19).replace("T", " ")} +0000 UTC`;
}

/** The same value for JSON and YAML. */
export function dataOf(value: Value): unknown {
  if (value instanceof Date) return value.toISOString().replace(/\.\d+Z$/, "Z");
  if (isList(value)) return value.map(dataOf);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, dataOf(inner)]));
  }
  return value;
}

/** A name or an endpoint must not be able to drive the terminal. Line breaks stay: tables know them. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about.
  return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, "\ufffd");
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}
