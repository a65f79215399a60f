import { cutTo, displayWidth } from "./display-width.ts";

const widestWrappedCell = 30;

/**
 * Two columns in a border, values wrapped on spaces (contract/cli.md 8):
 *
 *     +------+------+
 *     | Name | c1   |
 *     +------+------+
 */
export function fieldTable(rows: readonly (readonly [label: string, value: string])[]): string {
  return bordered(rows.map(([label, value]) => [label, wrap(value, widestWrappedCell)]));
}

/** The same in at most so many columns, as far as words allow; line breaks of a value stay. */
export function fittedFieldTable(
  rows: readonly (readonly [label: string, value: string])[],
  columns: number,
): string {
  const room = Math.max(widestWrappedCell, columns - widest(rows.map(([label]) => label)) - borderWidth);
  return bordered(
    rows.map(([label, value]) => [label, value.split("\n").flatMap((line) => wrap(line, room))]),
  );
}

/** Of `| label | value |`, what is neither label nor value. */
const borderWidth = 7;

function bordered(rows: readonly (readonly [label: string, lines: readonly string[]])[]): string {
  const lines = rows.flatMap(([label, values]) =>
    values.map((line, index): [string, string] => [index === 0 ? label : "", line]),
  );
  const widths = [0, 1].map((column) => widest(lines.map((line) => line[column] ?? "")));
  const rule = `+${widths.map((width) => "-".repeat(width + 2)).join("+")}+\n`;
  const body = lines.map(
    (cells) => `|${cells.map((cell, column) => ` ${padEnd(cell, widths[column] ?? 0)} `).join("|")}|\n`,
  );
  return rule + body.join("") + rule;
}

/**
 * Columns under a centred header, without an outer border (contract/cli.md 8); every line ends in two spaces:
 *
 *       Name | Cloud
 *     -------+--------
 *       c1   | aws
 */
export function columnTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const cellLines = rows.map((row) => row.map((cell) => cell.split("\n")));
  const widths = header.map((label, column) =>
    widest([label, ...cellLines.flatMap((row) => row[column] ?? [])]),
  );
  const line = (cells: readonly string[]) => ` ${cells.map((cell) => ` ${cell} `).join("|")} \n`;
  const rule = `-${widths.map((width) => "-".repeat(width + 2)).join("+")}-\n`;
  const body = cellLines.map((row) =>
    Array.from({ length: Math.max(1, ...row.map(({ length }) => length)) }, (_, index) =>
      line(widths.map((width, column) => padEnd(row[column]?.[index] ?? "", width))),
    ).join(""),
  );
  return line(header.map((label, column) => centre(label, widths[column] ?? 0))) + rule + body.join("");
}

/**
 * Cells cut to what `columnTable` can show in so many columns: the longest ones first, and all columns that are cut to the
 * same width. A header is never cut, so that a very narrow terminal still breaks lines.
 */
export function fittedCells(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number,
): readonly (readonly string[])[] {
  const widths = header.map((label, column) =>
    widest([label, ...rows.flatMap((row) => (row[column] ?? "").split("\n"))]),
  );
  const least = header.map((label) => Math.max(narrowestCutCell, displayWidth(label)));
  const cutAt = (limit: number) =>
    widths.map((width, column) => Math.min(width, Math.max(limit, least[column] ?? 0)));
  let limit = Math.max(0, ...widths);
  while (limit > narrowestCutCell && tableWidth(cutAt(limit)) > columns) limit -= 1;
  const limits = cutAt(limit);
  return rows.map((row) =>
    row.map((cell, column) =>
      cell
        .split("\n")
        .map((line) => cutTo(line, limits[column] ?? 0))
        .join("\n"),
    ),
  );
}

const narrowestCutCell = 8;

/** Columns of a terminal that `columnTable` takes. */
function tableWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width + 3, 1);
}

function widest(texts: readonly string[]): number {
  // No spread: a list may have more rows than a call may have arguments.
  return texts.reduce((width, text) => Math.max(width, displayWidth(text)), 0);
}

function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - displayWidth(text)));
}

function centre(text: string, width: number): string {
  const gap = Math.max(0, width - displayWidth(text));
  return " ".repeat(Math.floor(gap / 2)) + text + " ".repeat(Math.ceil(gap / 2));
}

/**
 * Lines of at most `room` columns, or of the longest word, of about the same length: the break points with the least sum of
 * squared gaps, as the table of Confluent's CLI has them in 30 columns. The last line may be short.
 */
function wrap(text: string, room: number): string[] {
  const words = text.split(/[ \n]+/).filter((word) => word !== "");
  if (displayWidth(text) <= room && !text.includes("\n")) return [text];
  const widths = words.map(displayWidth);
  const limit = Math.max(room, ...widths.slice(0, 10_000));
  // best[i]: the lowest cost of words from i on, and where the line that begins with i ends.
  const best = Array.from({ length: words.length + 1 }, () => ({ cost: 0, next: words.length }));
  for (let start = words.length - 1; start >= 0; start--) {
    let width = -1;
    let choice = { cost: Number.POSITIVE_INFINITY, next: start + 1 };
    for (let next = start + 1; next <= words.length; next++) {
      width += 1 + (widths[next - 1] ?? 0);
      if (width > limit && next > start + 1) break;
      const cost = next === words.length ? 0 : (limit - width) ** 2 + (best[next]?.cost ?? 0);
      if (cost < choice.cost || next === words.length) choice = { cost, next };
    }
    best[start] = choice;
  }
  const lines: string[] = [];
  for (let start = 0; start < words.length; ) {
    const next = best[start]?.next ?? words.length;
    lines.push(words.slice(start, next).join(" "));
    start = next;
  }
  return lines.length === 0 ? [""] : lines;
}
