import { isIP, isIPv4, isIPv6 } from "node:net";

/** Where a driver connects to. `host` is a name or an address without brackets. */
export interface DriverHost {
  readonly host: string;
  readonly port: number;
}

/**
 * How far a driver insists on TLS, in PostgreSQL's words, which the others have under other names:
 * https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION
 */
export type TlsMode = "disable" | "allow" | "prefer" | "require" | "verify-ca" | "verify-full";

export interface DriverUrl {
  /** Undecoded: hosts in the driver's own form. */
  readonly hosts: string;
  /** Behind the first "/", decoded; "" when there is none. */
  readonly path: string;
  /** By lower-case name, decoded; the first one counts. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** `//hosts/path?name=value&...`, which most database URLs are behind their scheme; undefined without "//". */
export function splitDriverUrl(text: string): DriverUrl | undefined {
  if (!text.startsWith("//")) return undefined;
  const [address = "", ...query] = text.slice(2).split("?");
  const [hosts = "", ...path] = address.split("/");
  return { hosts, path: decodePart(path.join("/")), parameters: parametersOf(query.join("?")) };
}

export function parametersOf(query: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const part of query.split("&")) {
    const [name = "", ...value] = part.split("=");
    const key = decodePart(name).toLowerCase();
    if (key !== "" && !parameters.has(key)) parameters.set(key, decodePart(value.join("=")));
  }
  return parameters;
}

/** `host`, `host:port` or `[IPv6]:port`; undefined for anything else. */
export function parseHost(text: string, defaultPort: number): DriverHost | undefined {
  const [, bracketed, name, port] = /^(?:\[([^[\]]*)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = bracketed ?? name ?? "";
  if (bracketed === undefined ? !isHostName(host) : !isIPv6(host) || host.includes("%")) return undefined;
  const number = port === undefined ? defaultPort : Number(port);
  return number > 0 && number <= 65_535 ? { host, port: number } : undefined;
}

/** All hosts of a list, or undefined as soon as one of them is none. */
export function parseHosts(texts: readonly string[], defaultPort: number): readonly DriverHost[] | undefined {
  const hosts = texts.map((text) => parseHost(text.trim(), defaultPort));
  return hosts.every((host) => host !== undefined) ? hosts : undefined;
}

/** What is not well encoded stays as it is. */
export function decodePart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A short or odd way to write an IPv4 address (127.1, 0x7f000001) is none: programs differ on what it means. */
function isHostName(text: string): boolean {
  if (isIP(text) !== 0) return isIPv4(text);
  return text.length <= 253 && namePattern.test(text) && !/(^|\.)(\d+|0x[0-9a-f]*)\.?$/i.test(text);
}

const namePattern = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*\.?$/i;
