import { KeymoorError } from "../errors.ts";

// https://www.sqlite.org/rescode.html; the low byte is the primary code.
const codes = { readonly: 8, full: 13, cannotOpen: 14, notADatabase: 26, busy: 5, corrupt: 11 };

/** A failed write, as its caller meets it. */
export function writeFailure(error: unknown): KeymoorError {
  if (error instanceof KeymoorError) return error;
  if (primaryCode(error) === codes.full) {
    return new KeymoorError(
      "storage_full",
      "The disk that holds the data folder is full; nothing was changed.",
      {
        hint: "Free some space; the server goes on by itself.",
        cause: error,
      },
    );
  }
  return new KeymoorError("internal_error", "The change could not be stored; nothing was changed.", {
    cause: error,
  });
}

/** Why a database cannot be opened. */
export function openFailure(error: unknown, path: string): KeymoorError {
  if (error instanceof KeymoorError) return error;
  const because = {
    [codes.readonly]: "is not writable",
    [codes.cannotOpen]: "cannot be opened",
    [codes.notADatabase]: "is not a Keymoor database",
    [codes.corrupt]: "is damaged",
    [codes.full]: "cannot be written because the disk is full",
    [codes.busy]: "is locked by another program",
  }[primaryCode(error) ?? -1];
  return new KeymoorError("cannot_start", `The database ${path} ${because ?? "cannot be used"}.`, {
    hint: "Check KEYMOOR_DATA, and the owner and rights of that folder.",
    cause: error,
  });
}

/** Whether SQLite said it. */
export function isSqliteError(error: unknown): boolean {
  return primaryCode(error) !== undefined;
}

/** Whether there was no space left, as SQLite says it or as the system does. */
export function isDiskFull(error: unknown): boolean {
  if (primaryCode(error) === codes.full) return true;
  return error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");
}

export function isBusy(error: unknown): boolean {
  return primaryCode(error) === codes.busy;
}

function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number")
    return undefined;
  return error.errcode & 0xff;
}
