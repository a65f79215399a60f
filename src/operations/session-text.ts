import { randomBytes } from "node:crypto";
import { Secret } from "../secret.ts";

/** Texts that are shown once and kept as a MAC: an id to find it by, and 32 random bytes that prove it. */
export interface ShownOnce {
  readonly id: string;
  readonly secret: Secret;
  readonly text: Secret;
}

/** Official clients take a refresh token only if it begins with `v1.` (contract/cli.md 2). */
const refreshForm = /^v1\.(ses-[0-9a-f]{16})\.([A-Za-z0-9_-]{43})$/;
const cookieForm = /^(ses-[0-9a-f]{16})\.([A-Za-z0-9_-]{43})$/;
const linkForm = /^kml_(i-[0-9a-f]{16})\.([A-Za-z0-9_-]{43})$/;

export const makeRefreshToken = (): ShownOnce => make("ses", (id, secret) => `v1.${id}.${secret}`);
export const makeSessionCookie = (): ShownOnce => make("ses", (id, secret) => `${id}.${secret}`);
export const makeLinkToken = (): ShownOnce => make("i", (id, secret) => `kml_${id}.${secret}`);

export const parseRefreshToken = (text: Secret) => parse(refreshForm, text);
export const parseSessionCookie = (text: Secret) => parse(cookieForm, text);
export const parseLinkToken = (text: Secret) => parse(linkForm, text);

function make(prefix: string, print: (id: string, secret: string) => string): ShownOnce {
  const id = `${prefix}-${randomBytes(8).toString("hex")}`;
  const secret = randomBytes(32).toString("base64url");
  return { id, secret: new Secret(secret), text: new Secret(print(id, secret)) };
}

function parse(form: RegExp, text: Secret): Omit<ShownOnce, "text"> | undefined {
  const [, id, secret] = form.exec(text.reveal()) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret: new Secret(secret) };
}
