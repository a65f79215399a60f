import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { findConnectionType } from "../connection-type.ts";
import { connectionTypes } from "./index.ts";

const wireTypes = [
  "A2A",
  "ANTHROPIC",
  "AZUREML",
  "AZUREOPENAI",
  "BEDROCK",
  "CONFLUENT_JDBC",
  "COSMOSDB",
  "COUCHBASE",
  "ELASTIC",
  "FIREWORKSAI",
  "GOOGLEAI",
  "MCP_SERVER",
  "MONGODB",
  "OPENAI",
  "PINECONE",
  "REST",
  "S3VECTORS",
  "SAGEMAKER",
  "VERTEXAI",
];

test("every type of Confluent's contract is there, and none twice", () => {
  expect(connectionTypes.map(({ name }) => name.toUpperCase()).sort()).toEqual(wireTypes);
});

test("every file in this folder is registered under the name of its type", () => {
  const files = readdirSync(import.meta.dirname)
    .filter((file) => !file.startsWith("index."))
    .map((file) => file.replace(/\.ts$/, "").replaceAll("-", "_"));
  expect(connectionTypes.map(({ name }) => name).sort()).toEqual(files.sort());
});

describe.each(connectionTypes)("type $name", (type) => {
  const fields = [type.options, ...type.auth.map((method) => method.fields)].flatMap(Object.entries);

  test("is found in any case", () => {
    expect(findConnectionType(type.name)).toBe(type);
    expect(findConnectionType(type.name.toUpperCase())).toBe(type);
  });

  test("has lower-case kebab keys, each in one place, and none of the keys that every type has", () => {
    const keys = fields.map(([key]) => key);
    expect(new Set(keys).size).toBe(keys.length);
    for (const key of keys) expect(key).toMatch(/^[a-z]+(-[a-z]+)*$/);
    for (const common of ["type", "endpoint", "environment", "cloud", "region"]) {
      expect(keys).not.toContain(common);
    }
  });

  test("has options that are public, since only methods are sealed", () => {
    for (const field of Object.values(type.options)) expect(field.public).toBe(true);
  });

  test("names each way to authenticate once, with a secret in it", () => {
    expect(new Set(type.auth.map(({ name }) => name)).size).toBe(type.auth.length);
    for (const method of type.auth) {
      expect(Object.values(method.fields).some(({ secret }) => secret)).toBe(true);
      for (const field of Object.values(method.fields)) expect(field.secret && field.public).toBeFalsy();
    }
  });

  test("can authenticate every call that it allows", () => {
    for (const { apply } of type.auth) expect(apply !== undefined).toBe(type.call.kind !== "none");
  });

  test("names its header for keys only if its own key goes there", () => {
    if (type.clientKeyHeader === undefined) return;
    expect(type.auth.flatMap(({ sets }) => sets)).toContain(type.clientKeyHeader);
  });

  test("lists operations that begin with a slash, longer endings first, and its example ends in one", () => {
    if (type.call.kind !== "operations") return;
    const { operations } = type.call;
    operations.forEach((operation, index) => {
      expect(operation).toMatch(/^\/[a-z0-9_/]+[a-z]$/);
      const later = operations.slice(index + 1);
      expect(later.filter((other) => other.endsWith(operation))).toEqual([]);
    });
    const { pathname } = new URL(type.endpoint.example);
    expect(operations.some((operation) => pathname.endsWith(operation))).toBe(true);
  });

  test("is verified by a harmless request below or in the place of its example, judged by distinct statuses", () => {
    const { verify } = type;
    if (verify?.kind !== "request") return;
    expect(verify.path).toMatch(/^(\/[a-zA-Z0-9_.-]+)*$/);
    expect(verify.accepted.filter((status) => verify.refused.includes(status))).toEqual([]);
    // Where no status refuses, a code does.
    expect(verify.refused.length + Object.values(verify.codes ?? {}).length).toBeGreaterThan(0);
    expect(verify.body === undefined).toBe(verify.method === "GET");
    const { pathname } = new URL(type.endpoint.example);
    if (verify.replaces !== undefined) expect(pathname.replace(/\/+$/, "")).toMatch(verify.replaces);
    else expect(["below", "operations"]).toContain(type.call.kind);
    if (type.call.kind === "operations" && verify.replaces === undefined) {
      expect(type.call.operations).toContain(verify.path);
    }
  });

  test("logs in by a driver only to what its endpoint may begin with, where nothing else can be asked", () => {
    const { verify } = type;
    const drivers = verify?.kind === "login" ? Object.keys(verify.drivers) : [];
    for (const prefix of [...drivers, ...Object.keys(type.endpoint.leads)]) {
      expect(type.endpoint.schemes).toContain(prefix.slice(0, prefix.indexOf(":")));
    }
    if (verify?.kind === "login") expect(type.call.kind).toBe("none");
    if (type.call.kind === "none") expect(["login", undefined]).toContain(verify?.kind);
  });

  test("counts a token as proof only where it has a method that fetches one", () => {
    if (type.verify?.kind !== "token") return;
    expect(type.auth.some(({ fetchesToken }) => fetchesToken)).toBe(true);
  });

  test("cites an https page", () => {
    expect(new URL(type.source).protocol).toBe("https:");
  });
});

test("an MCP server is called through only over streamable HTTP; SSE is the default", () => {
  const refuseCall = findConnectionType("mcp_server")?.refuseCall;
  expect(refuseCall?.({ "transport-type": "STREAMABLE_HTTP" })).toBeUndefined();
  expect(refuseCall?.({ "transport-type": "SSE" })).toContain("STREAMABLE_HTTP");
  expect(refuseCall?.({})).toContain("STREAMABLE_HTTP");
});
