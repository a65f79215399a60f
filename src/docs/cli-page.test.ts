import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { environmentVariables } from "../cli/environment-variables.ts";
import { pathOf } from "../cli/prepare-commands.ts";
import { configFileVariable, settings, variableOf } from "../config/settings.ts";
import { cliExamples } from "./cli-examples.ts";
import { cliPage, commandTree, leavesOf } from "./cli-page.ts";

const leaves = [...leavesOf(await commandTree())];
const commands = new Map(leaves.map((command) => [pathOf(command), command]));

describe("the page of the command line", () => {
  test("has a section for every command, and every link into it leads somewhere", async () => {
    const page = await cliPage();
    const titles = [...page.matchAll(/^#{2,3} (.*)$/gm)].map(([, title = ""]) => title);
    for (const path of commands.keys()) expect(titles).toContain(path);
    const anchors = titles.map((title) => title.toLowerCase().replaceAll(" ", "-"));
    for (const [, anchor = ""] of page.matchAll(/\]\(#([^)]*)\)/g)) expect(anchors).toContain(anchor);
  });

  test("every command and every flag says what it is", () => {
    for (const command of leaves) {
      expect(command.description(), pathOf(command)).toMatch(/\w.*[.]$/);
      for (const option of command.options) expect(option.description, option.flags).not.toBe("");
    }
  });

  test("says which variables are read, and no others", () => {
    const folder = join(import.meta.dirname, "../cli");
    const sources = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter(
        (path) => path.endsWith(".ts") && !path.endsWith(".test.ts") && path !== "environment-variables.ts",
      )
      .map((path) => readFileSync(join(folder, path), "utf8"));
    const read = new Set(
      sources.flatMap((text) =>
        [...text.matchAll(/\b(?:KEYMOOR_[A-Z_]+|XDG_[A-Z_]+|NO_COLOR)\b/g)].map(([name]) => name),
      ),
    );
    const ofServer = Object.keys(settings).map((name) => variableOf(name as keyof typeof settings));
    const ofClient = [...read].filter((name) => ![...ofServer, configFileVariable].includes(name));
    expect(ofClient.sort()).toEqual(Object.keys(environmentVariables).sort());
  });

  const examples = Object.entries(cliExamples).flatMap(([path, lines]) =>
    lines.map((line) => [path, line] as const),
  );

  test.each(examples)("its example of %s is a command line: %s", (path, line) => {
    const command = commands.get(path);
    if (command === undefined) throw new Error("no such command");
    const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([word, quoted]) => quoted ?? word);
    const start = words.findIndex((word) => word.endsWith("keymoor"));
    const length = path.split(" ").length;
    const said = words.slice(start, start + length).join(" ");
    expect(said.replace(/^\W+/, "")).toBe(path);
    judgeFlags(command, words.slice(start + length));
  });
});

function judgeFlags(command: Command, words: readonly string[]): void {
  const given = words.filter((word) => /^--?\w/.test(word));
  const known = command.options.flatMap(({ short, long }) => [short, long]);
  for (const flag of given) expect(known).toContain(flag);
  for (const { long, mandatory } of command.options) if (mandatory) expect(given).toContain(long);
}
