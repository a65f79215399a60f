import { describe, expect, test } from "vitest";
import { sessionProperties } from "./session-properties.ts";

const initial = { "sql.current-catalog": "default" };

describe("the properties of a session", () => {
  test("SET keeps one for later statements, and SET alone shows them with secrets masked", () => {
    const session = sessionProperties(initial);
    expect(session.run("SET 'sql.state-ttl' = '1 d';")).toEqual({
      kind: "done",
      message: "Property 'sql.state-ttl' is set for this session.",
    });
    session.run("set 'sql.secrets.k' = 'sk-it''s';");
    expect(session.all["sql.secrets.k"]).toBe("sk-it's");
    expect(session.run("SET;")).toEqual({
      kind: "properties",
      properties: { ...initial, "sql.state-ttl": "1 d", "sql.secrets.k": "******" },
    });
  });

  test("RESET takes one back to what it began with, or all", () => {
    const session = sessionProperties(initial);
    session.run("SET 'a' = '1'; ");
    session.run("USE CATALOG other;");
    session.run("RESET 'sql.current-catalog';");
    expect(session.all).toEqual({ ...initial, a: "1" });
    session.run("RESET;");
    expect(session.all).toEqual(initial);
  });

  test("USE names catalog and database", () => {
    const session = sessionProperties({});
    session.run("USE `my cat`.db");
    expect(session.all).toEqual({ "sql.current-catalog": "my cat", "sql.current-database": "db" });
    session.run("USE other;");
    expect(session.all["sql.current-database"]).toBe("other");
  });

  test.each([
    "SET a = b;",
    "SET 'a' 'b';",
    "RESET a;",
    "USE;",
    "USE a.b.c;",
    "USE 'x';",
    "SHOW CONNECTIONS;",
    "",
  ])("leaves %j to the server", (statement) => {
    const session = sessionProperties(initial);
    expect(session.run(statement)).toBeUndefined();
    expect(session.all).toEqual(initial);
  });
});
