import { randomBytes } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { KeymoorError } from "../errors.ts";
import { reasonOf } from "../reason-of.ts";
import { type LocalKeyWrapper, masterKeyBytes } from "./backends/local.ts";
import {
  keyText,
  type MasterKeySettings,
  masterKeyFile,
  previousKeyFile,
  readMasterKeyFile,
  syncFolder,
  writeDurably,
} from "./master-key.ts";

/** The master keys of a server: the one that seals, and while a rotation is under way the one before it. */
export interface MasterKeys {
  readonly keyId: string;
  /** Those that only open any more. */
  readonly previousKeyIds: readonly string[];
  /** The setting that still holds a previous key, if one does. */
  readonly previousSetting: string | undefined;
  /**
   * Puts a new key into the key file and seals with it from now on; the one before stays beside it on disk until
   * `forgetPrevious`. `master_key_not_rotatable`, and nothing is changed, when the key does not come from a file that may be
   * written.
   */
  renew(): void;
  /** When nothing is sealed under a previous key any more: wipes it from memory, and from the file that `renew` made. */
  forgetPrevious(): void;
  /** Removes the files that a crash left of a `renew` which never came into use; answers with those that stay. */
  removeLeftovers(): readonly LeftFile[];
}

interface LeftFile {
  readonly file: string;
  readonly reason: string;
}

export function localMasterKeys(wrapper: LocalKeyWrapper, settings: MasterKeySettings): MasterKeys {
  const { previousValue, previousFile } = settings;
  return {
    get keyId() {
      return wrapper.keyId;
    },
    get previousKeyIds() {
      return wrapper.olderKeyIds;
    },
    previousSetting:
      previousValue !== undefined
        ? "KEYMOOR_PREVIOUS_MASTER_KEY"
        : previousFile && "KEYMOOR_PREVIOUS_MASTER_KEY_FILE",
    renew() {
      const next = randomBytes(masterKeyBytes);
      replaceKeyFile(judgeKeyFile(settings, wrapper.keyId), next);
      wrapper.adopt(next);
      next.fill(0);
    },
    forgetPrevious() {
      const path = masterKeyFile(settings);
      if (path !== undefined) removeKeyFile(previousKeyFile(path));
      wrapper.forgetOlder();
    },
    removeLeftovers() {
      const path = masterKeyFile(settings);
      return path === undefined ? [] : leftoversOf(path, wrapper.keyId).flatMap(leftAfterRemoval);
    },
  };
}

interface KeyFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The file that holds the key in use, if it may be replaced. */
function judgeKeyFile(settings: MasterKeySettings, keyId: string): KeyFile {
  const path = masterKeyFile(settings);
  if (path === undefined) {
    throw notRotatable(
      "The master key comes from KEYMOOR_MASTER_KEY, which the server cannot change.",
      "Start it once with a new key as KEYMOOR_MASTER_KEY and the present one as KEYMOOR_PREVIOUS_MASTER_KEY.",
    );
  }
  const key = readMasterKeyFile(path);
  if (key?.id !== keyId) {
    throw notRotatable(
      `The master key file ${path} does not hold the key "${keyId}" that the server works with.`,
      "Put that key back into it and try again.",
    );
  }
  if (!isWritable(path)) throw readOnly(path);
  return { path, bytes: key.bytes };
}

/** The bits are looked at as well: a superuser may write what its owner made read-only. */
function isWritable(path: string): boolean {
  try {
    for (const each of [path, dirname(path)]) accessSync(each, constants.W_OK);
    return (statSync(path).mode & 0o200) !== 0;
  } catch {
    return false;
  }
}

function readOnly(path: string, cause?: unknown): KeymoorError {
  return notRotatable(
    `The master key file ${path} cannot be replaced.`,
    "Let the server write it and its folder. Or start the server once with a new key, and with the present one as KEYMOOR_PREVIOUS_MASTER_KEY_FILE.",
    cause,
  );
}

function notRotatable(message: string, hint: string, cause?: unknown): KeymoorError {
  return new KeymoorError("master_key_not_rotatable", message, {
    hint,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** At every moment both files together hold the key in use, each of them whole. */
function replaceKeyFile({ path, bytes }: KeyFile, next: Uint8Array): void {
  const previous = previousKeyFile(path);
  try {
    replaceDurably(previous, keyText(bytes));
    replaceDurably(path, keyText(next));
  } catch (cause) {
    // A rename that failed left the old key in place; else the new one is there, and a crash now would need both files.
    if (readMasterKeyFile(path)?.id === readMasterKeyFile(previous)?.id) removeKeyFile(previous);
    throw readOnly(path, cause);
  }
}

function replaceDurably(path: string, text: string): void {
  const next = newFile(path);
  try {
    writeDurably(next, text);
    renameSync(next, path);
    syncFolder(dirname(path));
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  }
}

/** A name that nobody else gives: somebody may keep his next key as `master.key.new`. */
function newFile(path: string): string {
  return `${path}.${process.pid}-${randomBytes(8).toString("hex")}.new`;
}

const newFileEnd = /^(?:\.previous)?\.\d+-[0-9a-f]{16}\.new$/;

/** Files beside the key file that `newFile` named, and the key in use once more, of a crash before the new one was in place. */
function leftoversOf(path: string, keyId: string): readonly string[] {
  const [folder, name] = [dirname(path), basename(path)];
  const previous = previousKeyFile(path);
  const twice = readMasterKeyFile(previous)?.id === keyId ? [previous] : [];
  const unused = namesIn(folder).filter(
    (each) => each.startsWith(name) && newFileEnd.test(each.slice(name.length)),
  );
  return [...twice, ...unused.map((each) => join(folder, each))];
}

/** A folder that cannot be listed has none: `renew` could not have opened it either. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function leftAfterRemoval(file: string): readonly LeftFile[] {
  try {
    removeKeyFile(file);
    return [];
  } catch (error) {
    return [{ file, reason: reasonOf(error) }];
  }
}

/** Written over first, because what is only unlinked stays on the disk. */
function removeKeyFile(path: string): void {
  if (!existsSync(path)) return;
  writeFileSync(path, keyText(new Uint8Array(masterKeyBytes)), { flag: "r+", flush: true });
  rmSync(path, { force: true });
  syncFolder(dirname(path));
}
