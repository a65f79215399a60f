import fc from "fast-check";
import { expect, test } from "vitest";
import { nearest } from "./nearest.ts";

const keys = ["api-key", "token", "token-endpoint", "scope", "type"];

test.each([
  ["ap-key", "api-key"],
  ["api_key", "api-key"],
  ["API-KEY", "api-key"],
  ["tokn", "token"],
  ["tpye", "type"],
  ["service-account-key", undefined],
  ["", undefined],
])("the nearest key to %j is %j", (word, expected) => {
  expect(nearest(word, keys)).toBe(expected);
});

test("a word with up to two edits finds the word it came from, or one as near", () => {
  const edit = fc.tuple(fc.nat(), fc.constantFrom("", "x", "xy"));
  fc.assert(
    fc.property(fc.constantFrom(...keys), edit, (key, [place, inserted]) => {
      const at = place % (key.length + 1);
      expect(nearest(key.slice(0, at) + inserted + key.slice(at), keys)).toBe(key);
    }),
  );
});

test("the closest of several wins, and the first of those as close", () => {
  expect(nearest("abcd", ["abxx", "abcx", "xbcd"])).toBe("abcx");
});

test("a word of a megabyte is refused by its length", () => {
  expect(nearest("x".repeat(1_000_000), keys)).toBeUndefined();
});
