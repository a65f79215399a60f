import { expect, test } from "vitest";
import { KeymoorError } from "../../errors.ts";
import type { OutgoingRequest } from "../define.ts";
import { cosmosKey, resourceOf } from "./cosmos-key.ts";

test("the signature is the one of Microsoft's own example", () => {
  const key = "dsZQi3KtZmCv1ljt3VNWNm7sQUF1y5rJfC6kv5JiwvW0EndXdDku/dkKBp8/ufDToSxLzR4y+O/0H/t4bQtVNw==";
  const sent = apply("https://account.documents.azure.com:443/dbs/ToDoList", key, "2017-04-27T00:51:12Z");
  expect(sent.headers.get("authorization")).toBe(
    "type%3Dmaster%26ver%3D1.0%26sig%3Dc09PEVJrgp2uQRkr934kFbTqhByc7TVr3OHyqlu%2Bc%2Bc%3D",
  );
  expect(sent.headers.get("x-ms-date")).toBe("Thu, 27 Apr 2017 00:51:12 GMT");
});

test.each([
  ["/", "", ""],
  ["/dbs", "dbs", ""],
  ["/dbs/", "dbs", ""],
  ["/dbs/MyDb", "dbs", "dbs/MyDb"],
  ["/dbs/MyDb/colls", "colls", "dbs/MyDb"],
  ["/dbs/MyDb/colls/MyColl/docs", "docs", "dbs/MyDb/colls/MyColl"],
  ["/dbs/MyDb/colls/MyColl/docs/Doc%201", "docs", "dbs/MyDb/colls/MyColl/docs/Doc 1"],
  ["/dbs/MyDb/colls/MyColl/sprocs/Sp", "sprocs", "dbs/MyDb/colls/MyColl/sprocs/Sp"],
  ["/dbs/MyDb/colls/MyColl/pkranges", "pkranges", "dbs/MyDb/colls/MyColl"],
  ["/dbs/dbs/colls/dbs", "colls", "dbs/dbs/colls/dbs"],
  ["/offers", "offers", ""],
  ["/offers/AbC1", "offers", "abc1"],
  ["/proxy/dbs/MyDb", "dbs", "dbs/MyDb"],
  ["/dbs/%zz", "dbs", "dbs/%zz"],
])("%s is about type %j and link %j", (path, type, link) => {
  expect(resourceOf(path)).toEqual({ type, link });
});

test.each(["", "not base64!", "YWJj\n", "YWJ", "==="])(
  "a key %j is said to be unusable at the call",
  (key) => {
    try {
      apply("https://account.documents.azure.com/dbs", key, "2026-11-20T11:00:00Z");
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof KeymoorError)) throw error;
      expect(error.code).toBe("call_not_possible");
      expect(error.sentence).not.toContain(key || "\0");
    }
  },
);

function apply(url: string, key: string, now: string): OutgoingRequest {
  const request = { method: "GET", url: new URL(url), headers: new Map<string, string>() };
  const sent = cosmosKey().apply?.(
    request,
    { "api-key": key },
    {
      region: "us-east-1",
      service: undefined,
      now: new Date(now),
      token: () => Promise.reject(new Error("No token is needed.")),
    },
  );
  if (sent === undefined || sent instanceof Promise) throw new Error("It is signed at once.");
  return sent;
}
