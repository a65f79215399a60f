import { expect, test } from "vitest";
import { KeymoorError } from "../errors.ts";
import { optionKey, parseAuthData } from "./auth-data.ts";

test.each([
  ["API_KEY", "api-key"],
  ["USERNAME", "username"],
  ["PASSWORD", "password"],
  ["BEARER_TOKEN", "token"],
  ["OAUTH2_TOKEN_ENDPOINT", "token-endpoint"],
  ["OAUTH2_CLIENT_ID", "client-id"],
  ["OAUTH2_CLIENT_SECRET", "client-secret"],
  ["OAUTH2_SCOPE", "scope"],
  ["AWS_ACCESS_KEY_ID", "aws-access-key"],
  ["AWS_SECRET_ACCESS_KEY", "aws-secret-key"],
  ["AWS_SESSION_TOKEN", "aws-session-token"],
  ["SERVICE_KEY", "service-key"],
  ["SSE_ENDPOINT", "sse-endpoint"],
  ["TRANSPORT_TYPE", "transport-type"],
])("%s is the option %s", (wire, key) => {
  expect(optionKey(wire)).toBe(key);
});

test("what the CLI sends is read: sorted keys, AUTH_TYPE among them, < > & escaped", () => {
  const { options, authType } = parseAuthData(`{"AUTH_TYPE":"API_KEY","API_KEY":"a\\u003cb\\u0026c"}`);
  expect(authType).toBe("API_KEY");
  expect([...options].map(([key, value]) => [key, value.reveal()])).toEqual([["api-key", "a<b&c"]]);
});

test.each(["", "not json s3cr3t", `"s3cr3t"`, `["s3cr3t"]`, "null", "1"])("%j is no object", (data) => {
  const error = errorOf(data);
  expect(error.code).toBe("invalid_request");
  expect(error.details.pointer).toBe("/spec/auth_data/data");
  expect(error.sentence).not.toContain("s3cr3t");
  expect(error.cause).toBeUndefined();
});

test("a misspelt key is answered with the nearest one", () => {
  expect(errorOf(`{"API_KEYS":"x"}`).sentence).toContain(`Did you mean "API_KEY"?`);
  expect(errorOf(`{"api_key":"x"}`).sentence).toContain(`Did you mean "API_KEY"?`);
});

test("a key that resembles none is not repeated", () => {
  const error = errorOf(`{"sk-s3cr3t-value":"API_KEY"}`);
  expect(error.code).toBe("option_unknown");
  expect(error.sentence).not.toContain("s3cr3t");
  expect(errorOf(`{"__proto__":"x"}`).code).toBe("option_unknown");
});

test.each(["1", "null", "true", "{}", `["x"]`])("a value %s is refused", (value) => {
  expect(errorOf(`{"API_KEY":${value}}`).code).toBe("option_value_invalid");
  expect(errorOf(`{"AUTH_TYPE":${value}}`).code).toBe("option_value_invalid");
});

function errorOf(data: string): KeymoorError {
  try {
    parseAuthData(data);
  } catch (error) {
    if (error instanceof KeymoorError) return error;
    throw error;
  }
  throw new Error("It was accepted.");
}
