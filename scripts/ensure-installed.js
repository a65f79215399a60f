import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { root } from "./root.js";

/** Runs `npm ci` when `node_modules` is missing or older than the lock file. */
export function ensureInstalled() {
  const installed = modifiedAt("node_modules/.package-lock.json");
  if (installed !== undefined && installed >= (modifiedAt("package-lock.json") ?? 0)) return;
  process.stderr.write("Installing dependencies ...\n");
  // npm is a script of its own on Windows, which only a shell finds.
  const { status } = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (status !== 0) {
    process.stderr.write("npm ci failed; nothing was started.\n");
    process.exit(1);
  }
}

/** @param {string} path below the repository */
function modifiedAt(path) {
  return statSync(new URL(path, root), { throwIfNoEntry: false })?.mtimeMs;
}
