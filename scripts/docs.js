import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { root } from "./root.js";

// Writes the generated pages of docs/.
const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL("src/docs/reference-pages.ts", root))],
  bundle: true,
  format: "esm",
  platform: "node",
  write: false,
});
const [{ text }] = outputFiles;
const { referencePages } = await import(
  `data:text/javascript;base64,${Buffer.from(text).toString("base64")}`
);
for (const [path, render] of Object.entries(referencePages)) {
  writeFileSync(new URL(path, root), render());
  console.log(path);
}
