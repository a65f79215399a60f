import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Secret } from "../secret.ts";
import type { Io } from "./io.ts";
import { UsageError } from "./usage-error.ts";

/** Where a secret may come from: `--api-key VALUE`, `--api-key-file PATH`; `-` in either place is standard input. */
export interface SecretSource {
  /** Flag without its dashes: `api-key`. */
  readonly flag: string;
  readonly value?: string | undefined;
  readonly file?: string | undefined;
  /** False: what is given is the value itself, `-` too, and nothing needs hiding. */
  readonly isSecret?: boolean;
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
  for (const { flag, value, file, isSecret } of sources) {
    if (isSecret === false) secrets.set(flag, new Secret(value ?? ""));
    else if (value === "-" || file === "-") secrets.set(flag, new Secret(withoutLineEnd(await readAll(io))));
    else if (file !== undefined)
      secrets.set(flag, new Secret(await readSecretFile(io, `${flag}-file`, file)));
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

async function readSecretFile(io: Io, flag: string, path: string): Promise<string> {
  try {
    return withoutLineEnd(await readFile(resolve(io.folder, path), "utf8"));
  } catch (error) {
    // The path is not repeated: a secret may stand in its place.
    throw new UsageError(`The file that --${flag} names cannot be read: ${reasonOf(error)}.`);
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return reasons[code] ?? (code || "it failed");
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is none",
  EACCES: "permission denied",
  EISDIR: "it is a folder",
  ENAMETOOLONG: "the name is too long",
};

async function readAll({ stdin }: Io): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

function withoutLineEnd(text: string): string {
  return text.replace(/\r?\n$/, "");
}
