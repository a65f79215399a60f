import fc from "fast-check";
import { expect, test } from "vitest";
import { parseMongodbUrl } from "./mongodb-url.ts";

function summary(url: string): string {
  const parsed = parseMongodbUrl(url);
  if (parsed.status !== "parsed") return parsed.status;
  const { seed, database, tls, authSource, authMechanism, replicaSet } = parsed;
  const places =
    seed.kind === "srv"
      ? `_${seed.service}.${seed.name}`
      : seed.hosts.map(({ host, port }) => `${host}|${port}`).join(" ");
  return [places, database, tls, authSource, authMechanism, replicaSet].map((part) => part ?? "-").join(" ");
}

test.each([
  ["mongodb://h", "h|27017 - disable - - -"],
  ["mongodb://h1:1,h2,[::1]:3/db", "h1|1 h2|27017 ::1|3 db disable - - -"],
  ["mongodb://h/db?tls=true&authSource=other&replicaSet=rs0", "h|27017 db verify-full other - rs0"],
  ["mongodb://h/?SSL=true&tlsAllowInvalidHostnames=true", "h|27017 - verify-ca - - -"],
  ["mongodb://h/?tls=true&tlsInsecure=true&authmechanism=scram-sha-1", "h|27017 - require - SCRAM-SHA-1 -"],
  ["mongodb+srv://cluster0.abcde.mongodb.net/db", "_mongodb.cluster0.abcde.mongodb.net db verify-full - - -"],
  ["mongodb+srv://c.example.com/?tls=false&srvServiceName=custom", "_custom.c.example.com - disable - - -"],
  ["mongodb+srv://c.example.com/a%2Fb", "_mongodb.c.example.com a/b verify-full - - -"],
])("%s", (url, expected) => {
  expect(summary(url)).toBe(expected);
});

test.each([
  "mongodb:h",
  "mongodb://",
  "mongodb:///db",
  "mongodb://h1,,h2",
  "mongodb://%2Ftmp%2Fmongodb-27017.sock/db",
  "mongodb://127.1/db",
  "mongodb+srv://h:27017/db",
  "mongodb+srv://h1.example.com,h2.example.com/db",
  "mongodb+srv://10.0.0.1/db",
  "mongodb+srv://c.example.com/?srvServiceName=a.b",
  "https://h/db",
  "",
])("%s is of no use", (url) => {
  expect(parseMongodbUrl(url)).toEqual({ status: "unusable", reason: expect.stringMatching(/mongodb/i) });
});

test("every text has an answer", () => {
  const piece = fc.oneof(
    fc.constantFrom(..."/:@?&=,[]%#.".split(""), "host", "[::1]", "27017", "tls=true", "%zz", "%2F"),
    fc.string({ unit: "binary", maxLength: 8 }),
  );
  fc.assert(
    fc.property(
      fc.constantFrom("", "mongodb:", "mongodb://", "mongodb+srv://"),
      fc.array(piece, { maxLength: 12 }),
      (scheme, pieces) => {
        const parsed = parseMongodbUrl(scheme + pieces.join(""));
        if (parsed.status !== "parsed") return parsed.reason.length > 0;
        const { seed } = parsed;
        return seed.kind === "srv"
          ? /^[\w.-]+$/.test(seed.name)
          : seed.hosts.length > 0 && seed.hosts.every(({ host }) => /^[\w.:-]+$/.test(host));
      },
    ),
    { numRuns: 2000 },
  );
});
