import { fileURLToPath } from "node:url";

/** What a run leaves to be looked at. */
export const outputFolder = fileURLToPath(new URL("../../test-output/console/", import.meta.url));
