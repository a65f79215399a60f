import fc from "fast-check";
import { expect, test } from "vitest";
import { matchesLike } from "./like.ts";
import { countWork } from "./work-meter.fixture.ts";

test.each([
  ["my-conn", "my-conn", true],
  ["my-conn", "my-conn2", false],
  ["MY-CONN", "my-conn", false],
  ["my%", "my-conn", true],
  ["%conn", "my-conn", true],
  ["%-%", "my-conn", true],
  ["%a%b%", "xxbxxaxx", false],
  ["m__c%", "my-conn", true],
  ["_", "", false],
  ["%", "", true],
  ["", "", true],
  ["", "a", false],
  ["my\\_c%", "my-conn", false],
  ["my\\_c%", "my_conn", true],
  ["100\\%", "100%", true],
  ["a\\", "a\\", true],
  ["a\\\\b", "a\\b", true],
])("LIKE %j on %j is %j", (pattern, text, expected) => {
  expect(matchesLike(pattern, text)).toBe(expected);
});

test("a name matches its own parts with runs between them", () => {
  const part = fc.stringMatching(/^[a-z0-9.-]*$/);
  fc.assert(
    fc.property(fc.array(part), part, (parts, between) => {
      expect(matchesLike(parts.join("%"), parts.join(between))).toBe(true);
    }),
  );
});

test("a long pattern costs no more than its length times that of a name", () => {
  const name = "a".repeat(100);
  for (const pattern of [
    "%a".repeat(60_000),
    "%".repeat(120_000),
    `${"%a".repeat(90)}b`,
    "\\a".repeat(60_000),
  ]) {
    expect(countWork(() => matchesLike(pattern, name))).toBeLessThan(
      2 * pattern.length + 4 * name.length * name.length,
    );
  }
});
