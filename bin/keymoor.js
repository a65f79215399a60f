#!/usr/bin/env node
import { existsSync } from "node:fs";
import { ensureBuilt } from "../scripts/ensure-built.js";

if (
  !existsSync(new URL("../node_modules", import.meta.url)) &&
  existsSync(new URL("../src", import.meta.url))
) {
  process.stderr.write(
    "keymoor: The dependencies are not installed. Run npm ci --ignore-scripts, or npm start.\n",
  );
  process.exit(1);
}
ensureBuilt();
await import(new URL("../dist/keymoor.js", import.meta.url).href);
