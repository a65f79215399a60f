import {
  type DriverHost,
  decodePart,
  parseHost,
  parseHosts,
  splitDriverUrl,
  type TlsMode,
} from "./driver-url.ts";

export interface MongodbPlace {
  /** Hosts, or the name under which DNS lists them in SRV records. */
  readonly seed:
    | { readonly kind: "hosts"; readonly hosts: readonly DriverHost[] }
    | { readonly kind: "srv"; readonly name: string; readonly service: string };
  readonly database: string | undefined;
  readonly tls: Extract<TlsMode, "disable" | "require" | "verify-ca" | "verify-full">;
  /** As written; undefined leaves them to what DNS says and to the driver. */
  readonly authSource: string | undefined;
  readonly authMechanism: string | undefined;
  readonly replicaSet: string | undefined;
}

/** `reason` is a phrase of our own; nothing of the URL stands in it. */
export type MongodbUrl =
  | ({ readonly status: "parsed" } & MongodbPlace)
  | { readonly status: "unusable"; readonly reason: string };

/**
 * Where a MongoDB connection string leads. Every text has an answer; options that name files are not read.
 * https://www.mongodb.com/docs/manual/reference/connection-string-formats/ and
 * https://www.mongodb.com/docs/manual/reference/connection-string-options/
 */
export function parseMongodbUrl(url: string): MongodbUrl {
  const [, srv, rest = ""] = /^mongodb(\+srv)?:(.*)$/is.exec(url) ?? [];
  const parts = splitDriverUrl(rest);
  if (parts === undefined || parts.hosts === "") return unusable("The MongoDB URL names no host");
  const { hosts: text, path, parameters } = parts;
  const isSrv = srv !== undefined;
  const seed = isSrv ? srvSeed(text, parameters.get("srvservicename")) : hostsSeed(text);
  if (typeof seed === "string") return unusable(seed);

  const option = (name: string): string | undefined => parameters.get(name) || undefined;
  return {
    status: "parsed",
    seed,
    database: path === "" ? undefined : path,
    tls: tlsOf(parameters, isSrv),
    authSource: option("authsource"),
    authMechanism: option("authmechanism")?.toUpperCase(),
    replicaSet: option("replicaset"),
  };
}

function hostsSeed(text: string): MongodbPlace["seed"] | string {
  const texts = text.split(",");
  if (texts.some((host) => decodePart(host).startsWith("/"))) return "The MongoDB URL names a local socket";
  const hosts = parseHosts(texts, 27017);
  return hosts === undefined ? "The MongoDB URL has a host or port that is none" : { kind: "hosts", hosts };
}

/** One name, which the records stand under: no port and no list. */
function srvSeed(text: string, service = "mongodb"): MongodbPlace["seed"] | string {
  const name = parseHost(text, 27017)?.host;
  if (name === undefined || name !== text || !/[a-z]/i.test(name)) {
    return "A mongodb+srv URL names one host, without a port";
  }
  // A label of a host name (RFC 6335 5.1), because it becomes part of one.
  if (!/^[a-z0-9](?:[a-z0-9-]{0,13}[a-z0-9])?$/i.test(service)) {
    return `The MongoDB URL has an "srvServiceName" that is none`;
  }
  return { kind: "srv", name, service };
}

function tlsOf(parameters: ReadonlyMap<string, string>, isSrv: boolean): MongodbPlace["tls"] {
  const isTrue = (name: string): boolean => parameters.get(name)?.toLowerCase() === "true";
  const wanted = parameters.get("tls") ?? parameters.get("ssl");
  const isTls = wanted === undefined ? isSrv : wanted.toLowerCase() === "true";
  if (!isTls) return "disable";
  if (isTrue("tlsinsecure") || isTrue("tlsallowinvalidcertificates")) return "require";
  return isTrue("tlsallowinvalidhostnames") ? "verify-ca" : "verify-full";
}

function unusable(reason: string): MongodbUrl {
  return { status: "unusable", reason };
}
