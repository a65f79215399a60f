import type { Config } from "./settings.ts";

type MasterKeyConfig = Pick<
  Config,
  "masterKey" | "masterKeyFile" | "previousMasterKey" | "previousMasterKeyFile" | "data"
>;

/** Where the master keys of a data folder come from, as the vault asks for it. */
export function masterKeySettings(config: MasterKeyConfig) {
  return {
    value: config.masterKey,
    file: config.masterKeyFile,
    previousValue: config.previousMasterKey,
    previousFile: config.previousMasterKeyFile,
    folder: config.data,
  };
}
