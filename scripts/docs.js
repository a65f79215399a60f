import { rmSync, writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { root } from "./root.js";

// Writes the generated pages of docs/. The bundle lies below the repository, where it finds its dependencies.
const bundle = fileURLToPath(new URL(`dist/reference-pages.${process.pid}.js`, root));
await build({
  entryPoints: [fileURLToPath(new URL("src/docs/reference-pages.ts", root))],
  outfile: bundle,
  bundle: true,
  format: "esm",
  platform: "node",
  packages: "external",
});
const { referencePages } = await import(pathToFileURL(bundle).href);
rmSync(bundle);
for (const [path, render] of Object.entries(referencePages)) {
  writeFileSync(new URL(path, root), await render());
  console.log(path);
}
