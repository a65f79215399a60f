import { createHmac, createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { afterEach, describe, expect, test } from "vitest";
import type { AuthMethod, ConnectionType } from "../../src/connections/define.ts";
import { connectionTypes } from "../../src/connections/types/index.ts";
import { localEgress, postOf } from "../../src/egress/fixtures/calls.ts";
import { type Recorded, type Service, startRecorder } from "../../src/egress/fixtures/service.ts";
import { expectedSignature } from "./aws-signature.ts";
import { callWith, connectionOf, readText } from "./call-type.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const now = new Date("2026-03-04T05:06:07Z");
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** A service with a token endpoint at /token that hands out one token. */
async function start(): Promise<Service> {
  const service = await startRecorder(({ url }, response) =>
    response.end(
      url === "/token" ? '{"access_token":"ya29.token","token_type":"Bearer","expires_in":3600}' : "ok",
    ),
  );
  closing.push(() => service.close());
  return service;
}

/** Values for every field of every method. */
function valuesOf(origin: string, method: AuthMethod): Record<string, string> {
  const all: Record<string, string> = {
    "api-key":
      method.name === "cosmos_key"
        ? Buffer.from("account key 0123456789").toString("base64")
        : "key-0123456789",
    username: "ada",
    password: "pässword:1",
    token: "token-0123456789",
    "token-endpoint": `${origin}/token`,
    "client-id": "client",
    "client-secret": "client-secret-0123",
    scope: "read write",
    "aws-access-key": "AKIDEXAMPLE",
    "aws-secret-key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    "aws-session-token": "session/token+0123456789==",
    "service-key": JSON.stringify({
      type: "service_account",
      client_email: "sa@project.iam.gserviceaccount.com",
      private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
      private_key_id: "key-1",
      token_uri: `${origin}/token`,
    }),
  };
  return Object.fromEntries(Object.entries(all).filter(([name]) => method.fields[name] !== undefined));
}

/** The credential headers of each type and way to authenticate, as the vendors' pages have them (`source` in each type). */
const basicAuth = `Basic ${Buffer.from("ada:pässword:1").toString("base64")}`;
const generic = {
  api_key: { "x-api-key": "key-0123456789" },
  basic: { authorization: basicAuth },
  bearer: { authorization: "Bearer token-0123456789" },
  oauth2_client_credentials: { authorization: "Bearer ya29.token" },
};
const { api_key: _, ...rest } = generic;
const sigV4 = { aws_sigv4: "signed" } as const;
const driver = { driver_login: "driver" } as const;
type Expected = Readonly<Record<string, Readonly<Record<string, string>> | "signed" | "driver">>;

const expectedHeaders: Readonly<Record<string, Expected>> = {
  openai: { api_key: { authorization: "Bearer key-0123456789" } },
  anthropic: { api_key: { "x-api-key": "key-0123456789", "anthropic-version": "2023-06-01" } },
  azureopenai: { api_key: { "api-key": "key-0123456789" } },
  azureml: { api_key: { authorization: "Bearer key-0123456789" } },
  googleai: { api_key: { "x-goog-api-key": "key-0123456789" } },
  vertexai: { google_service_account: { authorization: "Bearer ya29.token" } },
  bedrock: sigV4,
  sagemaker: sigV4,
  fireworksai: { api_key: { authorization: "Bearer key-0123456789" } },
  mongodb: driver,
  elastic: { api_key: { authorization: "ApiKey key-0123456789" }, basic: { authorization: basicAuth } },
  pinecone: { api_key: { "api-key": "key-0123456789" } },
  couchbase: driver,
  cosmosdb: { cosmos_key: "signed" },
  s3vectors: sigV4,
  confluent_jdbc: driver,
  rest,
  mcp_server: generic,
  a2a: generic,
};

test("every type and every way to authenticate has its expected bytes here", () => {
  const names = connectionTypes.map(({ name, auth }) => [name, auth.map((method) => method.name)]);
  expect(names).toEqual(connectionTypes.map(({ name }) => [name, Object.keys(expectedHeaders[name] ?? {})]));
});

const pathOf = (type: ConnectionType): string => {
  const { pathname, search } = new URL(type.endpoint.example);
  return pathname + search;
};
/** Header names in lower case, in the order they came, without the ones that every request has. */
const extraHeaders = ({ rawHeaders }: Recorded): Record<string, string> => {
  const lines: [string, string][] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) lines.push([rawHeaders[i] ?? "", rawHeaders[i + 1] ?? ""]);
  const everyone = ["host", "connection", "content-type", "content-length", "accept-encoding"];
  return Object.fromEntries(lines.filter(([name]) => !everyone.includes(name.toLowerCase())));
};

describe.each(connectionTypes.map((type) => [type.name, type] as const))("%s", (_name, type) => {
  test.each(type.auth.map((method) => [method.name, method] as const))(
    "sends %s as its service reads it",
    async (name, method) => {
      const service = await start();
      const egress = localEgress({ now: () => now });
      closing.push(() => egress.close());
      const expected = expectedHeaders[type.name]?.[name];
      const values: Record<string, string> = {
        ...valuesOf(service.origin, method),
        "transport-type": "STREAMABLE_HTTP",
      };
      if (expected === "driver") {
        const target = connectionOf(type, method, type.endpoint.example, values);
        await expect(callWith(egress, target)).rejects.toMatchObject({ code: "call_not_possible" });
        expect(service.requests).toEqual([]);
        return;
      }

      const target = connectionOf(type, method, service.origin + pathOf(type), values);
      const answer = await callWith(
        egress,
        target,
        postOf(['{"input":"é"}'], {
          rawHeaders: [
            ...["Content-Type", "application/json", "Content-Length", "14", "Accept-Encoding", "gzip"],
            // A caller's own spelling of what the method sets must not survive.
            ...method.sets.flatMap((header) => [header.toUpperCase(), "from the caller"]),
          ],
        }),
      );
      expect([answer.status, await readText(answer.body)]).toEqual([200, "ok"]);
      const request = service.requests.at(-1);
      if (request === undefined) return expect.unreachable();
      expect([request.method, request.url, request.body]).toEqual(["POST", pathOf(type), '{"input":"é"}']);
      expect(request.headers.host).toBe(new URL(service.origin).host);
      // The answer is searched for the secret, so it has to come as it is.
      expect(request.headers["accept-encoding"]).toBe("identity");

      const headers = extraHeaders(request);
      const set = Object.keys(headers).filter((header) => type.defaultHeaders?.[header] === undefined);
      expect(method.sets).toEqual(expect.arrayContaining(set));
      if (name === "aws_sigv4") checkSigV4(request, type);
      else if (name === "cosmos_key") checkCosmos(request, headers, values["api-key"] ?? "");
      else expect(headers).toEqual(expected);
    },
  );
});

function checkSigV4(request: Recorded, type: ConnectionType): void {
  const { expected, signature, scope, signedHeaders } = expectedSignature(request, {
    id: "AKIDEXAMPLE",
    secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  });
  expect(scope).toBe(`20260304/us-east-1/${type.signingService}/aws4_request`);
  expect(signature).toBe(expected);
  expect(signedHeaders).toEqual(expect.arrayContaining(["host", "x-amz-date", "x-amz-security-token"]));
  expect(request.headers["x-amz-security-token"]).toBe("session/token+0123456789==");
}

/** https://learn.microsoft.com/rest/api/cosmos-db/access-control-on-cosmosdb-resources, for the account itself. */
function checkCosmos(request: Recorded, headers: Record<string, string>, key: string): void {
  const date = "Wed, 04 Mar 2026 05:06:07 GMT";
  const text = `post\n\n\n${date.toLowerCase()}\n\n`;
  const signature = createHmac("sha256", Buffer.from(key, "base64")).update(text).digest("base64");
  expect(request.url).toBe("/");
  expect(headers).toEqual({
    "x-ms-version": "2018-12-31",
    "x-ms-date": date,
    authorization: encodeURIComponent(`type=master&ver=1.0&sig=${signature}`),
  });
}

test("vertexai: the token is bought with a JWT that Google can verify (RFC 7523)", async () => {
  const service = await start();
  const egress = localEgress({ now: () => now });
  closing.push(() => egress.close());
  const type = connectionTypes.find(({ name }) => name === "vertexai");
  const [method] = type?.auth ?? [];
  if (type === undefined || method === undefined) return expect.unreachable();
  const target = connectionOf(type, method, service.origin + pathOf(type), valuesOf(service.origin, method));
  await readText((await callWith(egress, target)).body);

  const [asked] = service.requests;
  expect([asked?.method, asked?.url, asked?.headers.authorization]).toEqual(["POST", "/token", undefined]);
  const form = new URLSearchParams(asked?.body);
  expect(form.get("grant_type")).toBe("urn:ietf:params:oauth:grant-type:jwt-bearer");
  const [header = "", claims = "", signature = ""] = form.get("assertion")?.split(".") ?? [];
  const decode = (part: string): unknown => JSON.parse(Buffer.from(part, "base64url").toString());
  expect(decode(header)).toEqual({ alg: "RS256", typ: "JWT", kid: "key-1" });
  expect(decode(claims)).toEqual({
    iss: "sa@project.iam.gserviceaccount.com",
    scope: "https://www.googleapis.com/auth/cloud-platform",
    aud: `${service.origin}/token`,
    iat: now.getTime() / 1000,
    exp: now.getTime() / 1000 + 3600,
  });
  const signed = Buffer.from(`${header}.${claims}`);
  expect(verify("sha256", signed, createPublicKey(privateKey), Buffer.from(signature, "base64url"))).toBe(
    true,
  );
});

test("cosmosdb: the signature is over the resource in the path", async () => {
  const service = await start();
  const egress = localEgress({ now: () => now });
  closing.push(() => egress.close());
  const type = connectionTypes.find(({ name }) => name === "cosmosdb");
  const [method] = type?.auth ?? [];
  if (type === undefined || method === undefined) return expect.unreachable();
  const key = valuesOf(service.origin, method)["api-key"] ?? "";
  const target = connectionOf(type, method, `${service.origin}/`, { "api-key": key });
  await readText((await callWith(egress, target, { morePath: "/dbs/ToDoList/colls/My%20Items/docs" })).body);
  const text = "get\ndocs\ndbs/ToDoList/colls/My Items\nwed, 04 mar 2026 05:06:07 gmt\n\n";
  const signature = createHmac("sha256", Buffer.from(key, "base64")).update(text).digest("base64");
  expect(service.requests[0]?.url).toBe("/dbs/ToDoList/colls/My%20Items/docs");
  expect(decodeURIComponent(service.requests[0]?.headers.authorization ?? "")).toBe(
    `type=master&ver=1.0&sig=${signature}`,
  );
});
