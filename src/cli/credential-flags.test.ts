import { expect, test } from "vitest";
import { findConnectionType } from "../connections/connection-type.ts";
import type { ConnectionType } from "../connections/define.ts";
import { Secret } from "../secret.ts";
import { authData, typeNames } from "./credential-flags.ts";
import { judgeSecrets } from "./flink-credential.ts";

// contract/cli.md 4, by hand: what is given, the keys that are sent, and AUTH_TYPE, which some types have none of.
const apiKey = { flags: ["api-key"], keys: ["API_KEY"], authType: "API_KEY" };
const basic = { flags: ["username", "password"], keys: ["USERNAME", "PASSWORD"], authType: "BASIC" };
const bearer = { flags: ["token"], keys: ["BEARER_TOKEN"], authType: "BEARER" };
const oauth = {
  flags: ["token-endpoint", "client-id", "client-secret", "scope"],
  keys: ["OAUTH2_TOKEN_ENDPOINT", "OAUTH2_CLIENT_ID", "OAUTH2_CLIENT_SECRET", "OAUTH2_SCOPE"],
  authType: "OAUTH2",
};
const aws = {
  flags: ["aws-access-key", "aws-secret-key", "aws-session-token"],
  keys: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"],
  authType: undefined,
};
const service = { flags: ["service-key"], keys: ["SERVICE_KEY"], authType: undefined };
const ways = {
  openai: [apiKey],
  azureml: [apiKey],
  azureopenai: [apiKey],
  anthropic: [apiKey],
  fireworksai: [apiKey],
  googleai: [apiKey],
  pinecone: [apiKey],
  cosmosdb: [apiKey],
  bedrock: [aws],
  sagemaker: [aws],
  s3vectors: [aws],
  vertexai: [service],
  mongodb: [basic],
  couchbase: [basic],
  confluent_jdbc: [basic],
  elastic: [apiKey, basic],
  rest: [basic, bearer, oauth],
  a2a: [apiKey, basic, bearer, oauth],
  mcp_server: [apiKey, basic, bearer, oauth],
};
const cases = Object.entries(ways).flatMap(([type, list]) => list.map((way) => ({ type, ...way })));

test("the contract's table has every type", () => {
  expect(Object.keys(ways).sort()).toEqual([...typeNames].sort());
});

test.each(cases)(
  "a $type with $flags is sent as Confluent's CLI sends it",
  ({ type, flags, keys, authType }) => {
    const given = new Map(flags.map((flag) => [flag, new Secret(`the ${flag}`)]));
    const expected = {
      ...Object.fromEntries(keys.map((key, index) => [key, `the ${flags[index]}`])),
      ...(authType !== undefined && { AUTH_TYPE: authType }),
    };
    expect(authData(typeOf(type), given)).toEqual(expected);
    expect(judgeSecrets(typeOf(type), given)).toEqual(expected);
  },
);

test("a transport is taken in any case and sent as it was typed", () => {
  const given = new Map([
    ["token", new Secret("t")],
    ["transport-type", new Secret("streamable_HTTP")],
    ["sse-endpoint", new Secret("/sse")], // refused beside the exact spelling only, as Confluent's CLI does
  ]);
  expect(judgeSecrets(typeOf("mcp_server"), given)).toEqual({
    AUTH_TYPE: "BEARER",
    BEARER_TOKEN: "t",
    TRANSPORT_TYPE: "streamable_HTTP",
    SSE_ENDPOINT: "/sse",
  });
});

function typeOf(name: string): ConnectionType {
  const type = findConnectionType(name);
  if (type === undefined) throw new Error("no such type");
  return type;
}
