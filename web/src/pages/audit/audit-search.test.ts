import { describe, expect, test } from "vitest";
import { auditFilter, auditSearch } from "./audit-search.ts";

const now = new Date("2026-02-01T12:00:00Z");

describe("the address of the audit log", () => {
  test("becomes the filter of the API", () => {
    const search = auditSearch({
      environment: "env-1",
      action: "connection.rotate",
      resource: "my-openai",
      outcome: "refused",
      region: "aws.us-east-1",
      range: "24h",
    });
    expect(auditFilter(search, now)).toEqual({
      environment: "env-1",
      action: "connection.rotate",
      resource_name: "my-openai",
      outcome: "refused",
      cloud: "aws",
      region: "us-east-1",
      from: "2026-01-31T12:00:00.000Z",
    });
  });

  test("says times in the reader's zone where they are his own", () => {
    const search = auditSearch({ range: "custom", from: "2026-01-31T12:00", to: "2026-02-01T00:00" });
    expect(auditFilter(search, now)).toEqual({
      from: new Date("2026-01-31T12:00").toISOString(),
      to: new Date("2026-02-01T00:00").toISOString(),
    });
  });

  test("leaves out what is none: an old or mistyped link still opens the log", () => {
    const search = auditSearch({ outcome: "lost", range: "2y", from: "yesterday", action: "", to: 7 });
    expect(auditFilter(search, now)).toEqual({});
  });
});
