import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { reasonOf } from "../reason-of.ts";
import { Secret } from "../secret.ts";
import type { Io } from "./io.ts";
import { readInput } from "./read-input.ts";
import { UsageError } from "./usage-error.ts";

/** Where a secret may come from: `--api-key VALUE`, `--api-key-file PATH`; `-` in either place is standard input. */
export interface SecretSource {
  /** Flag without its dashes: `api-key`. */
  readonly flag: string;
  readonly value?: string | undefined;
  readonly file?: string | undefined;
  /** False: what is given is the value itself, `-` too, and nothing needs hiding. */
  readonly isSecret?: boolean;
  /** It has lines, as a key file does. Any other secret is one line. */
  readonly isText?: boolean;
}

/** One secret, or undefined where none of its flags is given. */
export async function readSecret(io: Io, source: SecretSource): Promise<Secret | undefined> {
  return (await readSecrets(io, [source])).get(source.flag);
}

/** The secrets that flags give, by flag. The line end behind one in a file or on standard input is none of it. */
export async function readSecrets(
  io: Io,
  sources: readonly SecretSource[],
): Promise<ReadonlyMap<string, Secret>> {
  const hidden = sources.filter(({ isSecret }) => isSecret !== false);
  judgeSources(hidden);
  warnOfHistory(io, hidden);
  const secrets = new Map<string, Secret>();
  for (const { flag, value, file, isSecret, isText } of sources) {
    if (isSecret === false) secrets.set(flag, new Secret(value ?? ""));
    else if (value === "-" || file === "-")
      secrets.set(flag, decode(await readInput(io), `What --${flag} reads from standard input`, isText));
    else if (file !== undefined)
      secrets.set(
        flag,
        decode(await readSecretFile(io, `${flag}-file`, file), `The file that --${flag}-file names`, isText),
      );
    else if (value !== undefined) secrets.set(flag, new Secret(value));
  }
  return secrets;
}

function judgeSources(sources: readonly SecretSource[]): void {
  for (const { flag, value, file } of sources) {
    if (value === undefined || file === undefined) continue;
    throw new UsageError(`--${flag} and --${flag}-file are both given.`, { hint: "Give one of them." });
  }
  const [first, second] = sources.filter(({ value, file }) => value === "-" || file === "-");
  if (first === undefined || second === undefined) return;
  throw new UsageError(`--${first.flag} and --${second.flag} cannot both be read from standard input.`, {
    hint: `Give one of them by a file: --${second.flag}-file PATH.`,
  });
}

/** Only to people: a script has no history, and its log needs no advice. */
function warnOfHistory({ stderr }: Io, sources: readonly SecretSource[]): void {
  const [open] = sources.filter(({ value }) => value !== undefined && value !== "-" && value !== "");
  if (open === undefined || stderr.isTTY !== true) return;
  stderr.write(
    `The shell's history keeps what --${open.flag} says; --${open.flag}-file PATH, or - for standard input, leaves no trace.\n`,
  );
}

async function readSecretFile(io: Io, flag: string, path: string): Promise<Buffer> {
  try {
    return await readFile(resolve(io.folder, path));
  } catch (error) {
    // The path is not repeated: a secret may stand in its place.
    throw new UsageError(`The file that --${flag} names cannot be read (${reasonOf(error)}).`);
  }
}

/** Bytes that are not quite a secret would be kept, and refused by the service later, when nobody knows why. */
function decode(bytes: Buffer, what: string, isText = false): Secret {
  const text = decoded(bytes);
  if (text === undefined) {
    throw new UsageError(`${what} is not UTF-8.`, { hint: "Save it as UTF-8 without a byte order mark." });
  }
  if (text.startsWith("\ufeff")) {
    throw new UsageError(`${what} begins with a byte order mark.`, {
      hint: "Save it as UTF-8 without a byte order mark.",
    });
  }
  const secret = text.replace(/\r?\n$/, "");
  if (!isText && /[\r\n]/.test(secret)) {
    throw new UsageError(`${what} has more than one line.`, { hint: "It must have the secret alone." });
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about.
  if ((isText ? /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/ : /[\u0000-\u001f\u007f]/).test(secret)) {
    throw new UsageError(`${what} has control characters.`, { hint: "It must have the secret alone." });
  }
  return new Secret(secret);
}

function decoded(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
