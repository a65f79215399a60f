import { expect, it } from "vitest";
import { catalogue } from "../../../../src/connections/catalogue.ts";
import { marks } from "./marks.ts";

it("has the path of every mark that the catalogue names, and of no other", () => {
  const named = catalogue().flatMap(({ mark }) => (mark === undefined ? [] : [mark]));
  expect(Object.keys(marks).sort()).toEqual([...named].sort());
  for (const [slug, path] of Object.entries(marks))
    expect([slug, path]).toEqual([slug, expect.stringMatching(/^M/i)]);
});
