import { mkdir, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { CommandFailure } from "./command-failure.ts";
import type { Io } from "./io.ts";

/** A server and a key as the file has them; a person may write it by hand. */
export interface StoredProfile {
  readonly url: string;
  readonly api_key: string;
  readonly api_secret: string;
  /** Absolute path of a PEM file. */
  readonly ca_file?: string;
  /** Somebody agreed to plain http to another machine. */
  readonly insecure_http?: boolean;
  readonly environment?: string;
  readonly cloud?: string;
  readonly region?: string;
}

export interface ProfileFile {
  readonly current?: string;
  readonly profiles: Readonly<Record<string, StoredProfile>>;
}

/** `$KEYMOOR_CONFIG_HOME`, else `$XDG_CONFIG_HOME/keymoor`, else `~/.config/keymoor`. */
export function configFolder({ env }: Io): string {
  if (env.KEYMOOR_CONFIG_HOME) return env.KEYMOOR_CONFIG_HOME;
  return join(env.XDG_CONFIG_HOME || join(env.HOME || homedir(), ".config"), "keymoor");
}

/** Says on standard error when others can read the file, since it holds secrets, or replace it. */
export async function readProfiles(io: Io): Promise<ProfileFile> {
  const path = pathOf(io);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (isCode(error, "ENOENT")) return { profiles: {} };
    throw new CommandFailure(`${path} cannot be read.`, { hint: "Check whom it belongs to." });
  }
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) {
    io.stderr.write(`Others can read ${path}, which holds keys: chmod 600 ${path}\n`);
  }
  const folder = configFolder(io);
  if (((await stat(folder)).mode & 0o022) !== 0) {
    io.stderr.write(`Others can put keys of their own into ${folder}: chmod go-w ${folder}\n`);
  }
  return parse(text, path);
}

/** Written beside itself and renamed, so that a crash leaves the old file or the new one. */
export async function writeProfiles(io: Io, file: ProfileFile): Promise<void> {
  await mkdir(configFolder(io), { recursive: true, mode: 0o700 });
  // Whoever keeps the file elsewhere has a link here: the file behind it is written.
  const path = await realpath(pathOf(io)).catch(() => pathOf(io));
  const next = `${path}.${process.pid}.new`;
  try {
    await writeFile(next, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600, flag: "wx" });
    await rename(next, path);
  } catch (error) {
    await rm(next, { force: true });
    const code = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
    throw new CommandFailure(`${path} cannot be written${code}.`);
  }
}

function pathOf(io: Io): string {
  return join(configFolder(io), "profiles.json");
}

function parse(text: string, path: string): ProfileFile {
  const broken = new CommandFailure(`${path} is not a file of profiles.`, {
    hint: "Mend it, or move it away and log in again.",
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message quotes the text, which has secrets.
    throw broken;
  }
  if (!isObject(value) || !isObject(value.profiles)) throw broken;
  const profiles: Record<string, StoredProfile> = {};
  for (const [name, profile] of Object.entries(value.profiles)) {
    if (!isStoredProfile(profile)) throw broken;
    profiles[name] = profile;
  }
  const { current } = value;
  return { profiles, ...(typeof current === "string" && { current }) };
}

function isStoredProfile(value: unknown): value is StoredProfile {
  if (!isObject(value)) return false;
  const isText = (key: string) => typeof value[key] === "string";
  const isTextOrAbsent = (key: string) => value[key] === undefined || isText(key);
  return (
    ["url", "api_key", "api_secret"].every(isText) &&
    ["undefined", "boolean"].includes(typeof value.insecure_http) &&
    ["ca_file", "environment", "cloud", "region"].every(isTextOrAbsent)
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
