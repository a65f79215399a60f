import { spawn } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { root } from "./root.js";

/**
 * Builds what is missing of `dist/` or older than what it is made from; the console only for those who serve it. In an
 * installed package there is nothing to build.
 */
export async function ensureBuilt({ withConsole = false } = {}) {
  const scripts = [
    ...(isServerFresh() ? [] : ["scripts/build.js"]),
    ...(withConsole && !isConsoleFresh() ? ["scripts/build-console.js"] : []),
  ];
  const passed = await Promise.all(scripts.map(run));
  if (passed.includes(false)) process.exit(1);
}

/**
 * In a process of its own, so that a build leaves no memory behind in the server.
 *
 * @param {string} script
 * @returns {Promise<boolean>}
 */
function run(script) {
  const child = spawn(process.execPath, [fileURLToPath(new URL(script, root))], { stdio: ["ignore", 2, 2] });
  return new Promise((resolve) => child.once("close", (code) => resolve(code === 0)));
}

function isServerFresh() {
  const source = new URL("src/", root);
  if (modifiedAt(source) === undefined) return true;
  const built = modifiedAt(new URL("dist/keymoor.js", root));
  return isOlder([...below(source), new URL("scripts/build.js", root)], built);
}

function isConsoleFresh() {
  const source = new URL("web/", root);
  if (modifiedAt(source) === undefined) return true;
  const built = modifiedAt(new URL("dist/console/index.html", root));
  if (built === undefined) return false;
  return isOlder([...below(source), ...consoleInputs(), new URL("scripts/build-console.js", root)], built);
}

/** What the console takes from `src/`, as its build noted it. */
function consoleInputs() {
  const text = readFileSync(new URL("dist/console/inputs.json", root), "utf8");
  return JSON.parse(text).map((/** @type {string} */ path) => new URL(path, root));
}

/** @param {URL} folder */
function below(folder) {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" });
  // Folders count too: their time changes when a file goes.
  return [folder, ...paths.map((path) => new URL(path, folder))];
}

/**
 * @param {readonly URL[]} inputs
 * @param {number | undefined} built
 */
function isOlder(inputs, built) {
  if (built === undefined) return false;
  const all = [...inputs, new URL("package-lock.json", root)];
  // One that went is a change as well.
  return all.every((input) => (modifiedAt(input) ?? Number.POSITIVE_INFINITY) <= built);
}

/** @param {URL} file */
function modifiedAt(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
}
