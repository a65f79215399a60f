import { expect, test } from "vitest";
import { originOf, parseListener } from "./listen.ts";

test("an origin is one that a browser of the machine can open", () => {
  expect(originOf("http", { host: "127.0.0.1", port: 8090 })).toBe("http://127.0.0.1:8090");
  expect(originOf("http", { host: "::1", port: 8090 })).toBe("http://[::1]:8090");
  expect(originOf("https", { host: "0.0.0.0", port: 443 })).toBe("https://localhost");
});

test("a region's listener may be an IPv6 address in brackets", () => {
  expect(parseListener("[::1]:8091")).toEqual({ host: "::1", port: 8091 });
  expect(parseListener("localhost:8091")).toEqual({ host: "localhost", port: 8091 });
});
