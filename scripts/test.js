// `npm test`: the whole gate. Types, lint, unused code and tests; every tool runs, whatever the others find. Tools are started
// through node, because npx alone takes 0.7 s each time.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureInstalled } from "./ensure-installed.js";
import { root } from "./root.js";

ensureInstalled();
const scratch = mkdtempSync(join(tmpdir(), "keymoor-gate-"));
const report = join(scratch, "vitest.json");
const checks = await Promise.all([
  run("types", "typescript/bin/tsc", ["-p", "."]),
  run("web", "typescript/bin/tsc", ["-p", "web"]),
  run("biome", "@biomejs/biome/bin/biome", ["check", "--error-on-warnings"]),
  run("knip", "knip/bin/knip.js", []),
]);
// Alone, so that nothing else takes the processor from tests that start servers.
const vitest = await run("tests", "vitest/vitest.mjs", [
  "run",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${report}`,
  ...process.argv.slice(2),
]);
const tests = readReport();
rmSync(scratch, { recursive: true, force: true });

const failedChecks = checks.filter((check) => !check.passed);
for (const { name, seconds, passed } of [...checks, vitest]) {
  console.log(`${passed ? "ok    " : "FAILED"} ${name.padEnd(6)} ${seconds.toFixed(1)} s`);
}
if (tests.skipped > 0) console.log(`${tests.skipped} skipped`);
// A file that could not even be loaded has no failed test of its own.
const failed = failedChecks.length + (vitest.passed ? 0 : Math.max(tests.failed, 1));
console.log(`${tests.passed + checks.length - failedChecks.length} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/**
 * @param {string} name
 * @param {string} program below node_modules
 * @param {readonly string[]} args
 */
async function run(name, program, args) {
  const startedMs = performance.now();
  const path = fileURLToPath(new URL(`node_modules/${program}`, root));
  const child = spawn(process.execPath, [path, ...args], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const isLast = name === "tests";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      if (isLast) process.stdout.write(chunk);
      else output += chunk;
    });
  }
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0 && output !== "") console.log(`--- ${name}\n${output}`);
  return { name, seconds: (performance.now() - startedMs) / 1000, passed: code === 0 };
}

function readReport() {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(
      readFileSync(report, "utf8"),
    );
    return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
