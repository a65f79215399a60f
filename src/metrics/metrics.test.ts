import { describe, expect, it } from "vitest";
import { Counter } from "./counter.ts";
import { familyText } from "./family.ts";
import { Histogram } from "./histogram.ts";

describe("metrics as text", () => {
  it("escape what would end a label or a line", () => {
    const counter = new Counter("c_total", "Back\\slash\nand line.", ["l"]);
    counter.add(['a"b\\c\nd']);
    expect(familyText(counter.family())).toBe(
      '# HELP c_total Back\\\\slash\\nand line.\n# TYPE c_total counter\nc_total{l="a\\"b\\\\c\\nd"} 1\n',
    );
  });

  it("count each bucket with all below it, the bound included", () => {
    const histogram = new Histogram("h_seconds", "Help.", [], [0.1, 1]);
    for (const seconds of [0.05, 0.1, 0.5, 7]) histogram.observe([], seconds);
    expect(familyText(histogram.family()).split("\n").slice(2)).toEqual([
      'h_seconds_bucket{le="0.1"} 2',
      'h_seconds_bucket{le="1"} 3',
      'h_seconds_bucket{le="+Inf"} 4',
      "h_seconds_sum 7.65",
      "h_seconds_count 4",
      "",
    ]);
  });

  it("of a histogram without labels are there before anything was observed", () => {
    const [bucket] = new Histogram("h_seconds", "Help.", [], [1]).family().samples;
    expect(bucket).toEqual({ suffix: "_bucket", labels: { le: "1" }, value: 0 });
  });

  it("write numbers as the format has them", () => {
    const value = (number: number) =>
      familyText({ name: "g", help: "Help.", type: "gauge", samples: [{ labels: {}, value: number }] })
        .split("\n")
        .at(2);
    expect([Infinity, -Infinity, Number.NaN, 1e21, 0.5].map(value)).toEqual([
      "g +Inf",
      "g -Inf",
      "g NaN",
      "g 1e+21",
      "g 0.5",
    ]);
  });
});
