/** A phrase with a full stop, unless it has its own or there is nothing to end. */
export function sentence(phrase: string): string {
  return phrase === "" || /[.!?]$/.test(phrase) ? phrase : `${phrase}.`;
}
