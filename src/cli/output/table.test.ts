import { describe, expect, test } from "vitest";
import { cutTo, displayWidth } from "./display-width.ts";
import { columnTable, fieldTable, fittedCells, fittedFieldTable } from "./table.ts";

describe("a table of fields", () => {
  const valuesOf = (value: string) =>
    fieldTable([["Status Detail", value]])
      .split("\n")
      .slice(1, -2)
      .map((line) => line.split("|")[2]?.trim());

  test("keeps a value of thirty columns on its line", () => {
    expect(valuesOf("2026-11-20 09:04:00 +0000 UTC")).toEqual(["2026-11-20 09:04:00 +0000 UTC"]);
    expect(valuesOf("2026-11-20 09:04:00.123 +0000 UTC")).toEqual(["2026-11-20 09:04:00.123 +0000", "UTC"]);
  });

  test("never breaks a word, and lets the longest one set the width", () => {
    expect(valuesOf("https://api.openai.com/v1/chat/completions is gone")).toEqual([
      "https://api.openai.com/v1/chat/completions",
      "is gone",
    ]);
  });

  test("breaks lines where they come out even", () => {
    expect(valuesOf("Refused by the service: 401 Unauthorized since yesterday morning at nine")).toEqual([
      "Refused by the service: 401",
      "Unauthorized since yesterday",
      "morning at nine",
    ]);
  });

  test("has a label once, and a row for an empty value", () => {
    expect(
      fieldTable([
        ["Detail", "aaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbb"],
        ["None", ""],
      ]),
    ).toBe(
      [
        "+--------+----------------------+",
        "| Detail | aaaaaaaaaaaaaaaaaaaa |",
        "|        | bbbbbbbbbbbbbbbbbbbb |",
        "| None   |                      |",
        "+--------+----------------------+",
        "",
      ].join("\n"),
    );
  });

  test("takes a value of a hundred thousand words", () => {
    const lines = valuesOf("word ".repeat(100_000));
    expect(lines.every((line) => (line?.length ?? 99) <= 30)).toBe(true);
    expect(lines.join(" ").split(" ")).toHaveLength(100_000);
  });
});

describe("a table of columns", () => {
  test("centres its header and ends every line in two spaces", () => {
    expect(columnTable(["Name", "Cloud"], [["connection-one", "aws"]])).toBe(
      "       Name      | Cloud  \n-----------------+--------\n  connection-one | aws    \n",
    );
  });

  test("gives a cell of several lines several lines", () => {
    expect(columnTable(["A", "B"], [["x\ny", "z"]])).toBe("  A | B  \n----+----\n  x | z  \n  y |    \n");
  });
});

describe("a table that is to fit", () => {
  const header = ["Name", "Endpoint", "Creation Date"];
  const rows = [
    ["my-openai", "https://api.openai.com/v1/chat/completions", "2026-11-20 09:04:00 +0000 UTC"],
    ["日本語の名前", "x".repeat(50), "2026-11-20 09:04:00 +0000 UTC"],
  ];

  test("cuts its longest cells so that no line is wider than the terminal, and keeps the short ones", () => {
    for (const columns of [60, 80]) {
      const lines = columnTable(header, fittedCells(header, rows, columns))
        .split("\n")
        .slice(0, -1);
      expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(columns);
      expect(lines[2]).toMatch(/^ {2}my-openai {4}\| https:\/\/.*… \| 2026-11-20 /);
    }
  });

  test("is as it is where there is room, and keeps its header where there is none", () => {
    expect(fittedCells(header, rows, 120)).toEqual(rows);
    const [cells] = fittedCells(header, rows, 1);
    expect(cells).toEqual(["my-open…", "https:/…", "2026-11-20 0…"]);
  });

  test("wraps values at its width, and a value's own lines stay", () => {
    expect(
      fittedFieldTable(
        [
          ["Detail", "Refused by the service: 401 Unauthorized"],
          ["Options", "a=1\nb=2"],
        ],
        45,
      ),
    ).toBe(
      [
        "+---------+-----------------------------+",
        "| Detail  | Refused by the service: 401 |",
        "|         | Unauthorized                |",
        "| Options | a=1                         |",
        "|         | b=2                         |",
        "+---------+-----------------------------+",
        "",
      ].join("\n"),
    );
  });
});

test.each([
  ["abcdef", 4, "abc…"],
  ["日本語", 4, "日…"],
  ["abc", 3, "abc"],
])("%s in %i columns is %s", (text, width, cut) => expect(cutTo(text, width)).toBe(cut));

test.each([
  ["abc", 3],
  ["日本", 4],
  ["é", 1],
  ["e\u0301", 1],
  ["👍🏽", 2],
  ["…", 1],
])("%s takes its columns of a terminal", (text, width) => expect(displayWidth(text)).toBe(width));
