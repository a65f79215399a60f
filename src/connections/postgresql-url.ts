import { type DriverHost, parseHosts, splitDriverUrl, type TlsMode } from "./driver-url.ts";

export interface PostgresqlPlace {
  /** At least one. */
  readonly hosts: readonly DriverHost[];
  /** undefined leaves it to the driver. */
  readonly database: string | undefined;
  readonly tls: TlsMode;
}

/** `reason` is a phrase of our own; nothing of the URL stands in it. */
export type PostgresqlUrl =
  | ({ readonly status: "parsed" } & PostgresqlPlace)
  | { readonly status: "unusable"; readonly reason: string };

/**
 * What a login needs of a JDBC URL of PostgreSQL. Every text has an answer; properties that name files are not read.
 * https://jdbc.postgresql.org/documentation/use/#connecting-to-the-database
 */
export function parsePostgresqlUrl(url: string): PostgresqlUrl {
  const parts = splitDriverUrl(url.replace(/^jdbc:postgresql:/i, ""));
  // Without hosts the driver takes its own machine, which is not ours.
  if (parts === undefined || parts.hosts === "") return unusable("The JDBC URL names no host");
  const hosts = parseHosts(parts.hosts.split(","), 5432);
  if (hosts === undefined) return unusable("The JDBC URL has a host or port that is none");
  const tls = tlsOf(parts.parameters);
  if (tls === undefined)
    return unusable(`The JDBC URL has an "sslmode" that PostgreSQL's driver does not know`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(parts.path)) {
    return unusable("The JDBC URL has a control character in the name of the database");
  }
  return { status: "parsed", hosts, database: parts.path === "" ? undefined : parts.path, tls };
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
function tlsOf(parameters: ReadonlyMap<string, string>): TlsMode | undefined {
  const mode = parameters.get("sslmode")?.toLowerCase();
  if (mode !== undefined) return tlsModes.includes(mode) ? (mode as TlsMode) : undefined;
  const ssl = parameters.get("ssl")?.toLowerCase();
  if (ssl !== "" && ssl !== "true") return "prefer";
  return parameters.get("sslfactory")?.endsWith("NonValidatingFactory") ? "require" : "verify-full";
}

function unusable(reason: string): PostgresqlUrl {
  return { status: "unusable", reason };
}
