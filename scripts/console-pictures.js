// Takes the pictures of docs/console.md anew: the browser tests make them, and the ones that the page shows are copied.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { root } from "./root.js";

/** Name in docs/console/ and the picture of the run. */
const pictures = {
  connections: "connections-1440-light",
  connection: "connection-overview-1440-light",
  "connection-dark": "connection-overview-1440-dark",
  "choose-service": "new-service-1440-light",
  credentials: "new-credentials-1440-light",
  workspace: "workspace-run-1440-light",
  roles: "roles-1440-light",
  phone: "connections-390-dark",
};
/** They are in every clone. */
const mostBytes = 150 * 1024;

const vitest = fileURLToPath(new URL("node_modules/vitest/vitest.mjs", root));
const { status } = spawnSync(process.execPath, [vitest, "run", "test/browser/look.test.ts"], {
  cwd: fileURLToPath(root),
  stdio: "inherit",
});
if (status !== 0) process.exit(1);
mkdirSync(new URL("docs/console/", root), { recursive: true });
for (const [name, source] of Object.entries(pictures)) {
  const from = new URL(`test-output/console/${source}.png`, root);
  if (statSync(from).size > mostBytes) throw new Error(`${source}.png is larger than 150 KB`);
  copyFileSync(from, new URL(`docs/console/${name}.png`, root));
}
