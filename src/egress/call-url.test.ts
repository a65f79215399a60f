import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CallPaths } from "../connections/define.ts";
import { callUrl } from "./call-url.ts";

const below: CallPaths = { kind: "below" };
const only: CallPaths = { kind: "endpoint" };
const openai: CallPaths = {
  kind: "operations",
  operations: ["/chat/completions", "/completions", "/embeddings", "/models"],
};

function go(endpoint: string, paths: CallPaths, morePath = "", query = ""): string {
  return callUrl(endpoint, paths, { morePath, query }).href;
}

describe("a call without more path", () => {
  test.each([
    "https://h/v1/chat/completions",
    "https://h/v1/",
    "https://h//v1//messages",
    "https://h/model/a%3A0/invoke?x=1&y=%2F",
    "http://h:8080/",
  ])("goes to %s exactly as stored", (endpoint) => {
    for (const paths of [below, only, openai]) expect(go(endpoint, paths)).toBe(endpoint);
  });
});

describe("more path", () => {
  test.each([
    ["https://h", "/a", "https://h/a"],
    ["https://h/", "/a", "https://h/a"],
    ["https://h/api", "/a/b", "https://h/api/a/b"],
    ["https://h/api/", "/a/", "https://h/api/a/"],
    ["https://h/api//", "//a", "https://h/api/a"],
    ["https://h/api", "/", "https://h/api/"],
    ["https://h/api?v=1", "/a", "https://h/api/a?v=1"],
  ])("%s and %s are joined with exactly one slash", (endpoint, morePath, expected) => {
    expect(go(endpoint, below, morePath)).toBe(expected);
  });

  test.each([
    ["/model/anthropic.claude%3A0/invoke", "/model/anthropic.claude%3A0/invoke"],
    ["/a%20b", "/a%20b"],
    ["/a:b", "/a:b"],
    ["/a%00b", "/a%00b"],
    ["/...", "/..."],
    ["/.well-known/agent.json", "/.well-known/agent.json"],
    ["/a..b/c.", "/a..b/c."],
    ["/a%2520b%253A", "/a%2520b%253A"],
    ["/100%", "/100%"],
    ["/%e6%97%a5%2e", "/%e6%97%a5%2e"],
    ["/.%20.x", "/.%20.x"],
    ["/%c0%afa", "/%c0%afa"],
    ["/a#b", "/a%23b"],
    ["/a\\b", "/a%5Cb"],
    ["/\xe9", "/%E9"],
  ])("%s keeps its bytes", (morePath, expected) => {
    expect(go("https://h/api", below, morePath)).toBe(`https://h/api${expected}`);
  });

  test.each([
    "/..",
    "/.",
    "/a/../b",
    "/a/./b",
    "/%2e%2e/x",
    "/.%2E/x",
    "/%2e",
    "/a%2f..%2fb",
    "/a%2F%2e%2e",
    "/..%5cx",
    "/a\\..\\b",
    "/..;x=1/a",
    "/..%3Bx/a",
    "/a/..",
    "/%252e%252e/x",
    "/%25252e%2e",
    "/%%32e%%32e/x",
    "/a%252f..%255cb",
    "/..%20",
    "/..%09/x",
    "/%20..",
    "/.%20./x",
    "/.%00.",
    "/..%00.json",
    "/%7f..",
    "/..%253Bx",
    "/..%3fx",
    "/..%23x",
    "/..#x",
    "/%c0%ae%c0%ae/x",
    "/%C0%AE.",
    "/%e0%80%ae%f0%80%80%ae",
    "/%f8%80%80%80%ae.",
    "/a%c0%af..%e0%80%afb",
    "/a%c1%9c..",
    "/..%c0%2fx",
    "/%c0%2e%c0%2e/x",
    "/%25c0%25ae.",
    "/%c0%a52e.",
    "/%u002e%u002e/x",
    "/\xc0\xae.",
  ])("%s is refused: it has a dot segment", (morePath) => {
    for (const paths of [below, only, openai]) {
      expect(() => go("https://h/api", paths, morePath)).toThrow(
        expect.objectContaining({ code: "call_path_invalid" }),
      );
    }
  });

  test("a path that is encoded over and over is refused", () => {
    const nested = (times: number) => `/%${"25".repeat(times)}41`;
    expect(go("https://h/api", below, nested(5))).toBe(`https://h/api${nested(5)}`);
    for (const times of [7, 4000]) {
      expect(() => go("https://h/api", below, nested(times))).toThrow(
        expect.objectContaining({ code: "call_path_invalid" }),
      );
    }
  });

  test("a path that passes never leaves the endpoint", () => {
    const piece = fc.constantFrom(
      "/",
      "\\",
      "%2f",
      "%5C",
      ".",
      "..",
      "%2e",
      "%2E%2e",
      "%25",
      "%252e",
      "%c0%ae",
      "%20",
      "%00",
      ";",
      "a",
      "%",
      "?",
      "#",
      "\t",
      "@",
      ":",
      "//",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const morePath = `/${pieces.join("").replaceAll("?", "")}`;
        let url: URL;
        try {
          url = callUrl("https://h/api/v1", below, { morePath, query: "" });
        } catch {
          return;
        }
        expect(url.origin).toBe("https://h");
        expect(url.pathname.startsWith("/api/v1/")).toBe(true);
        // Nor does it in the eyes of a gateway that decodes it once more, and once more.
        for (let path = url.pathname, before = ""; path !== before; ) {
          expect(new URL(path, "https://h").pathname.startsWith("/api/v1/")).toBe(true);
          before = path;
          path = path.replace(/%[0-7][0-9a-f]/gi, decodeURIComponent);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("a type that takes the endpoint only", () => {
  test("refuses more path and says so", () => {
    expect(() => go("https://h/score", only, "/other")).toThrow("does not take");
    expect(go("https://h/score", only, "/")).toBe("https://h/score");
  });

  test("passes a query on", () => {
    expect(go("https://h/score", only, "", "alt=sse")).toBe("https://h/score?alt=sse");
  });
});

describe("a type with operations", () => {
  test.each([
    ["https://h/v1/chat/completions", "/chat/completions", "https://h/v1/chat/completions"],
    ["https://h/v1/chat/completions", "/embeddings", "https://h/v1/embeddings"],
    ["https://h/v1/chat/completions/", "/models", "https://h/v1/models"],
    ["https://h/v1/completions", "/chat/completions", "https://h/v1/chat/completions"],
    ["https://h//embeddings", "/models", "https://h/models"],
    ["https://h/v1", "/models", "https://h/v1/models"],
    ["https://h/d/chat/completions?api-version=1", "/embeddings", "https://h/d/embeddings?api-version=1"],
  ])("%s called with %s goes to %s", (endpoint, morePath, expected) => {
    expect(go(endpoint, openai, morePath)).toBe(expected);
  });

  test.each(["/chat", "/files", "/chat/completions/x", "/chat%2Fcompletions", "//models", "/models/"])(
    "%s is refused, naming the operations",
    (morePath) => {
      expect(() => go("https://h/v1/chat/completions", openai, morePath)).toThrow(
        expect.objectContaining({
          code: "call_path_invalid",
          details: { hint: "Operations: /chat/completions, /completions, /embeddings, /models." },
        }),
      );
    },
  );
});

describe("the query", () => {
  test("the endpoint's parameters come first, the caller's keep their bytes", () => {
    expect(go("https://h/a?api-version=2024&x", below, "/b", "q=%2F+a&q=2&empty=")).toBe(
      "https://h/a/b?api-version=2024&x&q=%2F+a&q=2&empty=",
    );
    expect(go("https://h/a", below, "", "q=a#b\xe9")).toBe("https://h/a?q=a%23b%E9");
  });

  test.each(["api-version=1", "q=1&api-version", "API-Version=1", "api%2Dversion=1"])(
    "%s is refused: the endpoint sets it",
    (query) => {
      expect(() => go("https://h/a?api-version=2024", below, "", query)).toThrow(
        expect.objectContaining({ code: "call_path_invalid" }),
      );
    },
  );
});

test("an endpoint that is not HTTP cannot be called", () => {
  const code = (act: () => unknown) =>
    expect(act).toThrow(expect.objectContaining({ code: "call_not_possible" }));
  code(() => go("mongodb://h/db", below));
  code(() => go("jdbc:postgresql://h/db", below));
  code(() => go("https://h/", { kind: "none", because: "A database is reached by its driver." }));
});
