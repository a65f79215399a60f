import { Command } from "commander";
import { loadConfig } from "../../config/load-config.ts";
import { type SettingName, settings } from "../../config/settings.ts";
import { keepYoungHeapSmall } from "../../start/young-heap.ts";
import { environmentVariables } from "../environment-variables.ts";
import { addSettingOptions, flagTexts } from "../setting-options.ts";

/** `keymoor serve`: the server, in the foreground. */
export function serveCommand(): Command {
  const command = new Command("serve").description("Start the server in the foreground.").action(async () => {
    const { config, warnings } = loadConfig({
      flags: flagTexts(command),
      env: process.env,
      folder: process.cwd(),
      otherVariables: Object.keys(environmentVariables),
    });
    keepYoungHeapSmall();
    // The server is loaded only now: `--help` should not wait for it.
    const { serve } = await import("../../main.ts");
    await serve(config, warnings);
  });
  return addSettingOptions(command, Object.keys(settings) as SettingName[]);
}
