import { randomBytes } from "node:crypto";
import { Secret } from "../secret.ts";

const form = /^kmt_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;

/** Text of a new use token: `kmt_`, 8 random bytes of id in hex, `_`, 32 random bytes of secret in base64url. */
export function makeUseToken(): { readonly id: string; readonly secret: Secret; readonly text: Secret } {
  const id = randomBytes(8).toString("hex");
  const secret = randomBytes(32).toString("base64url");
  return { id, secret: new Secret(secret), text: new Secret(`kmt_${id}_${secret}`) };
}

export function parseUseToken(text: Secret): { readonly id: string; readonly secret: Secret } | undefined {
  const match = form.exec(text.reveal());
  const [, id, secret] = match ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret: new Secret(secret) };
}

/** Whether a text has a use token anywhere in it, alone or behind a scheme such as Bearer. */
export function holdsUseToken(text: string): boolean {
  return text.includes("kmt_") && /kmt_[0-9a-f]{16}_[A-Za-z0-9_-]{43}/.test(text);
}

/** Whether a header's value looks like a use token, so that a service's own key is not taken for one. */
export function isUseTokenText(text: string): boolean {
  return text.startsWith("kmt_");
}
