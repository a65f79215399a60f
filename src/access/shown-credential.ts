import { Secret } from "../secret.ts";

/** What stands in an Authorization header, parsed but not believed. */
export type ShownCredential =
  | { readonly kind: "basic"; readonly id: string; readonly secret: Secret }
  | { readonly kind: "bearer"; readonly token: Secret }
  | { readonly kind: "none" }
  | { readonly kind: "malformed" };

/** No key has a longer id; what is longer would only fill the memory that counts failed attempts. */
const longestKeyId = 100;

/** Basic as in RFC 7617 (UTF-8, split at the first colon), Bearer as in RFC 6750; scheme names in any case. */
export function parseAuthorization(header: string | undefined): ShownCredential {
  if (header === undefined) return { kind: "none" };
  const match = /^([A-Za-z]+) +(\S+) *$/.exec(header);
  const scheme = match?.[1]?.toLowerCase();
  const value = match?.[2];
  if (value === undefined) return { kind: "malformed" };
  if (scheme === "bearer") return { kind: "bearer", token: new Secret(value) };
  if (scheme !== "basic") return { kind: "malformed" };
  const text = Buffer.from(value, "base64").toString("utf8");
  const colon = text.indexOf(":");
  if (colon <= 0 || colon > longestKeyId) return { kind: "malformed" };
  return { kind: "basic", id: text.slice(0, colon), secret: new Secret(text.slice(colon + 1)) };
}
