import type { OutputFormat } from "./output-format.ts";

/** `*` in a table, as Confluent's CLI marks what is in use. */
export function currentMark(isCurrent: boolean, format: OutputFormat): boolean | string {
  if (format !== "human") return isCurrent;
  return isCurrent ? "*" : "";
}
