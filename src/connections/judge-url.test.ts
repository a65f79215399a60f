import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { KeymoorError } from "../errors.ts";
import { requireConnectionType } from "./connection-type.ts";
import { judgeEndpoint, judgeUrlOption } from "./judge-url.ts";
import { connectionTypes } from "./types/index.ts";

const rest = requireConnectionType("rest");

describe.each(connectionTypes)("endpoint of $name", (type) => {
  test("the example is accepted, byte for byte", () => {
    expect(judgeEndpoint(type, type.endpoint.example)).toBe(type.endpoint.example);
  });

  test("http and https are accepted", () => {
    expect(judgeEndpoint(type, "http://127.0.0.1:9/x")).toBe("http://127.0.0.1:9/x");
    expect(judgeEndpoint(type, "HTTPS://h.example.com")).toBe("HTTPS://h.example.com");
  });

  test("other schemes are refused", () => {
    expect(codeOf(() => judgeEndpoint(type, "ftp://h/x"))).toBe("endpoint_invalid");
    expect(codeOf(() => judgeEndpoint(type, "javascript:alert(1)"))).toBe("endpoint_invalid");
  });

  test("a missing one is said to be missing", () => {
    expect(codeOf(() => judgeEndpoint(type, undefined))).toBe("option_missing");
    expect(codeOf(() => judgeEndpoint(type, ""))).toBe("option_missing");
  });
});

test.each([
  ["mongodb", "mongodb://h1:27017,h2:27017/db?replicaSet=rs0"],
  ["mongodb", "mongodb+srv://cluster0.abc.mongodb.net"],
  ["couchbase", "couchbase://10.0.0.1,10.0.0.2"],
  ["confluent_jdbc", "jdbc:sqlserver://h:1433;databaseName=My DB;encrypt=true"],
  ["confluent_jdbc", "jdbc:oracle:thin:@//h:1521/service"],
  ["confluent_jdbc", "jdbc:oracle:thin:@(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=h)(PORT=1521)))"],
  ["confluent_jdbc", "jdbc:postgresql://h/db?sslmode=require"],
  ["rest", "https://h/@scope/package?api-version=1&max_tokens=2#top"],
  ["rest", "https://[::1]:8080/x"],
])("%s takes %s", (type, endpoint) => {
  expect(judgeEndpoint(requireConnectionType(type), endpoint)).toBe(endpoint);
});

test.each([
  ["rest", "not a url", "endpoint_invalid"],
  ["rest", "/relative", "endpoint_invalid"],
  ["rest", "https:h.example.com", "endpoint_invalid"],
  ["rest", "https://", "endpoint_invalid"],
  ["rest", "https:///x", "endpoint_invalid"],
  ["rest", " https://h/x", "endpoint_invalid"],
  ["rest", "https://h/a b", "endpoint_invalid"],
  ["rest", "https://h/\nx", "endpoint_invalid"],
  ["rest", "https://h\\@evil/x", "endpoint_invalid"],
  ["rest", "https://h:99999/x", "endpoint_invalid"],
  ["openai", "mongodb://h/db", "endpoint_invalid"],
  ["mongodb", "mongodb://h1,,h2/db", "endpoint_invalid"],
  ["confluent_jdbc", "jdbc:", "endpoint_invalid"],
  ["rest", `https://h/${"x".repeat(16384)}`, "endpoint_invalid"],
  ["rest", "https://user:pass@h/x", "endpoint_carries_credentials"],
  ["rest", "https://user@h/x", "endpoint_carries_credentials"],
  ["mongodb", "mongodb://user:pass@h/db", "endpoint_carries_credentials"],
  ["mongodb", "mongodb+srv://us/er:p@h/db", "endpoint_carries_credentials"],
  ["confluent_jdbc", "jdbc:oracle:thin:scott/tiger@//h:1521/s", "endpoint_carries_credentials"],
  ["confluent_jdbc", "jdbc:mysql://root:pw@h/db", "endpoint_carries_credentials"],
  ["confluent_jdbc", "jdbc:postgresql://h/db?USER=a", "endpoint_carries_credentials"],
  ["confluent_jdbc", "jdbc:sqlserver://h:1433;databaseName=d;password=p", "endpoint_carries_credentials"],
  ["confluent_jdbc", "jdbc:db2://h:50000/db:user=a;password=p;", "endpoint_carries_credentials"],
  ["confluent_jdbc", "jdbc:mysql://address=(host=h)(user=a)/db", "endpoint_carries_credentials"],
  ["confluent_jdbc", "jdbc:sqlserver://h;trustStorePassword=p", "endpoint_carries_credentials"],
  ["googleai", "https://h/models/m:generateContent?alt=sse&KEY=k", "endpoint_carries_credentials"],
])("%s refuses %s", (type, endpoint, code) => {
  expect(codeOf(() => judgeEndpoint(requireConnectionType(type), endpoint))).toBe(code);
});

test.each([
  "password",
  "pwd",
  "user",
  "key",
  "api-key",
  "apikey",
  "token",
  "access_token",
  "secret",
  "sig",
  "code",
  "api_key",
  "client_secret",
  "auth",
  "authorization",
  "x-api-key",
  "X_Goog_Api.Key",
  "my-apikey",
  "x-auth-token",
  "admin_token",
  "x-amz-security-token",
  "ocp-apim-subscription-key",
  "aws_secret_access_key",
])("a query parameter %s is refused in any case, encoded too, with the options to use instead", (name) => {
  const encoded = `%${name.charCodeAt(0).toString(16)}${name.slice(1)}`;
  for (const spelling of [name, name.toUpperCase(), encoded]) {
    const error = errorOf(() => judgeEndpoint(rest, `https://h/x?a=1&${spelling}=v4lue`));
    expect(error.code).toBe("endpoint_carries_credentials");
    expect(error.details.hint).toContain(`"username" and "password"`);
    expect(error.sentence).not.toContain("v4lue");
  }
});

test.each([
  "max_tokens",
  "tokenizer",
  "token_count",
  "return_tokens",
  "page_token",
  "nextPageToken",
  "$skiptoken",
  "author",
  "authority",
  "oauth",
  "api-key-id",
  "monkey",
  "keyword",
])("a query parameter %s is no credential", (name) => {
  const endpoint = `https://h/x?a=1&${name}=v`;
  expect(judgeEndpoint(rest, endpoint)).toBe(endpoint);
});

test("an endpoint of 16384 characters is accepted, counted as characters and not as UTF-16 units", () => {
  const prefix = "https://h/";
  const longest = prefix + "😀".repeat(16384 - prefix.length);
  expect(judgeEndpoint(rest, longest)).toBe(longest);
  expect(codeOf(() => judgeEndpoint(rest, `${longest}x`))).toBe("endpoint_invalid");
});

test.each(["/sse", "sse?x=1", "../events", "//other.example.com/sse", "https://h/sse"])(
  "an sse-endpoint may be %s",
  (value) => {
    judgeUrlOption(requireConnectionType("mcp_server"), "sse-endpoint", "url-or-path", value);
  },
);

test.each(["https://h/${env:A}", "https://h/?a=x${client-env:HOME}", "https://h/${FILE:A"])(
  "an endpoint may not have a reference in it, such as %s",
  (endpoint) => {
    const error = errorOf(() => judgeEndpoint(rest, endpoint));
    expect([error.code, error.sentence.includes("reference in it")]).toEqual(["endpoint_invalid", true]);
    expect(judgeEndpoint(rest, "https://h/${x}")).toBe("https://h/${x}");
  },
);

test.each([
  ["ftp://h/sse", "option_value_invalid"],
  ["/sse events", "option_value_invalid"],
  ["/sse?token=x", "endpoint_carries_credentials"],
  ["//u:p@h/sse", "endpoint_carries_credentials"],
])("an sse-endpoint may not be %s", (value, code) => {
  const type = requireConnectionType("mcp_server");
  expect(codeOf(() => judgeUrlOption(type, "sse-endpoint", "url-or-path", value))).toBe(code);
});

test("any text is either kept byte for byte or refused without being repeated", () => {
  const part = fc.constantFrom(
    "https://",
    "jdbc:",
    "mongodb://",
    "@",
    ":",
    "/",
    "?",
    "&",
    "password=",
    "%",
    "h",
    ";",
  );
  const text = fc.array(fc.oneof(part, fc.string()), { maxLength: 12 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, fc.constantFrom(...connectionTypes), (endpoint, type) => {
      try {
        expect(judgeEndpoint(type, `${endpoint}#c4nary`)).toBe(`${endpoint}#c4nary`);
      } catch (error) {
        if (!(error instanceof KeymoorError)) throw error;
        expect(error.sentence).not.toContain("c4nary");
      }
    }),
  );
});

function codeOf(judge: () => unknown): string {
  return errorOf(judge).code;
}

function errorOf(judge: () => unknown): KeymoorError {
  try {
    judge();
  } catch (error) {
    if (error instanceof KeymoorError) return error;
    throw error;
  }
  throw new Error("It was accepted.");
}
