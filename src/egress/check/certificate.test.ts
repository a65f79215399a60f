import type { DetailedPeerCertificate } from "node:tls";
import { expect, test } from "vitest";
import { certificateDetail, firstToExpire } from "./certificate.ts";

const place = { host: "db.example", port: 443 };
const until = (valid_to: string) => ({ valid_to }) as DetailedPeerCertificate;

test("a date that cannot be read is passed over", () => {
  const odd = until("Bad time value");
  expect(firstToExpire([odd, until("Feb  1 00:00:00 2020 GMT")], undefined)).toEqual(new Date("2020-02-01"));
  expect(firstToExpire([odd], undefined)).toBeUndefined();
  expect(firstToExpire([], new Date())).toBeUndefined();
  expect(certificateDetail("CERT_HAS_EXPIRED", [odd], place)).toBe("Certificate expired: db.example");
  expect(certificateDetail("CERT_HAS_EXPIRED", [odd, until("Feb  1 00:00:00 2020 GMT")], place)).toBe(
    "Certificate expired on 2020-02-01: db.example",
  );
});
