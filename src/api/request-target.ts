import { parseCallPath } from "./call/call-path.ts";

/**
 * The request target as a path with one leading slash. Some clients append `/sql/...` to a base URL that ends in a slash
 * (contract/terraform.md 1), and proxies may send the absolute form (RFC 9112 3.2.2).
 */
export function canonicalTarget(target: string): string {
  if (target.charCodeAt(0) === slash && target.charCodeAt(1) !== slash) return target;
  const path = target.replace(/^https?:\/\/[^/?#]*/i, "");
  return path === "" || path.startsWith("?") ? `/${path}` : path.replace(/^\/{2,}/, "/");
}

/** What the router looks at. Of a call it sees no more than the name: the rest belongs to the service, byte for byte. */
export function routedTarget(target: string): string {
  const path = canonicalTarget(target);
  return parseCallPath(path)?.route ?? path;
}

const slash = 0x2f;
