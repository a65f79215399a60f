import { expect, test } from "vitest";
import { csvText } from "./csv-text.ts";

test("rows are copied as RFC 4180 has them, and nothing in them is a formula", () => {
  expect(
    csvText([
      ["Name", "Comment"],
      ["a", 'x, "y"'],
      ["=1+1", null],
    ]),
  ).toBe('Name,Comment\r\na,"x, ""y"""\r\n\'=1+1,\r\n');
});
