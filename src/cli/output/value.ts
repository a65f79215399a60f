import { printable } from "./printable.ts";

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
  // Tables know line breaks; a tab would shift their columns.
  return printable(String(value)).replaceAll("\t", " ");
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

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}
