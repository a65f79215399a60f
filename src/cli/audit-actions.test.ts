import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { auditActions } from "./audit-actions.ts";

const sources = join(import.meta.dirname, "..");

it("has every action that the source names", () => {
  const named = new Set<string>();
  for (const folder of ["operations", "storage", join("cli", "commands")]) {
    const files = readdirSync(join(sources, folder)).filter((file) =>
      /^(?!.*(test|suite)).*\.ts$/.test(file),
    );
    for (const file of files) {
      const text = readFileSync(join(sources, folder, file), "utf8");
      const found = text.matchAll(
        /(?:^ {2}name: |action(?::| =) |(?:countedRead|changeControl)\(.*, |\? | : )"((?:[a-z_]+\.[a-z_]+)|authenticate)"/gm,
      );
      for (const [, action = ""] of found) named.add(action);
    }
  }
  expect(named.size).toBeGreaterThan(30);
  expect([...named].filter((action) => !auditActions.includes(action))).toEqual([]);
  expect(auditActions.filter((action) => !named.has(action))).toEqual([]);
});
