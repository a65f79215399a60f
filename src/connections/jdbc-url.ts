import { type DriverHost, parseHost, parseHosts, splitDriverUrl } from "./driver-url.ts";
import { parsePostgresqlUrl } from "./postgresql-url.ts";

export interface JdbcLead {
  /** At least one. */
  readonly hosts: readonly DriverHost[];
  /** TLS begins with the first byte, so that it can be looked at without speaking the database's own protocol. */
  readonly startsWithTls: boolean;
}

/** `reason` is a phrase of our own; nothing of the URL stands in it. */
export type JdbcUrl =
  | ({ readonly status: "parsed" } & JdbcLead)
  | { readonly status: "unknown_product"; readonly reason: string }
  | { readonly status: "unusable"; readonly reason: string };

/** Where a JDBC URL leads, as its vendor's driver reads it. Every text has an answer; properties that name files are not read. */
export function parseJdbcUrl(url: string): JdbcUrl {
  const [, product = "", rest = ""] = /^jdbc:([a-z0-9]+):(.*)$/is.exec(url) ?? [];
  const parse = products.get(product.toLowerCase());
  if (parse === undefined) {
    return {
      status: "unknown_product",
      reason: "The JDBC URL is not one of PostgreSQL, MySQL, MariaDB, SQL Server or Oracle",
    };
  }
  return parse(rest);
}

const products: ReadonlyMap<string, (rest: string) => JdbcUrl> = new Map([
  ["postgresql", postgresql],
  ["mysql", mysqlLike],
  ["mariadb", mysqlLike],
  ["sqlserver", sqlserver],
  ["oracle", oracle],
]);

const noHost = unusable("The JDBC URL names no host");
const badHost = unusable("The JDBC URL has a host or port that is none");

function postgresql(rest: string): JdbcUrl {
  const url = parsePostgresqlUrl(`jdbc:postgresql:${rest}`);
  return url.status === "parsed" ? leadingTo(url.hosts) : url;
}

/**
 * https://dev.mysql.com/doc/connector-j/en/connector-j-reference-jdbc-url-format.html and
 * https://mariadb.com/docs/connectors/mariadb-connector-j/about-mariadb-connector-j
 */
function mysqlLike(rest: string): JdbcUrl {
  const parts = splitDriverUrl(rest.replace(/^[a-z-]+:(?=\/\/)/i, "")); // loadbalance, replication, ...
  if (parts === undefined || parts.hosts === "") return noHost;
  const hosts = splitOutside(withoutListBrackets(parts.hosts)).map(mysqlHost);
  return hosts.every((host) => host !== undefined) ? leadingTo(hosts) : badHost;
}

/** `host:port`, `address=(host=...)(port=...)` or `(host=...,port=...)`. */
function mysqlHost(text: string): DriverHost | undefined {
  if (!/^(address=)?\(/i.test(text)) return parseHost(text, 3306);
  const host = /[(,]\s*host\s*=\s*([^(),]*)/i.exec(text)?.[1]?.trim();
  const port = /[(,]\s*port\s*=\s*([^(),]*)/i.exec(text)?.[1]?.trim();
  return host === undefined ? undefined : parseHost(port === undefined ? host : `${host}:${port}`, 3306);
}

/** `[h1,h2]` is a list; `[::1]` is an address. */
function withoutListBrackets(hosts: string): string {
  return /^\[[^[\]]*,.*\]$/.test(hosts) ? hosts.slice(1, -1) : hosts;
}

/**
 * https://learn.microsoft.com/en-us/sql/connect/jdbc/building-the-connection-url and, for `encrypt`,
 * https://learn.microsoft.com/en-us/sql/connect/jdbc/setting-the-connection-properties
 */
function sqlserver(rest: string): JdbcUrl {
  if (!rest.startsWith("//")) return noHost;
  const [address = "", ...settings] = splitOutside(rest.slice(2), ";");
  const properties = new Map<string, string>();
  for (const setting of settings) {
    const [name = "", ...value] = setting.split("=");
    properties.set(
      name.trim().toLowerCase(),
      value
        .join("=")
        .trim()
        .replace(/^\{(.*)\}$/s, "$1"),
    );
  }
  const property = (...names: string[]): string | undefined =>
    names.map((name) => properties.get(name)).find((value) => value !== undefined && value !== "");

  const [server = "", instanceAndPort] = address.split("\\", 2);
  const instance = instanceAndPort?.split(":")[0] ?? property("instancename", "instance");
  const port = instanceAndPort?.split(":")[1] ?? property("portnumber", "port");
  const place = server === "" ? property("servername", "server") : server;
  if (place === undefined) return noHost;
  const hasPort = port !== undefined || /:\d+$/.test(place);
  if (instance !== undefined && instance !== "" && !hasPort) {
    // The driver would ask the SQL Server Browser by UDP.
    return unusable("The JDBC URL names an instance without a port; add the port");
  }
  const host = parseHost(port === undefined || /:\d+$/.test(place) ? place : `${place}:${port}`, 1433);
  if (host === undefined) return badHost;
  return leadingTo([host], property("encrypt")?.toLowerCase() === "strict");
}

/** https://docs.oracle.com/en/database/oracle/oracle-database/23/jjdbc/data-sources-and-URLs.html */
function oracle(rest: string): JdbcUrl {
  const [, address] = /^(?:thin|oci):@(.+)$/is.exec(rest) ?? [];
  if (address === undefined) return noHost;
  return /^\s*\(/.test(address) ? oracleDescriptor(address) : oracleEasyConnect(address);
}

function oracleDescriptor(text: string): JdbcUrl {
  const addresses = [...text.matchAll(/\(\s*ADDRESS\s*=\s*((?:\([^()]*\)\s*)+)\)/gi)].map(
    ([, fields = ""]) => fields,
  );
  if (addresses.length === 0) return noHost;
  const hosts = addresses.map((fields) => {
    const port = oracleField(fields, "PORT");
    const host = oracleField(fields, "HOST") ?? "";
    return parseHost(port === undefined ? host : `${host}:${port}`, 1521);
  });
  if (!hosts.every((host) => host !== undefined)) return badHost;
  const isTls = addresses.every((fields) => oracleField(fields, "PROTOCOL")?.toLowerCase() === "tcps");
  return leadingTo(hosts, isTls);
}

function oracleField(text: string, name: string): string | undefined {
  return new RegExp(`\\(\\s*${name}\\s*=([^()]*)\\)`, "i").exec(text)?.[1]?.trim();
}

/** `//host:port/service`, `tcps://...`, `host:port/service` and the old `host:port:sid`. */
function oracleEasyConnect(text: string): JdbcUrl {
  const [, scheme, body = ""] = /^(?:([a-z]+:)?\/\/)?(.*)$/is.exec(text) ?? [];
  const protocol = scheme?.slice(0, -1).toLowerCase();
  if (protocol !== undefined && protocol !== "tcp" && protocol !== "tcps") {
    return unusable("The JDBC URL leads to a directory and names no host");
  }
  const [address = ""] = body.split("?", 1);
  const isAlias = !text.startsWith("//") && scheme === undefined && !/[:/]/.test(address);
  if (isAlias) return unusable("The JDBC URL names an alias of tnsnames.ora, which is not known here");

  const [, beforeSid] = /^([^/:]+:\d+):[^/:]+$/.exec(address) ?? [];
  const places = beforeSid ?? address.split("/", 1)[0] ?? "";
  const texts = places.split(/[,;]/);
  // A port stands for the hosts before it as well: h1,h2:1521.
  const lastPort = /:(\d{1,5})$/.exec(texts.at(-1) ?? "")?.[1];
  const hosts = parseHosts(texts, lastPort === undefined ? 1521 : Number(lastPort));
  if (hosts === undefined) return places === "" ? noHost : badHost;
  return leadingTo(hosts, protocol === "tcps");
}

function leadingTo(hosts: readonly DriverHost[], startsWithTls = false): JdbcUrl {
  return { status: "parsed", hosts, startsWithTls };
}

function unusable(reason: string): JdbcUrl {
  return { status: "unusable", reason };
}

/** Parts between separators that stand in no brackets of any kind. */
function splitOutside(text: string, separator = ","): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if ("([{".includes(char)) depth += 1;
    else if (")]}".includes(char)) depth = Math.max(0, depth - 1);
    else if (char === separator && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}
