import type { CallPaths } from "../connections/define.ts";
import { KeymoorError } from "../errors.ts";

/** What a caller wrote behind the connection's name: `morePath` is "" or starts with `/`; both are as they came, undecoded. */
export interface MorePath {
  readonly morePath: string;
  readonly query: string;
}

/** Where a call goes: design 9, "Where it goes". */
export function callUrl(endpoint: string, paths: CallPaths, { morePath, query }: MorePath): URL {
  const base = parseEndpoint(endpoint);
  const search = joinQuery(base, query);
  const kept = keptPath(base.pathname, paths, morePath);
  if (kept === undefined) return new URL(base.origin + base.pathname + search);
  // Exactly one slash between the two.
  const url = new URL(`${base.origin}${kept}/${escapeForUrl(morePath.replace(/^\/+/, ""))}${search}`);
  // refuseDotSegments has seen to this; it is what everything else relies on.
  if (!url.pathname.startsWith(`${kept}/`)) throw badPath("leads out of the endpoint");
  return url;
}

function parseEndpoint(endpoint: string): URL {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url?.protocol === "https:" || url?.protocol === "http:") return url;
  throw new KeymoorError("call_not_possible", "The connection's endpoint is not an http or https URL.", {
    hint: "Only HTTP services can be called through Keymoor.",
  });
}

/** The part of the endpoint's path that more path goes behind, without a slash at its end; undefined when there is no more. */
function keptPath(path: string, paths: CallPaths, morePath: string): string | undefined {
  if (paths.kind === "none") throw new KeymoorError("call_not_possible", paths.because);
  if (morePath === "") return undefined;
  refuseDotSegments(morePath);
  if (paths.kind === "below") return path.replace(/\/+$/, "");
  if (morePath === "/") return undefined;
  if (paths.kind === "endpoint") {
    throw badPath("goes on behind the endpoint, which this connection type does not take", {
      hint: "Call the connection without more path.",
    });
  }
  const { operations } = paths;
  if (!operations.includes(morePath)) {
    throw badPath("is no operation of this connection type", {
      hint: `Operations: ${operations.join(", ")}.`,
    });
  }
  return withoutOperation(path.replace(/\/+$/, ""), operations);
}

/** An SDK appends its own operation to the base URL, so the one that the stored endpoint ends in has to go first. */
function withoutOperation(path: string, operations: readonly string[]): string {
  const ends = operations
    .filter((operation) => path.endsWith(operation))
    .map((operation) => operation.length);
  return path.slice(0, path.length - Math.max(0, ...ends)).replace(/\/+$/, "");
}

/**
 * `.` and `..` would leave the endpoint. What the service or a gateway before it takes for one is not known from here, so
 * this looks at the path as the most lenient of them would read it. What travels is the path as it came.
 */
function refuseDotSegments(morePath: string): void {
  for (const part of decodedFully(morePath).split(/[/\\]/)) {
    if (dotSegment.test(part)) throw badPath(`has a part that is "." or "..", plainly or in disguise`);
  }
}

/**
 * One or two dots, with anything around and between them that somebody strips: control characters, blanks, bytes that no
 * UTF-8 has. For some servers the name ends before `;` (a path parameter), a NUL, or `?` and `#` that were decoded too early.
 */
const dotSegment = /^[\0-\x20\x7f\xc0\xc1]*(?:\.[\0-\x20\x7f\xc0\xc1]*){1,2}(?:[;?#\0]|$)/;

/** A value that holds an encoded URL has two layers, now and then three. A bound keeps the cost linear. */
const maxDecodings = 6;

/** Percent-encoding taken off until there is none, one character for each byte. */
function decodedFully(morePath: string): string {
  let text = morePath;
  for (let i = 0; i <= maxDecodings; i++) {
    const decoded = decodedOnce(text);
    if (decoded === text) return text;
    text = decoded;
  }
  throw badPath("is percent-encoded over and over");
}

function decodedOnce(text: string): string {
  return text
    .replace(/%(?:u00)?([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(overlong, (bytes) =>
      String.fromCharCode(
        ((bytes.charCodeAt(bytes.length - 2) & 1) << 6) | (bytes.charCodeAt(bytes.length - 1) & 0x3f),
      ),
    );
}

/** An ASCII character in more bytes than it needs, which RFC 3629 3 forbids and lenient decoders take: C0 AE is a dot. */
const overlong = /(?:[\xc0\xc1]|(?:\xe0|\xf0\x80|\xf8\x80\x80|\xfc\x80\x80\x80)[\x80\x81])[\x80-\xbf]/g;

function joinQuery(base: URL, query: string): string {
  if (query === "") return base.search;
  if (base.search === "") return `?${escapeForUrl(query)}`;
  const own = new Set([...new URLSearchParams(base.search).keys()].map((name) => name.toLowerCase()));
  for (const name of new URLSearchParams(query).keys()) {
    // Some services ignore case here, and a second value might win over the endpoint's.
    if (!own.has(name.toLowerCase())) continue;
    throw new KeymoorError(
      "call_path_invalid",
      "The call repeats a query parameter that the endpoint sets.",
      {
        hint: `The connection's endpoint decides: ${[...own].join(", ")}.`,
      },
    );
  }
  return `${base.search}&${escapeForUrl(query)}`;
}

/**
 * Characters that no URI has but a request line may: the URL parser would take `#` for a fragment and `\` for a slash, and
 * encode bytes above 0x7f, which Node gives as latin1, as UTF-8.
 */
function escapeForUrl(text: string): string {
  return text.replace(
    /[#\\\x80-\xff]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function badPath(because: string, details: { hint?: string } = {}): KeymoorError {
  return new KeymoorError("call_path_invalid", `The path of the call ${because}.`, details);
}
