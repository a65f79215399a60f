import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { root } from "./root.js";

/** Builds `dist/` when it is missing or older than what it is made from. In an installed package there is nothing to build. */
export function ensureBuilt() {
  const source = new URL("src/", root);
  if (modifiedAt(source) === undefined || isFresh(source)) return;
  // In a process of its own, so that esbuild leaves no memory behind in the server.
  const { status } = spawnSync(process.execPath, [fileURLToPath(new URL("scripts/build.js", root))], {
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) process.exit(1);
}

/** @param {URL} source */
function isFresh(source) {
  const built = modifiedAt(new URL("dist/keymoor.js", root));
  if (built === undefined) return false;
  // Folders count too: their time changes when a file goes.
  const inputs = readdirSync(source, { recursive: true, encoding: "utf8" }).map(
    (path) => new URL(path, source),
  );
  const more = [source, new URL("package-lock.json", root), new URL("scripts/build.js", root)];
  return [...more, ...inputs].every((input) => (modifiedAt(input) ?? 0) <= built);
}

/** @param {URL} file */
function modifiedAt(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
}
