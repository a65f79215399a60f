import { build } from "../scripts/build.js";

/** Builds what process-level tests start, once for the whole run. */
export async function setup() {
  await build();
}
