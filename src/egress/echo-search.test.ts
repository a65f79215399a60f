import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EchoSearch } from "./echo-search.ts";

/** What gets through when the text comes in these pieces; undefined when it was cut. */
function through(search: EchoSearch, pieces: readonly string[]): { passed: string; found: boolean } {
  let passed = "";
  for (const piece of pieces) {
    const bytes = search.next(Buffer.from(piece, "latin1"));
    if (bytes === undefined) return { passed, found: true };
    passed += bytes.toString("latin1");
  }
  return { passed: passed + search.rest().toString("latin1"), found: false };
}

test("a secret is found in one piece, and across any number of pieces", () => {
  const secret = "sk-12345678";
  for (const pieces of [
    [`a${secret}b`],
    ["a sk-1", "2345678"],
    [..."xx sk-12345678"],
    ["sk-sk-", "12345678"],
  ]) {
    const { passed, found } = through(new EchoSearch([secret]), pieces);
    expect(found).toBe(true);
    expect(passed).not.toContain("sk-1");
  }
});

test("an answer without the secret comes through byte for byte", () => {
  const pieces = ["sk-", "sk-1234567", "", "sk-1234567", "8 9", "sk-123456"];
  expect(through(new EchoSearch(["sk-123456789"]), pieces)).toEqual({
    passed: pieces.join(""),
    found: false,
  });
});

test("nothing is held back that cannot begin a secret", () => {
  expect(new EchoSearch(["sk-12345678"]).next(Buffer.from("data: {}\n\n"))?.toString()).toBe("data: {}\n\n");
});

test("secrets shorter than 8 bytes are not searched for", () => {
  const search = new EchoSearch(["1234567", ""]);
  expect(search.isNeeded).toBe(false);
  expect(through(search, ["1234567"])).toEqual({ passed: "1234567", found: false });
});

test("a header value that holds a secret is known", () => {
  const search = new EchoSearch(["sk-12345678"]);
  expect(search.isIn("https://h/?key=sk-12345678")).toBe(true);
  expect(search.isIn("https://h/?key=sk-1234567")).toBe(false);
});

test("a secret outside ASCII is found in its UTF-8 bytes, in bodies and header values, and counts by them", () => {
  const secret = "pässwör";
  const bytes = Buffer.from(`is ${secret}`, "utf8");
  expect(new EchoSearch([secret]).next(bytes)).toBeUndefined();
  expect(new EchoSearch([secret]).isIn(bytes.toString("latin1"))).toBe(true);
});

describe("for any text, any cut and several secrets", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 40 });
  const secret = fc.string({ unit: fc.constantFrom("a", "b"), minLength: 8, maxLength: 12 });

  test("it finds what is there, passes the rest, and never lets out the beginning of what it finds", () => {
    fc.assert(
      fc.property(
        fc.array(letters, { maxLength: 6 }),
        fc.array(secret, { minLength: 1, maxLength: 3 }),
        (pieces, secrets) => {
          const text = pieces.join("");
          const { passed, found } = through(new EchoSearch(secrets), pieces);
          const starts = secrets.map((one) => text.indexOf(one)).filter((start) => start >= 0);
          expect(found).toBe(starts.length > 0);
          if (!found) expect(passed).toBe(text);
          else expect(text.startsWith(passed)).toBe(true);
          expect(passed.length).toBeLessThanOrEqual(Math.min(...starts, text.length));
          for (const one of secrets) expect(passed.includes(one)).toBe(false);
        },
      ),
      { numRuns: 3000 },
    );
  });
});
