import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type JdbcLead, parseJdbcUrl } from "./jdbc-url.ts";

/** Hosts, with `*` where TLS begins with the first byte. */
function summary(url: string): string {
  const parsed = parseJdbcUrl(url);
  if (parsed.status !== "parsed") return parsed.status;
  const places = parsed.hosts.map(({ host, port }) => `${host}|${port}`).join(" ");
  return `${places}${parsed.startsWithTls ? " *" : ""}`;
}

describe("where a JDBC URL leads", () => {
  test.each([
    ["jdbc:postgresql://h/db", "h|5432"],
    ["JDBC:PostgreSQL://h:5433/", "h|5433"],
    ["jdbc:postgresql://h", "h|5432"],
    ["jdbc:postgresql://h1:1,h2,[::1]:3/my%20db?x=y", "h1|1 h2|5432 ::1|3"],
    ["jdbc:mysql://h/db", "h|3306"],
    ["jdbc:mysql:loadbalance://h1:1,h2/db?sslMode=VERIFY_IDENTITY", "h1|1 h2|3306"],
    ["jdbc:mysql://address=(host=h1)(port=1),(host=h2,port=2)/db?useSSL=false", "h1|1 h2|2"],
    ["jdbc:mysql://[h1:1,h2:2]/db?requireSSL=true", "h1|1 h2|2"],
    ["jdbc:mysql://[::1]:3307/db", "::1|3307"],
    ["jdbc:mariadb://h/db", "h|3306"],
    ["jdbc:mariadb:replication://h1,h2/db?sslMode=verify-ca", "h1|3306 h2|3306"],
    ["jdbc:sqlserver://h:1434;databaseName=My DB;encrypt=true;trustServerCertificate=true", "h|1434"],
    ["jdbc:sqlserver://h", "h|1433"],
    ["jdbc:sqlserver://h\\inst:1500;encrypt=false", "h|1500"],
    ["jdbc:sqlserver://;serverName=h;port=1;database={a;b}", "h|1"],
    ["jdbc:sqlserver://h;encrypt=strict", "h|1433 *"],
    ["jdbc:oracle:thin:@//h:1522/service", "h|1522"],
    ["jdbc:oracle:thin:@h:1521:sid", "h|1521"],
    ["jdbc:oracle:thin:@h/service", "h|1521"],
    ["jdbc:oracle:thin:@tcps://h1,h2:1522/service?retry_count=2", "h1|1522 h2|1522 *"],
    [
      "jdbc:oracle:thin:@(DESCRIPTION=(ADDRESS=(PROTOCOL=TCPS)(HOST=h)(PORT=1522))(CONNECT_DATA=(SERVICE_NAME=s)))",
      "h|1522 *",
    ],
    [
      "jdbc:oracle:thin:@(description=(address_list=(address=(port=1)(protocol=tcp)(host=a))(address=(protocol=tcp)(host=b)(port=2)))(connect_data=(sid=x)))",
      "a|1 b|2",
    ],
  ])("%s", (url, expected) => {
    expect(summary(url)).toBe(expected);
  });

  test.each([
    "jdbc:postgresql:db",
    "jdbc:postgresql:///db",
    "jdbc:postgresql://h1,,h2/db",
    "jdbc:postgresql://h:0/db",
    "jdbc:postgresql://h:70000/db",
    "jdbc:postgresql://a b/db",
    "jdbc:postgresql://::1/db",
    "jdbc:postgresql://127.1/db",
    "jdbc:postgresql://2130706433/db",
    "jdbc:postgresql://0x7f000001/db",
    "jdbc:postgresql://[fe80::1%25eth0]/db",
    "jdbc:postgresql://h/db?sslmode=sometimes",
    "jdbc:postgresql://h/db%00user%00postgres",
    "jdbc:mysql:///db",
    "jdbc:sqlserver://h\\inst",
    "jdbc:sqlserver://;database=x",
    "jdbc:oracle:thin:@alias",
    "jdbc:oracle:thin:@ldap://directory/x",
    "jdbc:oracle:thin:@(DESCRIPTION=)",
    "jdbc:oracle:thin:h:1521:sid",
  ])("%s is of no use, and the reason repeats nothing of it", (url) => {
    const parsed = parseJdbcUrl(url);
    if (parsed.status !== "unusable") throw new Error(parsed.status);
    expect(parsed.reason).toMatch(/^The JDBC URL /);
  });

  test.each(["jdbc:db2://h:50000/db", "jdbc:constructor://h/db", "jdbc:", "", "https://h/"])(
    "%s is of a product that is not known",
    (url) => {
      expect(parseJdbcUrl(url).status).toBe("unknown_product");
    },
  );
});

test("every text has an answer, and what was parsed can be dialled", () => {
  const start = fc.constantFrom(
    "",
    "jdbc:postgresql://",
    "jdbc:mysql://",
    "jdbc:mariadb:",
    "jdbc:sqlserver://",
    "jdbc:oracle:thin:@",
    "jdbc:oracle:thin:@(ADDRESS=(HOST=",
  );
  const piece = fc.oneof(
    fc.constantFrom(..."/:@?&=;,()[]{}\\%#.".split(""), "host", "[::1]", "5432", "(host=h)", "=true", "%zz"),
    fc.string({ unit: "binary", maxLength: 8 }),
  );
  const isSound = ({ hosts }: JdbcLead): boolean =>
    hosts.length > 0 && hosts.every(({ host, port }) => /^[\w.:-]+$/.test(host) && port > 0 && port < 65_536);
  fc.assert(
    fc.property(start, fc.array(piece, { maxLength: 12 }), (scheme, pieces) => {
      const parsed = parseJdbcUrl(scheme + pieces.join(""));
      return parsed.status === "parsed" ? isSound(parsed) : parsed.reason.length > 0;
    }),
    { numRuns: 2000 },
  );
});
