import { expect, test } from "vitest";
import { rowsTable } from "./rows-table.ts";

const labels = ["Name", "Endpoint"];
const row = ["my-openai", "https://api.openai.com/v1/chat/completions"];

test("rows that fit, go to a file, or are many stand below one header", () => {
  const header = /^ {4}Name {4}\| .* Endpoint .*\n-/;
  expect(rowsTable(labels, [row], 80)).toMatch(header);
  expect(rowsTable(labels, [row], undefined)).toMatch(header);
  expect(rowsTable(labels, [row, row, row, row], 40)).toMatch(header);
});

test("a few rows that the terminal is too narrow for have a line for every column", () => {
  expect(rowsTable(labels, [["c", "a value of several words"]], 30)).toBe(
    [
      "+----------+--------------------------+",
      "| Name     | c                        |",
      "| Endpoint | a value of several words |",
      "+----------+--------------------------+",
      "",
    ].join("\n"),
  );
});
