import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { extname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { root } from "./root.js";

const folder = fileURLToPath(root);
const target = join(folder, "dist/console");
const dayMs = 86_400_000;
/** What packs well; fonts and pictures are packed already. */
const packed = new Set([".css", ".js", ".svg"]);
/** Below that an answer fits into one packet as it is. */
const smallestBytes = 1024;

/**
 * Builds the console from `web/` into `dist/console/`, with every file packed ready-made, and notes what it was made from
 * (see ensure-built.js).
 */
export async function buildConsole() {
  // Here and not above: it is large, and `npm test` asks for other things of this folder.
  const { build } = await import("vite");
  const readFrom = new Date();
  const made = `${target}.${process.pid}`;
  try {
    const result = await build({
      configFile: join(folder, "web/vite.config.ts"),
      logLevel: "warn",
      build: { outDir: made, emptyOutDir: true },
    });
    if (!("output" in result)) throw new Error("web/vite.config.ts builds once and does not watch");
    const chunks = result.output.filter((file) => file.type === "chunk");
    const inputs = chunks.flatMap((chunk) => chunk.moduleIds).filter(isSource);
    writeFileSync(
      join(made, "inputs.json"),
      JSON.stringify(inputs.map((path) => relative(folder, path)).sort()),
    );
    await packAssets(join(made, "assets"));
    utimesSync(join(made, "index.html"), readFrom, readFrom);
    putInPlace(made);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** Modules that plug-ins make up have no file. */
function isSource(id) {
  return id.startsWith(folder) && !id.includes("node_modules") && statSync(id, { throwIfNoEntry: false });
}

async function packAssets(assets) {
  const brotli = promisify(brotliCompress);
  const zip = promisify(gzip);
  const names = readdirSync(assets).filter((name) => packed.has(extname(name)));
  await Promise.all(
    names.map(async (name) => {
      const path = join(assets, name);
      const content = readFileSync(path);
      if (content.length < smallestBytes) return;
      const params = {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
      };
      writeFileSync(`${path}.br`, await brotli(content, { params }));
      writeFileSync(`${path}.gz`, await zip(content, { level: constants.Z_BEST_COMPRESSION }));
    }),
  );
}

/** The page last, each by a rename: whoever loads it meanwhile finds the old files or the new ones, never half of one. */
function putInPlace(made) {
  const assets = join(target, "assets");
  mkdirSync(assets, { recursive: true });
  const current = new Set(readdirSync(join(made, "assets")));
  for (const name of current) renameSync(join(made, "assets", name), join(assets, name));
  const others = readdirSync(made).filter((name) => name !== "assets" && name !== "index.html");
  for (const name of [...others, "index.html"]) renameSync(join(made, name), join(target, name));
  // A page that was loaded yesterday may still ask for a part of itself.
  for (const name of readdirSync(assets)) {
    const path = join(assets, name);
    if (!current.has(name) && statSync(path).mtimeMs < Date.now() - dayMs) rmSync(path, { force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await buildConsole();
