import { mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build as esbuild } from "esbuild";
import { root } from "./root.js";

const dist = fileURLToPath(new URL("dist/", root));
const chunks = join(dist, "chunks");
const dayMs = 86_400_000;

/**
 * Bundles the server, the command line and the two threads into `dist/`. Dependencies are bundled too, because one file opens several
 * times faster than the hundreds it is made of; what is imported lazily becomes a file of its own.
 */
export async function build() {
  const readFrom = new Date();
  const { outputFiles } = await esbuild({
    absWorkingDir: fileURLToPath(root),
    entryPoints: {
      keymoor: "src/cli/keymoor.ts",
      "sqlite-writer": "src/storage/sqlite-writer.ts",
      "login-driver": "src/egress/check/logins/thread/login-driver.ts",
    },
    outdir: dist,
    chunkNames: "chunks/[name]-[hash]",
    write: false,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    logLevel: "warning",
    external: [
      // It finds its compiled part beside itself.
      "@photostructure/sqlite",
      // The MongoDB driver asks for these and goes on without; what it would need them for is not used.
      ...["@aws-sdk/credential-providers", "@mongodb-js/zstd", "gcp-metadata", "kerberos"],
      ...["mongodb-client-encryption", "snappy", "socks"],
    ],
    // Bundled CommonJS modules ask for Node's own by require.
    banner: {
      js: 'import{createRequire as keymoorRequire}from"node:module";const require=keymoorRequire(import.meta.url);',
    },
  });
  mkdirSync(chunks, { recursive: true });
  // Chunks first, each by a rename: whoever starts meanwhile finds the old bundle or the new one, never half of one.
  const entriesLast = outputFiles.sort(
    (a, b) => Number(dirname(b.path) === chunks) - Number(dirname(a.path) === chunks),
  );
  for (const { path, contents } of entriesLast) {
    const next = `${path}.${process.pid}`;
    writeFileSync(next, contents);
    // A source that is edited while it is being bundled is younger than the bundle.
    utimesSync(next, readFrom, readFrom);
    renameSync(next, path);
  }
  removeOldChunks(new Set(outputFiles.map(({ path }) => basename(path))));
}

/** A server that is running may still have to load one of yesterday's chunks. */
function removeOldChunks(current) {
  for (const name of readdirSync(chunks)) {
    const path = join(chunks, name);
    if (!current.has(name) && statSync(path).mtimeMs < Date.now() - dayMs) rmSync(path, { force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await build();
