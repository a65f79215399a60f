import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { KeymoorError } from "../errors.ts";
import type { Secret } from "../secret.ts";
import { masterKeyBytes, masterKeyId } from "./backends/local.ts";

export interface MasterKeySettings {
  /** `KEYMOOR_MASTER_KEY`. */
  readonly value: Secret | undefined;
  /** `KEYMOOR_MASTER_KEY_FILE`. */
  readonly file: string | undefined;
  /** The data folder, where a key file is made if neither is set. */
  readonly folder: string;
}

export interface MasterKey {
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** `sealedUnder` is the id of the key that existing data needs; undefined for a new database. */
export function loadMasterKey(settings: MasterKeySettings, sealedUnder: string | undefined): MasterKey {
  const { value, file, folder } = settings;
  if (value !== undefined && file !== undefined) {
    throw new KeymoorError("cannot_start", "KEYMOOR_MASTER_KEY and KEYMOOR_MASTER_KEY_FILE are both set.", {
      hint: "Keep the one that holds the key of this data folder.",
    });
  }
  const key = value === undefined ? fromFile(file, folder, sealedUnder) : fromSetting(value);
  if (sealedUnder === undefined || key.id === sealedUnder) return key;
  throw new KeymoorError(
    "cannot_start",
    `The data in ${folder} is sealed under master key "${sealedUnder}", but the key given is "${key.id}".`,
    { hint: "Give the master key that this data was made with; no other can open it." },
  );
}

/** Where the key file stands if no setting says so. */
export function masterKeyPath(folder: string): string {
  return join(folder, "master.key");
}

function fromSetting(value: Secret): MasterKey {
  return keyOf(decode(value.reveal(), "KEYMOOR_MASTER_KEY"));
}

function fromFile(file: string | undefined, folder: string, sealedUnder: string | undefined): MasterKey {
  const path = file ?? masterKeyPath(folder);
  const content = readIfThere(path);
  if (content !== undefined) {
    const isRaw = content.length === masterKeyBytes;
    return keyOf(isRaw ? content : decode(content.toString("latin1").trim(), `The master key file ${path}`));
  }
  if (file !== undefined) {
    throw new KeymoorError(
      "cannot_start",
      `The master key file ${path} does not exist${needed(sealedUnder)}.`,
      {
        hint: "Check KEYMOOR_MASTER_KEY_FILE.",
      },
    );
  }
  if (sealedUnder !== undefined) {
    throw new KeymoorError("cannot_start", `The master key file ${path} is gone${needed(sealedUnder)}.`, {
      hint: "Put the file back, or set KEYMOOR_MASTER_KEY or KEYMOOR_MASTER_KEY_FILE to that key.",
    });
  }
  return make(path);
}

function needed(sealedUnder: string | undefined): string {
  return sealedUnder === undefined ? "" : `, and the data needs master key "${sealedUnder}"`;
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
    // "wx": never over a key that is already there.
    const file = openSync(path, "wx", 0o600);
    try {
      writeSync(file, `${bytes.toString("base64")}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    syncFolder(join(path, ".."));
  } catch (cause) {
    throw new KeymoorError("cannot_start", `The master key file ${path} cannot be written.`, {
      hint: "Check the rights of the data folder and the space on its disk.",
      cause,
    });
  }
  return keyOf(bytes);
}

/** A new file survives a power cut only once its folder is on disk as well: losing this one would lose all data. */
function syncFolder(folder: string): void {
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
