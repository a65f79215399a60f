import { Secret } from "../secret.ts";

/**
 * The console's session cookie (RFC 6265bis): no script reads it, no other site sends it. Browsers do not keep the ports of one
 * host apart, so its name does: two servers on one machine must not sign each other's people out.
 */
export function sessionCookie(publicUrl: string, value: Secret | undefined, maxAgeSeconds: number): string {
  const attributes = [
    "Path=/",
    "HttpOnly",
    "SameSite=Strict",
    `Max-Age=${value === undefined ? 0 : maxAgeSeconds}`,
  ];
  if (isSecure(publicUrl)) attributes.push("Secure");
  return [`${nameOf(publicUrl)}=${value?.reveal() ?? ""}`, ...attributes].join("; ");
}

export function sessionCookieOf(publicUrl: string, header: string | undefined): Secret | undefined {
  if (header === undefined) return undefined;
  const start = `${nameOf(publicUrl)}=`;
  const found = header.split(";").find((pair) => pair.trimStart().startsWith(start));
  const value = found?.trim().slice(start.length);
  return value ? new Secret(value) : undefined;
}

/** A browser takes a `__Host-` cookie from this very host and by https only. */
function nameOf(publicUrl: string): string {
  const { port } = new URL(publicUrl);
  return `${isSecure(publicUrl) ? "__Host-" : ""}keymoor_session${port === "" ? "" : `_${port}`}`;
}

function isSecure(publicUrl: string): boolean {
  return publicUrl.startsWith("https:");
}
