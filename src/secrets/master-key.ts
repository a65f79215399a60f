import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, readFileSync, realpathSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { KeymoorError } from "../errors.ts";
import type { Secret } from "../secret.ts";
import { masterKeyBytes, masterKeyId } from "./backends/local.ts";

export interface MasterKeySettings {
  /** `KEYMOOR_MASTER_KEY`. */
  readonly value: Secret | undefined;
  /** `KEYMOOR_MASTER_KEY_FILE`. */
  readonly file: string | undefined;
  /** `KEYMOOR_PREVIOUS_MASTER_KEY` and `KEYMOOR_PREVIOUS_MASTER_KEY_FILE`: the key that the data was sealed under so far. */
  readonly previousValue?: Secret | undefined;
  readonly previousFile?: string | undefined;
  /** The data folder, where a key file is made if neither is set. */
  readonly folder: string;
  /** What needs the key, at the beginning of a sentence; absent: the data in the folder. */
  readonly sealed?: string;
}

export interface MasterKey {
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** The key that seals, and those that still open what was sealed under them. */
export interface LoadedMasterKeys {
  readonly current: MasterKey;
  readonly previous: readonly MasterKey[];
}

/** `sealedUnder` are the ids of the keys that existing data needs; none for a new database. */
export function loadMasterKeys(
  settings: MasterKeySettings,
  sealedUnder: readonly string[],
): LoadedMasterKeys {
  const current = currentKey(settings, sealedUnder);
  const previous = previousKeys(settings);
  const held = new Set([current, ...previous].map(({ id }) => id));
  const missing = sealedUnder.find((id) => !held.has(id));
  if (missing === undefined) return { current, previous };
  const what = settings.sealed ?? `The data in ${settings.folder}`;
  if (sealedUnder.some((id) => held.has(id))) {
    throw new KeymoorError(
      "cannot_start",
      `${what} needs master key "${missing}" besides "${current.id}": its master key was being rotated.`,
      { hint: "Give that key as KEYMOOR_PREVIOUS_MASTER_KEY or KEYMOOR_PREVIOUS_MASTER_KEY_FILE." },
    );
  }
  throw new KeymoorError(
    "cannot_start",
    `${what} is sealed under master key "${missing}", but the key given is "${current.id}".`,
    { hint: "Give the master key that this data was made with; no other can open it." },
  );
}

/** Where the key file stands if no setting says so. */
export function masterKeyPath(folder: string): string {
  return join(folder, "master.key");
}

/** The file that holds the key; undefined when a setting holds it. A link is followed, so that it stays one. */
export function masterKeyFile({ value, file, folder }: MasterKeySettings): string | undefined {
  if (value !== undefined) return undefined;
  const path = file ?? masterKeyPath(folder);
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Where the key before stands while a rotation is under way. */
export function previousKeyFile(keyFile: string): string {
  return `${keyFile}.previous`;
}

/** Undefined when there is no such file. */
export function readMasterKeyFile(path: string): MasterKey | undefined {
  const content = readIfThere(path);
  if (content === undefined) return undefined;
  const isRaw = content.length === masterKeyBytes;
  return keyOf(isRaw ? content : decode(content.toString("latin1").trim(), `The master key file ${path}`));
}

function currentKey(settings: MasterKeySettings, sealedUnder: readonly string[]): MasterKey {
  const { value, file } = settings;
  if (value !== undefined && file !== undefined) throw bothSet("KEYMOOR_MASTER_KEY");
  return value === undefined ? fromFile(settings, sealedUnder) : fromSetting(value, "KEYMOOR_MASTER_KEY");
}

function previousKeys(settings: MasterKeySettings): readonly MasterKey[] {
  const { previousValue, previousFile } = settings;
  if (previousValue !== undefined && previousFile !== undefined) throw bothSet("KEYMOOR_PREVIOUS_MASTER_KEY");
  const keys: MasterKey[] = [];
  if (previousValue !== undefined) keys.push(fromSetting(previousValue, "KEYMOOR_PREVIOUS_MASTER_KEY"));
  if (previousFile !== undefined) {
    const key = readMasterKeyFile(previousFile);
    if (key === undefined) {
      throw new KeymoorError("cannot_start", `The master key file ${previousFile} does not exist.`, {
        hint: "Check KEYMOOR_PREVIOUS_MASTER_KEY_FILE, or leave it unset if the rotation is done.",
      });
    }
    keys.push(key);
  }
  const keyFile = masterKeyFile(settings);
  const left = keyFile === undefined ? undefined : readMasterKeyFile(previousKeyFile(keyFile));
  return left === undefined ? keys : [...keys, left];
}

function bothSet(setting: string): KeymoorError {
  return new KeymoorError("cannot_start", `${setting} and ${setting}_FILE are both set.`, {
    hint: "Keep the one that holds the key of this data folder.",
  });
}

function fromSetting(value: Secret, setting: string): MasterKey {
  return keyOf(decode(value.reveal(), setting));
}

function fromFile({ file, folder, sealed }: MasterKeySettings, sealedUnder: readonly string[]): MasterKey {
  const path = file ?? masterKeyPath(folder);
  const key = readMasterKeyFile(path);
  if (key !== undefined) return key;
  if (file !== undefined) {
    throw new KeymoorError(
      "cannot_start",
      `The master key file ${path} does not exist${needed(sealedUnder)}.`,
      {
        hint: "Check KEYMOOR_MASTER_KEY_FILE.",
      },
    );
  }
  if (sealedUnder.length > 0 && sealed !== undefined) {
    throw new KeymoorError(
      "cannot_start",
      `${sealed} needs master key "${sealedUnder[0]}", and ${folder} has none.`,
      {
        hint: "Give the key with --master-key-file, or set KEYMOOR_MASTER_KEY_FILE.",
      },
    );
  }
  if (sealedUnder.length > 0) {
    throw new KeymoorError("cannot_start", `The master key file ${path} is gone${needed(sealedUnder)}.`, {
      hint: "Put the file back, or set KEYMOOR_MASTER_KEY or KEYMOOR_MASTER_KEY_FILE to that key.",
    });
  }
  return make(path);
}

function needed([id]: readonly string[]): string {
  return id === undefined ? "" : `, and the data needs master key "${id}"`;
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
    throw new KeymoorError("cannot_start", `The master key file ${path} cannot be read.`, {
      hint: "Check the owner and rights of the file.",
      cause,
    });
  }
}

function make(path: string): MasterKey {
  const bytes = randomBytes(masterKeyBytes);
  try {
    writeDurably(path, keyText(bytes));
  } catch (cause) {
    throw new KeymoorError("cannot_start", `The master key file ${path} cannot be written.`, {
      hint: "Check the rights of the data folder and the space on its disk.",
      cause,
    });
  }
  return keyOf(bytes);
}

/** A key as its file holds it. */
export function keyText(bytes: Uint8Array): string {
  return `${Buffer.from(bytes).toString("base64")}\n`;
}

/** A new file survives a power cut only once its folder is on disk as well: losing this one would lose all data. */
export function writeDurably(path: string, text: string): void {
  // "wx": never over a key that is already there.
  const file = openSync(path, "wx", 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  syncFolder(dirname(path));
}

export function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function keyOf(bytes: Uint8Array): MasterKey {
  return { id: masterKeyId(bytes), bytes };
}

/** Node's decoder skips what is not base64, so the result is written again and compared. */
function decode(text: string, what: string): Uint8Array {
  const bytes = Buffer.from(text, "base64");
  const plain = text.replace(/=+$/, "").replaceAll("-", "+").replaceAll("_", "/");
  const isBase64 = bytes.toString("base64").replace(/=+$/, "") === plain;
  if (isBase64 && bytes.length === masterKeyBytes) return bytes;
  throw new KeymoorError("cannot_start", `${what} is not 32 bytes in base64.`, {
    hint: "Make one with: openssl rand -base64 32",
  });
}
