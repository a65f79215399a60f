/** Whether every word of a search stands in one of the texts. */
export function matches(
  search: string | undefined,
  ...texts: readonly (string | null | undefined)[]
): boolean {
  if (search === undefined) return true;
  const all = texts.join(" ").toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}
