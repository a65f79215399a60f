import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { ClientCredential } from "../client/http.ts";
import { reasonOf } from "../reason-of.ts";
import { Secret } from "../secret.ts";
import type { Io } from "./io.ts";
import { UsageError } from "./usage-error.ts";

/**
 * The token of an external issuer in the file that KEYMOOR_IDENTITY_TOKEN_FILE names; undefined when it names none. It is read by
 * each command, because whoever wrote it renews it, as Kubernetes does.
 */
export async function readIdentityToken({ env, folder }: Io): Promise<ClientCredential | undefined> {
  const { KEYMOOR_IDENTITY_TOKEN_FILE: path, KEYMOOR_IDENTITY_POOL: pool } = env;
  if (!path) return undefined;
  const text = await readFile(resolve(folder, path), "utf8").catch((error: unknown) => {
    throw new UsageError(`KEYMOOR_IDENTITY_TOKEN_FILE: ${path} cannot be read (${reasonOf(error)}).`);
  });
  const token = text.trim();
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token))
    throw new UsageError(`KEYMOOR_IDENTITY_TOKEN_FILE: ${path} holds no signed token.`);
  return { kind: "identity_token", token: new Secret(token), poolId: pool || undefined };
}
