import type { Page } from "../storage/store.ts";

export interface PageRequest {
  readonly after: string | undefined;
  readonly limit: number;
}

/** A page of what was read whole, because there is little of it. `items` stand in the order of their keys. */
export function pageWithin<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  { after, limit }: PageRequest,
): Page<Item> {
  const rest = after === undefined ? items : items.filter((item) => keyOf(item) > after);
  const shown = rest.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown,
    next: rest.length > limit && last !== undefined ? keyOf(last) : undefined,
    totalSize: items.length,
  };
}
