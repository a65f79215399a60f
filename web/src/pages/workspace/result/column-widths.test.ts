import { expect, test } from "vitest";
import { columnWidths } from "./column-widths.ts";

test("columns are as wide as what they hold, within bounds, and the last takes what is left", () => {
  const rows = [["a", "x".repeat(500), "short\nlines", "z"]];
  expect(columnWidths(["id", "long", "text", "rest"], rows)).toEqual([96, 460, 96, undefined]);
});
