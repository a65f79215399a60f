import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ApplyContext, OutgoingRequest } from "../define.ts";
import { awsRegion } from "./aws-region.ts";
import { awsSigV4 } from "./aws-sig-v4.ts";

const accessKey = "AKIDEXAMPLE";
const secretKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const json = { "content-type": "application/json" };

interface Vector {
  readonly service: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly token?: string;
  readonly signedHeaders: string;
  readonly signature: string;
}

/** Made with botocore 1.44.5 (`SigV4Auth`) at the time below, with x-amz-content-sha256 among the headers. */
const vectors: Vector[] = [
  {
    service: "bedrock",
    method: "POST",
    url: "https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-v1%3A0/invoke",
    headers: json,
    body: `{"a":1}`,
    signedHeaders: "content-type;host;x-amz-content-sha256;x-amz-date",
    signature: "a434a417892746fe60c80c476662ff036b97ae4b1b35a44852473edfff374f43",
  },
  {
    service: "bedrock",
    method: "POST",
    url: "https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-v1:0/invoke",
    headers: json,
    body: `{"a":1}`,
    token: "session/token==",
    signedHeaders: "content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token",
    signature: "12824360410f7c8841e885a62ac127925098319e241e5b03346f853918186d6a",
  },
  {
    service: "sagemaker",
    method: "POST",
    url: "https://runtime.sagemaker.us-east-1.amazonaws.com/endpoints/e/invocations",
    headers: { ...json, "x-amzn-sagemaker-target-model": "m  1" },
    body: "{}",
    signedHeaders: "content-type;host;x-amz-content-sha256;x-amz-date;x-amzn-sagemaker-target-model",
    signature: "48e42114adae8fffc8625286337e6cd8ecc71b7430f5f4f5462058f251fca4c2",
  },
  {
    service: "s3vectors",
    method: "GET",
    url: "https://s3vectors.us-east-1.api.aws/tags/arn%3Aaws%3As3vectors?b=2&a=%2F%20x&a=1",
    headers: {},
    body: "",
    signedHeaders: "host;x-amz-content-sha256;x-amz-date",
    signature: "31891103f5f9976530f2607ce445ee310bf95536121feb218c0e772d4813225d",
  },
  {
    service: "s3vectors",
    method: "POST",
    url: "http://127.0.0.1:4566/ListVectorBuckets",
    headers: json,
    body: "{}",
    signedHeaders: "content-type;host;x-amz-content-sha256;x-amz-date",
    signature: "f523b4dec68469e16aa41fb5ecf665bf1206888bedb0a18d68ff59f4ea6ec165",
  },
];

test.each(vectors)("$method $url is signed as botocore signs it", async (vector) => {
  const sent = await sign(vector);
  expect(sent.headers.get("authorization")).toBe(
    `AWS4-HMAC-SHA256 Credential=${accessKey}/20261120/us-east-1/${vector.service}/aws4_request, ` +
      `SignedHeaders=${vector.signedHeaders}, Signature=${vector.signature}`,
  );
  expect(sent.headers.get("x-amz-date")).toBe("20261120T110000Z");
  expect(sent.headers.get("x-amz-security-token")).toBe(vector.token);
});

test("headers that a client or proxy may change on the way are not signed", async () => {
  const [vector] = vectors;
  if (vector === undefined) throw new Error("There are vectors.");
  const others = { accept: "*/*", "user-agent": "x", "content-length": "7", "accept-encoding": "gzip" };
  const sent = await sign({ ...vector, headers: { ...vector.headers, ...others } });
  expect(sent.headers.get("authorization")).toContain(vector.signature);
  expect(sent.headers.get("accept")).toBe("*/*");
});

test("a body hash that the caller claims is not believed", async () => {
  const [vector] = vectors;
  if (vector === undefined) throw new Error("There are vectors.");
  const headers = { ...vector.headers, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };
  const sent = await sign({ ...vector, headers });
  expect(sent.headers.get("authorization")).toContain(vector.signature);
  expect(sent.headers.get("x-amz-content-sha256")).toMatch(/^[0-9a-f]{64}$/);
});

test("the query goes out in the encoding that was signed", async () => {
  const url = "https://s3vectors.us-east-1.api.aws/x?q=a+b&flag&eq=1=2&star=*&enc=%2f&__proto__=1";
  const sent = await sign({ ...base, url });
  expect(sent.url.search).toBe("?q=a%20b&flag=&eq=1%3D2&star=%2A&enc=%2F&__proto__=1");
  const again = await sign({ ...base, url: sent.url.href });
  expect(again.headers.get("authorization")).toBe(sent.headers.get("authorization"));
});

test("a rewritten query means what the given one meant", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }))),
      async (pairs) => {
        const query = new URLSearchParams(pairs);
        const sent = await sign({ ...base, url: `https://h.example.com/x?${query}` });
        expect([...sent.url.searchParams]).toEqual([...query]);
        expect(sent.url.search).toMatch(/^(\?[A-Za-z0-9\-._~%=&]*)?$/);
      },
    ),
    { numRuns: 50 },
  );
});

test("a query that is no UTF-8 is refused", async () => {
  await expect(sign({ ...base, url: "https://h.example.com/x?a=%ff" })).rejects.toThrow(/percent-encoded/);
});

describe("the region of an AWS host", () => {
  test.each([
    ["bedrock-runtime.us-east-1.amazonaws.com", "us-east-1"],
    ["bedrock-runtime-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1"],
    ["Runtime.SageMaker.EU-West-1.amazonaws.com.", "eu-west-1"],
    ["vpce-0a1-b2.bedrock-runtime.ap-southeast-2.vpce.amazonaws.com", "ap-southeast-2"],
    ["s3vectors.eu-central-1.api.aws", "eu-central-1"],
    ["runtime.sagemaker.cn-north-1.amazonaws.com.cn", "cn-north-1"],
    ["bedrock-runtime.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"],
    ["s3.amazonaws.com", undefined],
    ["us-east-1.example.com", undefined],
    ["us-east-1.evilamazonaws.com", undefined],
    ["127.0.0.1", undefined],
  ])("%s is %s", (host, region) => {
    expect(awsRegion(host)).toBe(region);
  });
});

const base = { service: "s3vectors", method: "GET", headers: {}, body: "" };

async function sign(
  request: Pick<Vector, "service" | "method" | "url" | "headers" | "body"> & { readonly token?: string },
): Promise<OutgoingRequest> {
  const context: ApplyContext = {
    region: "us-east-1",
    service: request.service,
    now: new Date("2026-11-20T11:00:00Z"),
    token: () => Promise.reject(new Error("No token is needed.")),
  };
  const outgoing: OutgoingRequest = {
    method: request.method,
    url: new URL(request.url),
    headers: new Map(Object.entries(request.headers)),
    body: Buffer.from(request.body),
  };
  const values = {
    "aws-access-key": accessKey,
    "aws-secret-key": secretKey,
    "aws-session-token": request.token ?? "",
  };
  const sent = await awsSigV4().apply?.(outgoing, values, context);
  if (sent === undefined) throw new Error("Nothing was signed.");
  return sent;
}
