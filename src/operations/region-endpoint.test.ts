import { expect, it } from "vitest";
import { isHostOf } from "./region-endpoint.ts";

it.each([
  ["https://eu.example.com", "eu.example.com", true],
  ["https://eu.example.com", "EU.Example.com", true],
  ["https://eu.example.com", "eu.example.com:443", true],
  ["https://eu.example.com", "eu.example.com:80", false],
  ["http://eu.example.com", "eu.example.com:80", true],
  ["http://localhost:8091", "localhost:8091", true],
  ["http://localhost:8091", "localhost", false],
  ["http://localhost:8091", "localhost:8090", false],
  ["http://[::1]:8091", "[::1]:8091", true],
  ["https://eu.example.com", "us.example.com", false],
  ["https://eu.example.com", "", false],
])("a request to %s may say %s of its host: %s", (origin, host, is) => {
  expect(isHostOf(origin, host)).toBe(is);
});
