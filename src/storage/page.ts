import { KeymoorError } from "../errors.ts";
import type { Page } from "./store.ts";

/** Cuts the one row too many that was read to see whether a next page exists. */
export function pageOf<Item>(
  rows: readonly Item[],
  limit: number,
  totalSize: number | undefined,
  keyOf: (item: Item) => string,
): Page<Item> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const next = rows.length > limit && last !== undefined ? keyOf(last) : undefined;
  return { items, next, totalSize };
}

/** A key of several columns as one text, and back; no part of one holds a space. */
export function joinKey(parts: readonly (string | number)[]): string {
  return parts.join(" ");
}

export function splitKey(key: string | undefined): readonly [string, string, string] | undefined {
  if (key === undefined) return undefined;
  const [first, second, third, ...more] = key.split(" ");
  if (first === undefined || second === undefined || third === undefined || more.length > 0) {
    throw new KeymoorError("invalid_page_token", "The page token is not one of this list.");
  }
  return [first, second, third];
}
