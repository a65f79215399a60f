import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { HttpOptions } from "../client/http.ts";
import { isLoopbackHost } from "../config/loopback.ts";
import { nearest } from "../nearest.ts";
import { reasonOf } from "../reason-of.ts";
import { Secret } from "../secret.ts";
import { CommandFailure } from "./command-failure.ts";
import { exitCodes } from "./exit-codes.ts";
import { readIdentityToken } from "./identity-token.ts";
import type { Io } from "./io.ts";
import { type ProfileFile, readProfiles, type StoredProfile } from "./profile-file.ts";
import { UsageError } from "./usage-error.ts";

/** A server and a key, as `keymoor login` keeps them or the environment gives them. */
export interface Profile extends HttpOptions {
  /** undefined when it comes from the environment alone. */
  readonly name: string | undefined;
  /** Whether `keymoor login --insecure-http` agreed to plain http beyond this machine. */
  readonly mayBeInClear: boolean;
  readonly environment: string | undefined;
  readonly cloud: string | undefined;
  readonly region: string | undefined;
}

/**
 * The profile of a command: the one that a flag names; else what KEYMOOR_URL, KEYMOOR_API_KEY and KEYMOOR_API_SECRET say,
 * filled up from the current profile; a token that KEYMOOR_IDENTITY_TOKEN_FILE names takes the place of the key. The key of a profile goes to no other server than that profile's. A use token takes the
 * place of any key. Plain http to another machine is refused unless somebody agreed to it.
 */
export async function resolveProfile(io: Io, name: string | undefined, token?: Secret): Promise<Profile> {
  const profile = await findProfile(io, name, token);
  judgeTransport(io, profile.url, profile.mayBeInClear);
  return profile;
}

async function findProfile(io: Io, name: string | undefined, token: Secret | undefined): Promise<Profile> {
  const { KEYMOOR_URL, KEYMOOR_API_KEY, KEYMOOR_API_SECRET, KEYMOOR_CA_FILE, KEYMOOR_PROFILE } = io.env;
  const shown: Key | undefined = token === undefined ? undefined : { kind: "use_token", token };
  if (name !== undefined) {
    const profile = await profileOf(io, name, storedProfile(await readProfiles(io), name));
    return shown === undefined ? profile : { ...profile, credential: shown };
  }
  const key = shown ?? (await readIdentityToken(io)) ?? keyOf(KEYMOOR_API_KEY, KEYMOOR_API_SECRET);
  if (KEYMOOR_URL && key !== undefined) return ofEnvironment(io, KEYMOOR_URL, key);

  const file = await readProfiles(io);
  const current = KEYMOOR_PROFILE || file.current;
  const stored = current === undefined ? undefined : storedProfile(file, current);
  const url = KEYMOOR_URL || stored?.url;
  if (stored === undefined || url === undefined) throw notLoggedIn(KEYMOOR_URL, key !== undefined);
  const profile = await profileOf(
    io,
    current,
    KEYMOOR_CA_FILE ? { ...stored, ca_file: KEYMOOR_CA_FILE } : stored,
  );
  if (judgeUrl(url) === judgeUrl(stored.url))
    return key === undefined ? profile : { ...profile, credential: key };
  throw notLoggedIn(KEYMOOR_URL, key !== undefined);
}

/** The URL in its canonical form, without its last slash. */
export function judgeUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isHttp = url?.protocol === "http:" || url?.protocol === "https:";
  // It is not repeated: it may carry a password.
  if (url === undefined || !isHttp || url.username !== "" || url.password !== "" || url.search !== "") {
    throw new UsageError("The server's URL is not valid.", {
      hint: "It begins with http:// or https:// and carries no user name and no query: https://keymoor.example.com",
    });
  }
  return (url.origin + url.pathname).replace(/\/+$/, "");
}

/** Whether what is sent to this URL can be read on the way: plain http that leaves the machine. */
export function isInClear(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === "http:" && !isLoopbackHost(hostname.replace(/^\[|\]$/g, ""));
}

/** Refuses plain http that leaves the machine, unless the profile agreed to it, or KEYMOOR_INSECURE_HTTP=1 does. */
export function judgeTransport({ env }: Io, url: string, isAgreed: boolean): void {
  if (isAgreed || env.KEYMOOR_INSECURE_HTTP === "1" || !isInClear(url)) return;
  throw new UsageError("Plain http to another machine would show the key to everybody on the way.", {
    hint: "Give an https:// address. When the network in between is your own: `keymoor login --insecure-http`, or KEYMOOR_INSECURE_HTTP=1.",
  });
}

/** PEM text of a file of authorities. */
export async function readCaFile(io: Io, path: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(resolve(io.folder, path), "utf8");
  } catch (error) {
    throw new UsageError(`The file of authorities ${path} cannot be read (${reasonOf(error)}).`);
  }
  const { X509Certificate } = await import("node:crypto");
  try {
    new X509Certificate(text);
  } catch {
    // TLS would say no more than that it knows no authority.
    throw new UsageError(`The file of authorities ${path} has no certificate in PEM.`);
  }
  return text;
}

/** One profile of the file by its name. */
export function storedProfile(file: ProfileFile, name: string): StoredProfile {
  const stored = Object.hasOwn(file.profiles, name) ? file.profiles[name] : undefined;
  if (stored !== undefined) return stored;
  const close = nearest(name, Object.keys(file.profiles));
  throw new CommandFailure(`There is no profile "${name}".`, {
    hint:
      close === undefined
        ? "`keymoor profile list` lists them; `keymoor login --profile NAME` makes one."
        : `Did you mean "${close}"?`,
    exitCode: exitCodes.notLoggedIn.code,
  });
}

async function profileOf(io: Io, name: string | undefined, stored: StoredProfile): Promise<Profile> {
  return {
    name,
    url: judgeUrl(stored.url),
    credential: { kind: "api_key", id: stored.api_key, secret: new Secret(stored.api_secret) },
    ...(stored.ca_file !== undefined && { ca: await readCaFile(io, stored.ca_file) }),
    mayBeInClear: stored.insecure_http === true,
    environment: stored.environment,
    cloud: stored.cloud,
    region: stored.region,
  };
}

type Key = NonNullable<HttpOptions["credential"]>;

async function ofEnvironment(io: Io, url: string, credential: Key): Promise<Profile> {
  const caFile = io.env.KEYMOOR_CA_FILE;
  return {
    name: undefined,
    url: judgeUrl(url),
    credential,
    ...(caFile && { ca: await readCaFile(io, caFile) }),
    mayBeInClear: false,
    environment: undefined,
    cloud: undefined,
    region: undefined,
  };
}

function keyOf(id: string | undefined, secret: string | undefined): Key | undefined {
  if (id && secret) return { kind: "api_key", id, secret: new Secret(secret) };
  if (!id && !secret) return undefined;
  const [given, missing] = id
    ? ["KEYMOOR_API_KEY", "KEYMOOR_API_SECRET"]
    : ["KEYMOOR_API_SECRET", "KEYMOOR_API_KEY"];
  throw new CommandFailure(`${given} is set, but ${missing} is not.`, {
    hint: "Set both, or none.",
    exitCode: exitCodes.notLoggedIn.code,
  });
}

function notLoggedIn(url: string | undefined, hasKey: boolean): CommandFailure {
  const what = hasKey && !url ? "It is not known which server the key is for." : "You are not logged in.";
  return new CommandFailure(what, {
    hint:
      hasKey && !url
        ? "Set KEYMOOR_URL."
        : `Log in with \`keymoor login --url ${url ? "URL" : "http://127.0.0.1:8090"}\`, or set KEYMOOR_URL, KEYMOOR_API_KEY and KEYMOOR_API_SECRET.`,
    exitCode: exitCodes.notLoggedIn.code,
  });
}
