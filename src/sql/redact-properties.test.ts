import { expect, test } from "vitest";
import { redactProperties } from "./redact-properties.ts";

test("the values of secrets are masked, those of misspelt secrets too", () => {
  for (const key of [
    "sql.secrets.openai",
    "SQL.Secrets.x",
    "sql.secret.x",
    "sql.secrts.x",
    "sqlsecrets.x",
    "sql-secrets.x",
    "sql.secretsx",
  ]) {
    expect(redactProperties({ [key]: "sk-1" })).toEqual({ [key]: "******" });
  }
});

test("all other properties are echoed", () => {
  const properties = {
    "sql.current-catalog": "default",
    "sql.current-database": "db",
    "sql.local-time-zone": "GMT+00:00",
    sql: "x",
    "": "y",
  };
  expect(redactProperties(properties)).toEqual(properties);
});
