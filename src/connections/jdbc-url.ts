import {
  type DriverHost,
  parametersOf,
  parseHost,
  parseHosts,
  splitDriverUrl,
  type TlsMode,
} from "./driver-url.ts";

export type JdbcProduct = "postgresql" | "mysql" | "mariadb" | "sqlserver" | "oracle";

export interface JdbcPlace {
  readonly product: JdbcProduct;
  /** At least one. */
  readonly hosts: readonly DriverHost[];
  /** Database, service or SID; undefined where the URL leaves it to the driver. */
  readonly database: string | undefined;
  readonly tls: TlsMode;
  /** TLS begins with the first byte, so that it can be looked at without speaking the database's own protocol. */
  readonly startsWithTls: boolean;
}

/** `reason` is a phrase of our own; nothing of the URL stands in it. */
export type JdbcUrl =
  | ({ readonly status: "parsed" } & JdbcPlace)
  | { readonly status: "unknown_product"; readonly reason: string }
  | { readonly status: "unusable"; readonly reason: string };

/** Where a JDBC URL leads, as its vendor's driver reads it. Every text has an answer; properties that name files are not read. */
export function parseJdbcUrl(url: string): JdbcUrl {
  const [, product = "", rest = ""] = /^jdbc:([a-z0-9]+):(.*)$/is.exec(url) ?? [];
  const parse = Object.hasOwn(products, product.toLowerCase())
    ? products[product.toLowerCase() as JdbcProduct]
    : undefined;
  if (parse === undefined) {
    return {
      status: "unknown_product",
      reason: "The JDBC URL is not one of PostgreSQL, MySQL, MariaDB, SQL Server or Oracle",
    };
  }
  return parse(rest);
}

const products: Readonly<Record<JdbcProduct, (rest: string) => JdbcUrl>> = {
  postgresql,
  mysql: (rest) => mysqlLike("mysql", rest),
  mariadb: (rest) => mysqlLike("mariadb", rest),
  sqlserver,
  oracle,
};

const badName = unusable("The JDBC URL has a control character in the name of the database");
const noHost = unusable("The JDBC URL names no host");
const badHost = unusable("The JDBC URL has a host or port that is none");

/** https://jdbc.postgresql.org/documentation/use/#connecting-to-the-database */
function postgresql(rest: string): JdbcUrl {
  const parts = splitDriverUrl(rest);
  // Without hosts the driver takes its own machine, which is not ours.
  if (parts === undefined || parts.hosts === "") return noHost;
  const hosts = parseHosts(parts.hosts.split(","), 5432);
  if (hosts === undefined) return badHost;
  const tls = postgresqlTls(parts.parameters);
  if (tls === undefined)
    return unusable(`The JDBC URL has an "sslmode" that PostgreSQL's driver does not know`);
  return parsed("postgresql", hosts, parts.path, tls);
}

const tlsModes: readonly string[] = [
  "disable",
  "allow",
  "prefer",
  "require",
  "verify-ca",
  "verify-full",
] satisfies TlsMode[];

/** `ssl` without `sslmode` means verify-full, unless its factory is the one that verifies nothing; nothing means prefer. */
function postgresqlTls(parameters: ReadonlyMap<string, string>): TlsMode | undefined {
  const mode = parameters.get("sslmode")?.toLowerCase();
  if (mode !== undefined) return tlsModes.includes(mode) ? (mode as TlsMode) : undefined;
  const ssl = parameters.get("ssl")?.toLowerCase();
  if (ssl !== "" && ssl !== "true") return "prefer";
  return parameters.get("sslfactory")?.endsWith("NonValidatingFactory") ? "require" : "verify-full";
}

/**
 * https://dev.mysql.com/doc/connector-j/en/connector-j-reference-jdbc-url-format.html and
 * https://mariadb.com/docs/connectors/mariadb-connector-j/about-mariadb-connector-j
 */
function mysqlLike(product: "mysql" | "mariadb", rest: string): JdbcUrl {
  const parts = splitDriverUrl(rest.replace(/^[a-z-]+:(?=\/\/)/i, "")); // loadbalance, replication, ...
  if (parts === undefined || parts.hosts === "") return noHost;
  const hosts = splitOutside(withoutListBrackets(parts.hosts)).map(mysqlHost);
  if (!hosts.every((host) => host !== undefined)) return badHost;
  return parsed(product, hosts, parts.path, mysqlTls(product, parts.parameters));
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

/** Connector/J's sslMode and MariaDB's of the same name, each with the older properties that it still reads. */
function mysqlTls(product: "mysql" | "mariadb", parameters: ReadonlyMap<string, string>): TlsMode {
  const mode = parameters.get("sslmode")?.toLowerCase().replace(/_/g, "-");
  const byMode = mode === undefined ? undefined : mysqlModes[mode];
  if (byMode !== undefined) return byMode;
  const isTrue = (name: string): boolean => parameters.get(name)?.toLowerCase() === "true";
  if (isTrue("verifyservercertificate")) return "verify-ca";
  if (isTrue("requiressl")) return "require";
  if (isTrue("usessl")) return product === "mysql" ? "prefer" : "verify-full";
  if (parameters.get("usessl")?.toLowerCase() === "false") return "disable";
  return product === "mysql" ? "prefer" : "disable";
}

const mysqlModes: Readonly<Record<string, TlsMode>> = {
  disabled: "disable",
  disable: "disable",
  preferred: "prefer",
  required: "require",
  trust: "require",
  "verify-ca": "verify-ca",
  "verify-identity": "verify-full",
  "verify-full": "verify-full",
};

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
  const encrypt = property("encrypt")?.toLowerCase() ?? "true";
  const trustsAny = property("trustservercertificate")?.toLowerCase() === "true";
  const tls = ["false", "no", "optional"].includes(encrypt)
    ? "disable"
    : trustsAny
      ? "require"
      : "verify-full";
  return parsed("sqlserver", [host], property("databasename", "database") ?? "", tls, encrypt === "strict");
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
  const database = oracleField(text, "SERVICE_NAME") ?? oracleField(text, "SID") ?? "";
  return oracleParsed(hosts, database, isTls, oracleField(text, "SSL_SERVER_DN_MATCH"));
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
  const [address = "", query = ""] = body.split("?", 2);
  const isAlias = !text.startsWith("//") && scheme === undefined && !/[:/]/.test(address);
  if (isAlias) return unusable("The JDBC URL names an alias of tnsnames.ora, which is not known here");

  const [, sidAddress, sid] = /^([^/:]+:\d+):([^/:]+)$/.exec(address) ?? [];
  const [places = "", service = ""] = sidAddress === undefined ? address.split("/", 2) : [sidAddress, sid];
  const texts = places.split(/[,;]/);
  // A port stands for the hosts before it as well: h1,h2:1521.
  const lastPort = /:(\d{1,5})$/.exec(texts.at(-1) ?? "")?.[1];
  const hosts = parseHosts(texts, lastPort === undefined ? 1521 : Number(lastPort));
  if (hosts === undefined) return places === "" ? noHost : badHost;
  const matches = parametersOf(query).get("ssl_server_dn_match");
  return oracleParsed(hosts, service.split(":")[0] ?? "", protocol === "tcps", matches);
}

function oracleParsed(
  hosts: readonly DriverHost[],
  database: string,
  isTls: boolean,
  matchesName: string | undefined,
): JdbcUrl {
  const checksName = !["no", "off", "false"].includes(matchesName?.toLowerCase() ?? "");
  return parsed(
    "oracle",
    hosts,
    database,
    isTls ? (checksName ? "verify-full" : "verify-ca") : "disable",
    isTls,
  );
}

function parsed(
  product: JdbcProduct,
  hosts: readonly DriverHost[],
  database: string,
  tls: TlsMode,
  startsWithTls = false,
): JdbcUrl {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(database)) return badName;
  return {
    status: "parsed",
    product,
    hosts,
    database: database === "" ? undefined : database,
    tls,
    startsWithTls,
  };
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
