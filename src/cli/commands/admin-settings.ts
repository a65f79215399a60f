import type { Command } from "commander";
import { loadConfig } from "../../config/load-config.ts";
import { masterKeySettings } from "../../config/master-key-settings.ts";
import type { Io } from "../io.ts";
import { addSettingOptions, flagTexts } from "../setting-options.ts";

/** Adds the flags that say which data folder, and where its master key is. */
export function addDataOptions(command: Command): Command {
  addSettingOptions(command, ["data", "masterKeyFile", "previousMasterKeyFile"]);
  return command.allowUnknownOption(false).allowExcessArguments(false);
}

/** The data folder of a command and its master keys, from flags, environment and file, as the server finds them. */
export function dataSettings(io: Io, command: Command) {
  const flags = flagTexts(command, command.registeredArguments.length);
  const { config } = loadConfig({ flags, env: io.env, folder: io.folder });
  return { folder: config.data, masterKey: masterKeySettings(config) };
}
