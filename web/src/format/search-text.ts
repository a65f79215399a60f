/** A parameter of the address; what is none, or empty, is left out. */
export function searchText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
