import { parseCallPath } from "./call/call-path.ts";

/**
 * The request target as the path that a route is registered by, with one leading slash. Some clients append `/sql/...` to a
 * base URL that ends in a slash (contract/terraform.md 1), official clients put prefixes before it (contract/cli.md 1.1), and
 * proxies may send the absolute form (RFC 9112 3.2.2).
 */
export function canonicalTarget(target: string): string {
  return withoutClientPrefix(originForm(target));
}

/** What the router looks at. Of a call it sees no more than the name: the rest belongs to the service, byte for byte. */
export function routedTarget(target: string): string {
  const path = canonicalTarget(target);
  return parseCallPath(path)?.route ?? path;
}

function originForm(target: string): string {
  if (target.charCodeAt(0) === slash && target.charCodeAt(1) !== slash) return target;
  const path = target.replace(/^https?:\/\/[^/?#]*/i, "");
  return path === "" || path.startsWith("?") ? `/${path}` : path.replace(/^\/{2,}/, "/");
}

/**
 * Confluent's clients take a server for Confluent Cloud when its URL ends in `confluent.cloud`, which may stand in the path;
 * some of their requests keep that path, others replace it by `/api` (contract/cli.md 1.1). Here alone is where both go away:
 * `/x/confluent.cloud/api/org/v2/environments` and `/api/org/v2/environments` are `/org/v2/environments`.
 */
function withoutClientPrefix(target: string): string {
  const path = withoutCloudPath(target);
  return path.startsWith("/api/") ? path.replace(apiBeforeGroup, "/") : path;
}

function withoutCloudPath(target: string): string {
  // Asked of every request, and nearly none has one.
  if (!target.includes("confluent.cloud/") || standsAtRoot.test(target)) return target;
  const query = target.search(/[?#]/);
  const path = query === -1 ? target : target.slice(0, query);
  const prefix = cloudPath.exec(path);
  return prefix === null ? target : `/${target.slice(prefix.index + prefix[0].length)}`;
}

/** What has names in its path, such as a connection's, that may end in `confluent.cloud` too. */
const standsAtRoot = /^\/(?:sql|c|keymoor\/v1|gateway)\//;

/** APIs of the control plane by the first segment of their path. `/api/me` and its like are no group: that is their name. */
const groups = "(?:org|iam|fcpm|sts|endpoint|networking|metadata)";

const apiBeforeGroup = new RegExp(`^/api/+(?=${groups}/)`);

/** Only what official clients ask for stands behind such a path: what a proxy keeps from strangers is reached one way. */
const cloudPath = new RegExp(`confluent\\.cloud/+(?=(?:api|sql|${groups})/)`);

const slash = 0x2f;
