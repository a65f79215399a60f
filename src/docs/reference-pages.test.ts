import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { errorTable } from "../errors.ts";
import { referencePages } from "./reference-pages.ts";

const root = join(import.meta.dirname, "../..");

describe("the generated pages of the manual", () => {
  test.each(Object.entries(referencePages))("%s says what the source says", async (path, render) => {
    expect(readFileSync(join(root, path), "utf8"), "run `npm run docs`").toBe(await render());
  });
});

describe("the table of errors", () => {
  const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts") && path !== "errors.ts")
    .map((path) => readFileSync(join(root, "src", path), "utf8"));

  test.each(Object.keys(errorTable))("%s is thrown somewhere", (code) => {
    expect(sources.some((text) => text.includes(`"${code}"`))).toBe(true);
  });

  test("every code that is thrown is in it", () => {
    const thrown = sources.flatMap((text) =>
      [...text.matchAll(/new KeymoorError\(\s*"(\w+)"/g)].map(([, code]) => code),
    );
    expect(thrown.length).toBeGreaterThan(0);
    expect(thrown.filter((code) => !Object.keys(errorTable).includes(code ?? ""))).toEqual([]);
  });
});
