import { spawnSync } from "node:child_process";
import { afterEach, describe, expect, test } from "vitest";
import { createAddressPolicy } from "../../src/egress/address-policy.ts";
import { createEgress } from "../../src/egress/egress.ts";
import { postOf } from "../../src/egress/fixtures/calls.ts";
import { type Recorded, startRecorder } from "../../src/egress/fixtures/service.ts";
import { expectedSignature, parseAuthorization } from "./aws-signature.ts";
import { callWith, connectionOf, readText, typeAndMethod } from "./call-type.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const key = { id: "AKIDEXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };

interface Case {
  readonly type: string;
  readonly host: string;
  readonly path: string;
  readonly morePath?: string;
  readonly query?: string;
  readonly method?: string;
  readonly body?: string;
  readonly sessionToken?: string;
  readonly rawHeaders?: readonly string[];
  /** Region and service of the signature. */
  readonly scope: string;
}

const cases: readonly Case[] = [
  {
    type: "bedrock",
    host: "bedrock-runtime.eu-west-1.amazonaws.com",
    path: "/model/anthropic.claude-3-haiku%3A0/invoke",
    body: '{"prompt":"ünïcode"}',
    scope: "eu-west-1/bedrock",
  },
  {
    type: "bedrock",
    host: "proxy.example",
    path: "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fx/invoke",
    sessionToken: "token/with+signs==",
    scope: "us-east-1/bedrock",
  },
  {
    type: "sagemaker",
    host: "runtime.sagemaker.us-gov-west-1.amazonaws.com",
    path: "/endpoints/my-endpoint/invocations",
    body: "1,2,3",
    rawHeaders: [
      ...[
        "Content-Type",
        "text/csv",
        "X-Amzn-SageMaker-Target-Variant",
        "  a   b ",
        "X-Amz-Tag",
        "1",
        "x-amz-tag",
        "2",
      ],
      ...["Accept", "text/csv", "X-Other", "unsigned"],
    ],
    scope: "us-gov-west-1/sagemaker",
  },
  {
    type: "s3vectors",
    host: "s3vectors.us-west-2.api.aws",
    path: "/",
    morePath: "/QueryVectors/a%20b/%C3%A9(~_.)",
    query: "b=2&a=x%20y&a=%2B+z&empty&q='*!",
    method: "POST",
    scope: "us-west-2/s3vectors",
  },
  {
    type: "s3vectors",
    host: "s3vectors.us-west-2.api.aws",
    path: "/",
    method: "GET",
    scope: "us-west-2/s3vectors",
  },
];

/** Calls the host, which lives on this machine, and returns the request as it came in. */
async function requestOf(one: Case): Promise<Recorded> {
  const service = await startRecorder();
  closing.push(() => service.close());
  const lookup = async () => [{ address: "127.0.0.1", family: 4 }];
  const policy = createAddressPolicy({ allow: ["127.0.0.1"], allowPrivate: false, own: () => [], lookup });
  const egress = createEgress({ policy, ca: undefined });
  closing.push(() => egress.close());
  const { type, method } = typeAndMethod(one.type, "aws_sigv4");
  const target = connectionOf(type, method, `http://${one.host}:${service.port}${one.path}`, {
    "aws-access-key": key.id,
    "aws-secret-key": key.secret,
    ...(one.sessionToken === undefined ? {} : { "aws-session-token": one.sessionToken }),
  });
  const { body = "", morePath = "", query = "", rawHeaders = [] } = one;
  const incoming = body === "" ? {} : postOf([body.slice(0, 3), body.slice(3)]);
  const more = { ...incoming, method: one.method ?? "POST", morePath, query, rawHeaders };
  const answer = await callWith(egress, target, more);
  expect(await readText(answer.body)).toBe("ok");
  const [request] = service.requests;
  return request ?? expect.unreachable();
}

describe.each(
  cases.map((one) => [`${one.type} ${one.method ?? "POST"} ${one.host}${one.path}`, one] as const),
)("%s", (_name, one) => {
  test("is signed as AWS specifies, for the host's region and the type's service", async () => {
    const request = await requestOf(one);
    const { expected, signature, scope } = expectedSignature(request, key);
    expect(signature).toBe(expected);
    expect(scope).toMatch(new RegExp(`^\\d{8}/${one.scope}/aws4_request$`));
    expect(request.headers["x-amz-security-token"]).toBe(one.sessionToken);
    expect(request.body).toBe(one.body ?? "");
  });

  test("has the signature that botocore computes", async (context) => {
    const why = whyNoBotocore();
    if (why !== undefined) context.skip(why);
    const request = await requestOf(one);
    const { scope, signedHeaders, signature } = parseAuthorization(request.headers.authorization ?? "");
    const [, region, service] = scope.split("/");
    const input = {
      ...key,
      ...{ region, service, sessionToken: one.sessionToken ?? null },
      ...{ method: request.method, url: `http://${request.headers.host}${request.url}`, body: request.body },
      headers: signedHeaders.map((name) => [name, request.headers[name]]),
      timestamp: request.headers["x-amz-date"],
    };
    const python = spawnSync("python3", ["-c", botocore], { input: JSON.stringify(input), encoding: "utf8" });
    expect(python.stderr).toBe("");
    expect(python.stdout.trim()).toBe(signature);
  });
});

function whyNoBotocore(): string | undefined {
  const python = spawnSync("python3", ["-c", "import botocore.auth"], { encoding: "utf8" });
  if (python.error !== undefined) return "python3 is not installed";
  return python.status === 0 ? undefined : "python3 has no botocore";
}

/** The signature by AWS's own library over the same request, at the same second. */
const botocore = `
import json, sys
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
given = json.load(sys.stdin)
auth = SigV4Auth(Credentials(given["id"], given["secret"], given["sessionToken"]), given["service"], given["region"])
request = AWSRequest(method=given["method"], url=given["url"], data=given["body"].encode())
for name, value in given["headers"]:
    request.headers[name] = value
request.context["timestamp"] = given["timestamp"]
print(auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request))
`;
