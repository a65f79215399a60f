/** Cuts a long text in its middle: the host at its start and the path at its end are what tells endpoints apart. */
export function middleCut(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = Math.floor((most - 1) * 0.4);
  return `${text.slice(0, most - 1 - end)}…${text.slice(text.length - end)}`;
}
