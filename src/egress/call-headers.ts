/** Header lines, name before value, as Node's `rawHeaders` and undici have them. Duplicates stay. */
export type HeaderLines = readonly string[];

/**
 * The caller's headers that travel on (design 9, "What travels"), in their order and spelling. `drop` names, in lower case,
 * what else stays behind: the use token's header and all that the auth method sets.
 */
export function travellingHeaders(lines: HeaderLines, drop: ReadonlySet<string>): string[] {
  const named = namedByConnection(lines);
  const kept: string[] = [];
  for (const [name, value] of pairs(lines)) {
    const key = name.toLowerCase();
    if (staysBehind.has(key) || startsWithAny(key, behindPrefixes) || drop.has(key) || named?.has(key))
      continue;
    kept.push(name, value);
  }
  return kept;
}

/**
 * The headers of a request whose answer is searched. A secret in a compressed answer, or in UTF-16, would pass unseen, and
 * that is not for the caller to choose; asked for `identity`, an honest service answers plainly. To leave the header out
 * would not do: then the choice is the service's (RFC 9110 12.5.3).
 */
export function askingForPlainAnswer(lines: HeaderLines): string[] {
  const kept: string[] = [];
  for (const [name, value] of pairs(lines)) if (!negotiating.has(name.toLowerCase())) kept.push(name, value);
  kept.push("accept-encoding", "identity");
  return kept;
}

/** A service's headers as the caller gets them (design 9, outwards). */
export function answerHeaders(lines: HeaderLines): [string, string][] {
  const named = namedByConnection(lines);
  const kept: [string, string][] = [];
  for (const [name, value] of pairs(lines)) {
    const key = name.toLowerCase();
    if (notHandedOn.has(key) || startsWithAny(key, notHandedOnPrefixes) || named?.has(key)) continue;
    kept.push([name, value]);
  }
  // An answer shown by a browser must not run as a page of Keymoor's own origin.
  kept.push(["content-security-policy", "sandbox"]);
  kept.push(["x-content-type-options", "nosniff"]);
  kept.push(["keymoor-answer", "upstream"]);
  return kept;
}

/** By lower-case name; several of one name as one value, RFC 9110 5.3. */
export function headerMap(lines: HeaderLines): Map<string, string> {
  const map = new Map<string, string>();
  for (const [name, value] of pairs(lines)) {
    const key = name.toLowerCase();
    const before = map.get(key);
    map.set(key, before === undefined ? value : `${before}, ${value}`);
  }
  return map;
}

export function headerValue(lines: HeaderLines, name: string): string | undefined {
  for (const [key, value] of pairs(lines)) if (key.toLowerCase() === name) return value;
  return undefined;
}

/** RFC 9110 7.6.1. `Expect` has been answered by our own server. */
const hopByHop = ["connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "expect"];

const staysBehind: ReadonlySet<string> = new Set([
  ...hopByHop,
  "host",
  "cookie",
  "authorization",
  "forwarded",
  // Names the identity pool of a token that was meant for Keymoor (contract/terraform.md 7).
  "confluent-identity-pool-id",
  // Gateways and frameworks take these for the request's real path, host or client, so a caller could get round the
  // endpoint or pass for someone else. A method override may stay: it is a feature of APIs and leads nowhere else.
  "x-original-url",
  "x-rewrite-url",
  "x-original-host",
  "x-host",
  "x-real-ip",
  "true-client-ip",
]);
const behindPrefixes = ["proxy-", "x-forwarded-", "keymoor-"];

const negotiating: ReadonlySet<string> = new Set(["accept-encoding", "accept-charset"]);

const notHandedOn: ReadonlySet<string> = new Set([
  ...hopByHop,
  "set-cookie",
  "strict-transport-security",
  "clear-site-data",
  "alt-svc",
  "service-worker-allowed",
  "refresh",
  // Replaced by ours.
  "content-security-policy",
  "x-content-type-options",
]);
const notHandedOnPrefixes = ["proxy-", "access-control-", "keymoor-"];

function namedByConnection(lines: HeaderLines): ReadonlySet<string> | undefined {
  let named: Set<string> | undefined;
  for (const [name, value] of pairs(lines)) {
    if (name.length !== "connection".length || name.toLowerCase() !== "connection") continue;
    named ??= new Set();
    for (const option of value.split(",")) named.add(option.trim().toLowerCase());
  }
  return named;
}

function startsWithAny(text: string, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => text.startsWith(prefix));
}

function* pairs(lines: HeaderLines): Generator<readonly [string, string]> {
  for (let i = 0; i + 1 < lines.length; i += 2) yield [lines[i] ?? "", lines[i + 1] ?? ""];
}
