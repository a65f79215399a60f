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

/** Of a key that was joined of `length` parts. */
export function splitKey(key: string | undefined, length: number): readonly string[] | undefined {
  if (key === undefined) return undefined;
  const parts = key.split(" ");
  if (parts.length === length) return parts;
  throw new KeymoorError("invalid_page_token", "The page token is not one of this list.");
}
