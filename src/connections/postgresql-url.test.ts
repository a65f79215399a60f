import { describe, expect, test } from "vitest";
import { parsePostgresqlUrl } from "./postgresql-url.ts";

/** `hosts database tls`. */
function summary(url: string): string {
  const parsed = parsePostgresqlUrl(url);
  if (parsed.status !== "parsed") return parsed.reason;
  const places = parsed.hosts.map(({ host, port }) => `${host}|${port}`).join(" ");
  return `${places} ${parsed.database ?? "-"} ${parsed.tls}`;
}

describe("what a login needs of a JDBC URL of PostgreSQL", () => {
  test.each([
    ["jdbc:postgresql://h/db", "h|5432 db prefer"],
    ["JDBC:PostgreSQL://h:5433/", "h|5433 - prefer"],
    ["jdbc:postgresql://h", "h|5432 - prefer"],
    ["jdbc:postgresql://h1:1,h2,[::1]:3/my%20db?x=y", "h1|1 h2|5432 ::1|3 my db prefer"],
    ["jdbc:postgresql://h/db?sslmode=verify-full&sslrootcert=/etc/passwd", "h|5432 db verify-full"],
    ["jdbc:postgresql://h/db?sslmode=DISABLE", "h|5432 db disable"],
    ["jdbc:postgresql://h/db?ssl=true", "h|5432 db verify-full"],
    ["jdbc:postgresql://h/db?ssl", "h|5432 db verify-full"],
    ["jdbc:postgresql://h/db?ssl=false", "h|5432 db prefer"],
    [
      "jdbc:postgresql://h/db?ssl=true&sslfactory=org.postgresql.ssl.NonValidatingFactory",
      "h|5432 db require",
    ],
    ["jdbc:postgresql:db", "The JDBC URL names no host"],
    ["jdbc:postgresql://h:0/db", "The JDBC URL has a host or port that is none"],
    [
      "jdbc:postgresql://h/db%00user%00postgres",
      "The JDBC URL has a control character in the name of the database",
    ],
    [
      "jdbc:postgresql://h/db?sslmode=sometimes",
      `The JDBC URL has an "sslmode" that PostgreSQL's driver does not know`,
    ],
  ])("%s", (url, expected) => {
    expect(summary(url)).toBe(expected);
  });
});
