import { describe, expect, it } from "vitest";
import { csvLine } from "./csv-line.ts";

describe("a line of a CSV file", () => {
  it("quotes what holds a comma, a quote or a line break, and leaves out what there is not", () => {
    expect(csvLine(["a", null, 3, "b,c", 'say "x"', "d\ne", ""])).toBe('a,,3,"b,c","say ""x""","d\ne",\r\n');
  });

  it("holds nothing that a spreadsheet would run", () => {
    expect(csvLine(["=1+1", "+1", "-1", "@x", "\t=1", -1])).toBe("'=1+1,'+1,'-1,'@x,'\t=1,-1\r\n");
  });
});
