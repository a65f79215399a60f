import { describe, expect, test } from "vitest";
import { answerHeaders, headerMap, travellingHeaders } from "./call-headers.ts";

describe("inwards", () => {
  test("end-to-end headers travel in their order and spelling, duplicates too", () => {
    const lines = [
      "Accept",
      "a",
      "X-Tag",
      "1",
      "Content-Type",
      "text/plain",
      "x-tag",
      "2",
      "User-Agent",
      "sdk/1",
    ];
    expect(travellingHeaders(lines, new Set())).toEqual(lines);
  });

  test.each([
    "Cookie",
    "Authorization",
    "Proxy-Authorization",
    "Proxy-Connection",
    "Forwarded",
    "Confluent-Identity-Pool-Id",
    "X-Forwarded-For",
    "X-Forwarded-Proto",
    "X-Original-URL",
    "X-Rewrite-URL",
    "X-Original-Host",
    "X-Host",
    "X-Real-IP",
    "True-Client-IP",
    "Host",
    "Connection",
    "Keep-Alive",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
    "Expect",
    "Keymoor-Region",
    "X-Api-Key",
  ])("%s stays behind", (name) => {
    expect(travellingHeaders([name, "x", "Accept", "a"], new Set(["x-api-key"]))).toEqual(["Accept", "a"]);
  });

  test("a method override travels: it is a feature of APIs", () => {
    const lines = ["X-HTTP-Method-Override", "PATCH"];
    expect(travellingHeaders(lines, new Set())).toEqual(lines);
  });

  test("headers that Connection names stay behind", () => {
    const lines = ["X-Hop", "1", "Connection", "close, x-hop", "X-End", "2", "connection", " X-Other "];
    expect(travellingHeaders([...lines, "x-other", "3"], new Set())).toEqual(["X-End", "2"]);
  });
});

describe("outwards", () => {
  const added = [
    ["content-security-policy", "sandbox"],
    ["x-content-type-options", "nosniff"],
    ["keymoor-answer", "upstream"],
  ];

  test("an answer's headers are handed on, duplicates too, and ours are added", () => {
    const lines = [
      "Content-Type",
      "application/json",
      "Link",
      "<a>",
      "Link",
      "<b>",
      "WWW-Authenticate",
      "Basic",
    ];
    expect(answerHeaders(lines)).toEqual([
      ["Content-Type", "application/json"],
      ["Link", "<a>"],
      ["Link", "<b>"],
      ["WWW-Authenticate", "Basic"],
      ...added,
    ]);
  });

  test.each([
    "Set-Cookie",
    "Access-Control-Allow-Origin",
    "Strict-Transport-Security",
    "Clear-Site-Data",
    "Alt-Svc",
    "Service-Worker-Allowed",
    "Refresh",
    "Connection",
    "Keep-Alive",
    "Transfer-Encoding",
    "Trailer",
    "Upgrade",
    "Proxy-Authenticate",
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "Keymoor-Answer",
  ])("a service's %s is not", (name) => {
    expect(answerHeaders([name, "x"])).toEqual(added);
  });

  test("nor is what its Connection header names", () => {
    expect(answerHeaders(["Connection", "X-Hop", "X-Hop", "1"])).toEqual(added);
  });
});

test("several headers of one name are one value to an auth method", () => {
  expect(headerMap(["A", "1", "b", "2", "a", "3"])).toEqual(
    new Map([
      ["a", "1, 3"],
      ["b", "2"],
    ]),
  );
});
