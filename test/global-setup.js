import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../scripts/build.js";
import { ensureBuilt } from "../scripts/ensure-built.js";
import { findBrowser, howToGetBrowser } from "./browser/find-browser.ts";
import { bundle } from "./fixtures/bundle.ts";
import { watchFileVariable } from "./fixtures/watch-answers.ts";
import { watchReport } from "./fixtures/watch-report.ts";

/**
 * Builds what process-level tests start, once for the whole run, and begins the watch over all that servers answer in it.
 * @param {import("vitest/node").TestProject} project
 */
export async function setup(project) {
  await build();
  await bundle("test/fixtures/watch-server.ts");
  if (await hasBrowserTests(project)) {
    if (findBrowser() === undefined) process.stderr.write(`${howToGetBrowser}\n`);
    else await ensureBuilt({ withConsole: true });
  }
  const folder = mkdtempSync(join(tmpdir(), "keymoor-watch-"));
  const file = join(folder, "answers.jsonl");
  writeFileSync(file, "");
  process.env[watchFileVariable] = file;
  return async () => {
    const { isFine, text } = watchReport(file, await isWholeRun(project));
    rmSync(folder, { recursive: true });
    process.stderr.write(`\n${text}\n`);
    // What a teardown throws is printed and forgotten.
    if (!isFine) process.exitCode = 1;
  };
}

/**
 * Whether the console is to be looked at: nobody who runs one file waits for its build.
 * @param {import("vitest/node").TestProject} project
 */
async function hasBrowserTests(project) {
  const { testFiles } = await project.globTestFiles(
    process.argv.slice(2).filter((word) => !word.startsWith("-")),
  );
  return testFiles.some((file) => file.includes("/test/browser/"));
}

/**
 * Whether every test of every file ran, and not a choice of somebody who looks at a few.
 * @param {import("vitest/node").TestProject} project
 */
async function isWholeRun(project) {
  const { testFiles } = await project.globTestFiles();
  const ran = project.vitest.state.getFiles().length;
  return project.config.testNamePattern === undefined && ran >= testFiles.length;
}
