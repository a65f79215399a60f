import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const elsewhere = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

export const howToGetBrowser =
  "No Chromium was found, so the console's browser tests are skipped. `apt-get install chromium` gets one; KEYMOOR_CHROMIUM names another.";

/** The Chromium of this machine; undefined: there is none. Nothing is downloaded. */
export function findBrowser(): string | undefined {
  const named = process.env.KEYMOOR_CHROMIUM;
  // Whoever names one wants that one: tests that fail say more than tests that are skipped.
  if (named !== undefined && named !== "") return named;
  const folders = (process.env.PATH ?? "").split(delimiter);
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...onPath, ...elsewhere].find((path) => existsSync(path) && isExecutable(path));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
