import { realpathSync } from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import type { Config } from "../config/settings.ts";
import { KeymoorError } from "../errors.ts";

/**
 * Whoever may create a connection may have any file of `KEYMOOR_SECRETS_DIR` sent to a service of his own, so neither the
 * database nor the master key may be reached from there.
 */
export function judgeSecretsDir(
  config: Pick<Config, "secretsDir" | "data" | "masterKeyFile" | "previousMasterKeyFile">,
): void {
  if (config.secretsDir === undefined) return;
  const dir = realPath(config.secretsDir);
  const data = realPath(config.data);
  if (dir === data) throw refusal("is the data folder");
  if (lies(data, dir)) throw refusal("contains the data folder");
  if (lies(dir, data)) throw refusal("lies in the data folder");
  for (const file of [config.masterKeyFile, config.previousMasterKeyFile]) {
    if (file !== undefined && lies(realPath(file), dir)) throw refusal("contains the master key file");
  }
}

function lies(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}

/** With every link followed, as far as the path exists: the data folder may be made later. */
function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    const folder = dirname(path);
    return folder === path ? path : join(realPath(folder), basename(path));
  }
}

function refusal(what: string): KeymoorError {
  return new KeymoorError("cannot_start", `KEYMOOR_SECRETS_DIR ${what}.`, {
    hint: "Give the secrets of services a folder of their own.",
  });
}
