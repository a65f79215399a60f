import { describe, expect, test } from "vitest";
import { requireConnectionType } from "../connection-type.ts";
import type { ApplyContext, AuthMethod, OutgoingRequest } from "../define.ts";
import { connectionTypes } from "../types/index.ts";
import { apiKey } from "./api-key.ts";
import { basic } from "./basic.ts";
import { bearer } from "./bearer.ts";

test.each([
  ["openai", { "api-key": "k" }, { authorization: "Bearer k" }],
  ["fireworksai", { "api-key": "k" }, { authorization: "Bearer k" }],
  ["azureml", { "api-key": "k" }, { authorization: "Bearer k" }],
  ["azureopenai", { "api-key": "k" }, { "api-key": "k" }],
  ["anthropic", { "api-key": "k" }, { "x-api-key": "k" }],
  ["googleai", { "api-key": "k" }, { "x-goog-api-key": "k" }],
  ["pinecone", { "api-key": "k" }, { "api-key": "k" }],
  ["elastic", { "api-key": "k" }, { authorization: "ApiKey k" }],
  ["elastic", { username: "u", password: "p" }, { authorization: "Basic dTpw" }],
  ["rest", { username: "u", password: "p" }, { authorization: "Basic dTpw" }],
  ["rest", { token: "t" }, { authorization: "Bearer t" }],
  ["mcp_server", { "api-key": "k" }, { "x-api-key": "k" }],
  ["mcp_server", { token: "t" }, { authorization: "Bearer t" }],
  ["a2a", { "api-key": "k" }, { "x-api-key": "k" }],
  ["a2a", { username: "u", password: "p" }, { authorization: "Basic dTpw" }],
  ["rest", { token: "" }, {}],
  ["rest", { username: "", password: "" }, {}],
])("%s with %o sends %o", async (typeName, values, headers) => {
  const key = Object.keys(values)[0] ?? "";
  const method = requireConnectionType(typeName).auth.find(({ fields }) => key in fields);
  const sent = await method?.apply?.(request(), values, context);
  expect(Object.fromEntries(sent?.headers ?? [])).toEqual({ accept: "*/*", ...headers });
});

test("Anthropic and Cosmos DB get the version header that they demand", () => {
  expect(requireConnectionType("anthropic").defaultHeaders).toEqual({ "anthropic-version": "2023-06-01" });
  expect(requireConnectionType("cosmosdb").defaultHeaders).toEqual({ "x-ms-version": "2018-12-31" });
});

describe.each(connectionTypes.filter(({ call }) => call.kind !== "none"))("$name", (type) => {
  test.each(type.auth)("sets for $label exactly headers that it declares, in lower case", async (method) => {
    const signing = { ...context, service: type.signingService };
    const sent = await method.apply?.(request(), sampleValues(method), signing);
    const added = [...(sent?.headers.keys() ?? [])].filter((name) => name !== "accept");
    expect(added.length).toBeGreaterThan(0);
    for (const name of added) expect(method.sets).toContain(name);
    for (const name of method.sets) expect(name).toBe(name.toLowerCase());
  });
});

test("Basic is encoded in UTF-8", () => {
  const sent = basic().apply?.(request(), { username: "tést", password: "пароль:1" }, context);
  const header = sent instanceof Promise ? undefined : sent?.headers.get("authorization");
  expect(Buffer.from(header?.slice(6) ?? "", "base64").toString("utf8")).toBe("tést:пароль:1");
});

test.each(["a\nb", "a\r\nx-evil: 1", "ключ", "a\u0000b"])(
  "a key %j cannot be sent, and is not repeated",
  (key) => {
    for (const method of [apiKey("x-api-key"), apiKey("authorization", "Bearer"), bearer()]) {
      const name = Object.keys(method.fields)[0] ?? "";
      expect(() => method.apply?.(request(), { [name]: key }, context)).toThrow(
        `The value of "${name}" cannot be sent in an HTTP header.`,
      );
    }
  },
);

test("a user name with a colon cannot be sent by Basic", () => {
  expect(() => basic().apply?.(request(), { username: "a:b", password: "c" }, context)).toThrow(/colon/);
});

test("a request is not changed in place", () => {
  const before = request();
  bearer().apply?.(before, { token: "t" }, context);
  expect([...before.headers.keys()]).toEqual(["accept"]);
});

const context: ApplyContext = {
  region: "us-east-1",
  service: undefined,
  now: new Date("2026-11-20T11:00:00Z"),
  token: async () => "fetched-token",
};

function request(): OutgoingRequest {
  return {
    method: "POST",
    url: new URL("https://h.example.com/dbs/d"),
    headers: new Map([["accept", "*/*"]]),
  };
}

function sampleValues(method: AuthMethod): Record<string, string> {
  return Object.fromEntries(Object.keys(method.fields).map((key) => [key, "c2FtcGxl"]));
}
