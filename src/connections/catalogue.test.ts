import { describe, expect, test } from "vitest";
import { catalogue } from "./catalogue.ts";
import { connectionTypes } from "./types/index.ts";
import { optionKeys } from "./vocabulary.ts";

test("the catalogue is plain data in the order of the types", () => {
  const entries = catalogue();
  expect(JSON.parse(JSON.stringify(entries))).toEqual(entries);
  expect(entries.map(({ name }) => name)).toEqual(connectionTypes.map(({ name }) => name));
});

test("the catalogue says of every field whether it is shown, identifying or secret", () => {
  const rest = catalogue().find(({ name }) => name === "rest");
  const oauth = rest?.auth_methods.find(({ auth_type }) => auth_type === "OAUTH2");
  expect(oauth?.fields.map(({ key, wire_key, visibility }) => [key, wire_key, visibility])).toEqual([
    ["token-endpoint", "OAUTH2_TOKEN_ENDPOINT", "public"],
    ["client-id", "OAUTH2_CLIENT_ID", "identifying"],
    ["client-secret", "OAUTH2_CLIENT_SECRET", "secret"],
    ["scope", "OAUTH2_SCOPE", "identifying"],
  ]);
});

test("the catalogue has allowed values, defaults and which methods may be empty", () => {
  const mcp = catalogue().find(({ name }) => name === "mcp_server");
  expect(mcp?.options[0]).toMatchObject({
    key: "transport-type",
    values: ["SSE", "STREAMABLE_HTTP"],
    default: "SSE",
    required: false,
  });
  expect(mcp?.auth_methods.filter(({ may_be_empty }) => may_be_empty).map(({ name }) => name)).toEqual([
    "basic",
    "bearer",
  ]);
});

test("the catalogue says how each type is checked", () => {
  const kinds = Object.fromEntries(
    catalogue().map(({ name, verify }) => [name, verify.request ?? verify.kind]),
  );
  expect(kinds).toEqual({
    openai: "GET /models",
    anthropic: "GET /v1/models",
    azureopenai: "GET /models",
    azureml: "reach",
    googleai: "GET",
    vertexai: "token",
    bedrock: "POST /count-tokens",
    sagemaker: "reach",
    fireworksai: "GET /models",
    mongodb: "login",
    elastic: "GET /_security/_authenticate",
    pinecone: "POST /describe_index_stats",
    couchbase: "reach",
    cosmosdb: "GET /dbs",
    s3vectors: "POST /ListVectorBuckets",
    confluent_jdbc: "login",
    rest: "token",
    mcp_server: "mcp",
    a2a: "GET /.well-known/agent-card.json",
  });
});

describe("the vocabulary of options", () => {
  const { options } = optionKeys();

  test("has every key of every type, type and endpoint among them", () => {
    for (const { auth, options: own } of connectionTypes) {
      for (const fields of [own, ...auth.map((method) => method.fields)]) {
        for (const key of Object.keys(fields)) expect(options.has(key)).toBe(true);
      }
    }
    expect(options.get("endpoint")).toEqual({ show: "url" });
    expect(options.get("type")).toMatchObject({ show: "values" });
  });

  test("shows a value only of public fields", () => {
    const shown = [...options].filter(([, { show }]) => show !== "never").map(([key]) => key);
    expect(shown.sort()).toEqual(["endpoint", "sse-endpoint", "token-endpoint", "transport-type", "type"]);
  });
});
