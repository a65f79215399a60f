// `npm start`: installs and builds what is missing, then serves in this very process until SIGTERM or SIGINT. No
// dependencies here: they may not be installed yet.
import { ensureBuilt } from "./ensure-built.js";
import { ensureInstalled } from "./ensure-installed.js";
import { root } from "./root.js";

ensureInstalled();
await ensureBuilt({ withConsole: true });
process.argv.splice(2, 0, "serve");
await import(new URL("dist/keymoor.js", root).href);
