import { constants } from "node:fs";
import { open, realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import { KeymoorError } from "../errors.ts";
import { Secret } from "../secret.ts";

/** A secret that is kept elsewhere and read on use. */
export interface Reference {
  readonly kind: "file" | "env";
  readonly name: string;
}

export interface ReferenceReader {
  /** The value that a reference names now; `secret_reference_invalid` when there is none. */
  read(reference: string): Promise<Secret>;
}

export interface ReferenceSources {
  /** `KEYMOOR_SECRETS_DIR`. */
  readonly secretsDir: string | undefined;
  /** `KEYMOOR_SECRETS_ENV`: the only variables that may be read. */
  readonly secretsEnv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** `${file:NAME}` or `${env:NAME}`. Refuses what is nearly one, so that a slip is not sent to a service as the secret. */
export function parseReference(text: string): Reference | undefined {
  const match = /^\$\{([A-Za-z]+(?:-[A-Za-z]+)*):([^}]*)\}$/s.exec(text);
  const [, kind, name] = match ?? [];
  if (name === undefined) {
    // As src/connections/looks-like-reference.ts, which this folder may not import.
    if (!/\$\{(?:file|env|client-env):/i.test(text)) return undefined;
    throw invalid("A reference is the whole value, with nothing around it.");
  }
  if (kind !== "file" && kind !== "env") {
    throw invalid(
      "References lead to a file or to an environment variable.",
      kind === "client-env"
        ? "`keymoor apply` puts the value in place of client-env: before it sends anything; here write file: or env:."
        : "Write file: or env: behind the brace.",
    );
  }
  const isValid = kind === "file" ? isFileName(name) : /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
  if (isValid) return { kind, name };
  throw invalid(
    kind === "file"
      ? "A file reference takes the name of one file and no path."
      : "An environment reference takes the name of one variable.",
  );
}

/** Messages never repeat a reference's name: what stands there may be a secret put in the wrong place. */
export function createReferenceReader({ secretsDir, secretsEnv, env }: ReferenceSources): ReferenceReader {
  return {
    async read(text) {
      const reference = parseReference(text);
      if (reference === undefined) throw invalid("The text is not a reference.");
      if (reference.kind === "env") return fromEnvironment(reference.name, secretsEnv, env);
      if (secretsDir === undefined) {
        throw invalid("A file reference needs KEYMOOR_SECRETS_DIR, which is not set.");
      }
      return fromFile(secretsDir, reference.name);
    },
  };
}

/** Larger than any secret may be, so that its length is judged where every secret's is. */
const maxFileBytes = 65_536;

function isFileName(name: string): boolean {
  return /^[A-Za-z0-9_.-]{1,255}$/.test(name) && name !== "." && name !== "..";
}

function fromEnvironment(
  name: string,
  allowed: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Secret {
  if (!allowed.includes(name)) {
    throw invalid(
      "The environment variable that the reference names may not be read.",
      "Add it to KEYMOOR_SECRETS_ENV.",
    );
  }
  const value = env[name];
  if (value === undefined || value === "") {
    throw invalid("The environment variable that the reference names is not set.");
  }
  return new Secret(value);
}

/**
 * Kubernetes mounts a Secret as links inside the folder (`NAME -> ..data/NAME`), so links are followed, and what they lead to
 * must still lie inside. See https://kubernetes.io/docs/concepts/configuration/secret/ on mounted secrets.
 */
async function fromFile(folder: string, name: string): Promise<Secret> {
  const root = await resolve(folder, "KEYMOOR_SECRETS_DIR does not exist or cannot be read.");
  const missing = "The file that the reference names is not in KEYMOOR_SECRETS_DIR or cannot be read.";
  const path = await resolve(join(root, name), missing);
  const base = root.endsWith(sep) ? root : `${root}${sep}`;
  if (!path.startsWith(base)) {
    throw invalid("The file that the reference names is a link out of KEYMOOR_SECRETS_DIR.");
  }
  return toSecret(await readSmallFile(path, missing));
}

async function resolve(path: string, otherwise: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (cause) {
    throw invalid(otherwise, undefined, cause);
  }
}

async function readSmallFile(path: string, otherwise: string): Promise<Buffer> {
  // The path holds no link any more, so O_NOFOLLOW refuses one put there since; O_NONBLOCK keeps a pipe from blocking.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch((cause: unknown) => {
    throw invalid(otherwise, undefined, cause);
  });
  try {
    if (!(await file.stat()).isFile()) throw invalid("What the reference names is not a file.");
    const buffer = Buffer.alloc(maxFileBytes + 1);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    if (bytesRead > maxFileBytes)
      throw invalid("The file that the reference names is too large for a secret.");
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function toSecret(bytes: Buffer): Secret {
  try {
    // Editors and `echo` end a file with a newline that is not part of the secret.
    const value = new TextDecoder("utf-8", { fatal: true }).decode(bytes).replace(/\r?\n$/, "");
    if (value !== "") return new Secret(value);
  } catch (cause) {
    throw invalid("The file that the reference names is not text in UTF-8.", undefined, cause);
  } finally {
    bytes.fill(0);
  }
  throw invalid("The file that the reference names is empty.");
}

function invalid(message: string, hint?: string, cause?: unknown): KeymoorError {
  return new KeymoorError("secret_reference_invalid", message, {
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause }),
  });
}
