import { readFile } from "node:fs/promises";
import { KeymoorError } from "../errors.ts";
import { reasonOf } from "../reason-of.ts";

/** The file that a setting names. */
export async function readPem(path: string | undefined, setting: string): Promise<string | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new KeymoorError("cannot_start", `${setting}: ${path} cannot be read (${reasonOf(cause)}).`, {
      cause,
    });
  }
}
