const characterPx = 7.4;
const narrowestPx = 96;
const widestPx = 460;
const sampled = 200;

/** Widths that fit what most rows hold, in whole pixels; the last column takes what room is left. */
export function columnWidths(
  columns: readonly string[],
  rows: readonly (readonly (string | null)[])[],
): readonly (number | undefined)[] {
  const some = rows.slice(0, sampled);
  return columns.map((name, index) => {
    if (index === columns.length - 1 && columns.length > 1) return undefined;
    const longest = Math.max(name.length + 2, ...some.map((row) => longestLine(row[index] ?? "")));
    return Math.min(widestPx, Math.max(narrowestPx, Math.ceil(longest * characterPx) + 26));
  });
}

function longestLine(text: string): number {
  return Math.max(...text.split("\n").map((line) => line.length));
}
