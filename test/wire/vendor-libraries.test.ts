import { spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import Anthropic from "@anthropic-ai/sdk";
import { BedrockRuntimeClient, InvokeModelCommand } from "@aws-sdk/client-bedrock-runtime";
import { CosmosClient } from "@azure/cosmos";
import { Client as ElasticClient } from "@elastic/elasticsearch";
import { GoogleGenAI } from "@google/genai";
import { Client as McpClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { Pinecone } from "@pinecone-database/pinecone";
import { JWT } from "google-auth-library";
import OpenAI, { AzureOpenAI } from "openai";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { connectionTypes } from "../../src/connections/types/index.ts";
import { createAddressPolicy } from "../../src/egress/address-policy.ts";
import { createEgress } from "../../src/egress/egress.ts";
import { localEgress, postOf } from "../../src/egress/fixtures/calls.ts";
import { type Recorded, type Service, startRecorder } from "../../src/egress/fixtures/service.ts";
import { expectedSignature, parseAuthorization } from "./aws-signature.ts";
import { callWith, connectionOf, readText, typeAndMethod } from "./call-type.ts";

// The same call twice, once by the vendor's own library and once through a connection with the same credential: whatever
// carries the credential must be the same on the wire.

const closing: (() => Promise<unknown>)[] = [];
beforeEach(() => {
  // Two of the libraries would take a proxy from the environment.
  vi.stubEnv("NO_PROXY", "127.0.0.1");
  vi.stubEnv("no_proxy", "127.0.0.1");
  vi.stubEnv("AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED", "true");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closing.splice(0).reverse()) await close();
});

/** The types that have no test below, and why. */
const without: Readonly<Record<string, string>> = {
  azureml: "Microsoft's library manages endpoints; a model is called by plain HTTP",
  rest: "any HTTP API, and so no vendor; RFC 7617, RFC 6750 and RFC 6749 are tested in types.test.ts and oauth.test.ts",
  a2a: "an agent's card names how to authenticate, by the same RFCs as rest",
  mongodb: "cannot be called over HTTP",
  couchbase: "cannot be called over HTTP",
  confluent_jdbc: "cannot be called over HTTP",
};

interface Compared {
  readonly type: string;
  readonly method: string;
  readonly library: string;
  readonly fields: Readonly<Record<string, string>>;
  /** Which bytes of a header are the credential. */
  readonly credential: string;
  /** Path of the connection's endpoint, and what the call appends. */
  readonly endpoint: string;
  readonly morePath?: string;
  readonly call: (origin: string) => Promise<unknown>;
}

const key = "key-0123456789";
const messages = [{ role: "user" as const, content: "hi" }];

/** Libraries that put the same credential on every request. */
const compared: readonly Compared[] = [
  {
    type: "openai",
    method: "api_key",
    library: "openai",
    fields: { "api-key": key },
    credential: key,
    endpoint: "/v1/chat/completions",
    call: (origin) =>
      new OpenAI({ baseURL: `${origin}/v1`, apiKey: key, maxRetries: 0 }).chat.completions.create({
        model: "m",
        messages,
      }),
  },
  {
    type: "azureopenai",
    method: "api_key",
    library: "AzureOpenAI of openai",
    fields: { "api-key": key },
    credential: key,
    endpoint: "/openai/deployments/my-model/chat/completions?api-version=2024-10-21",
    call: (origin) =>
      new AzureOpenAI({
        baseURL: null,
        endpoint: origin,
        apiKey: key,
        apiVersion: "2024-10-21",
        maxRetries: 0,
      }).chat.completions.create({ model: "my-model", messages }),
  },
  {
    type: "fireworksai",
    method: "api_key",
    // What Fireworks AI's own pages use: https://docs.fireworks.ai/tools-sdks/openai-compatibility
    library: "openai",
    fields: { "api-key": key },
    credential: key,
    endpoint: "/inference/v1/chat/completions",
    call: (origin) =>
      new OpenAI({ baseURL: `${origin}/inference/v1`, apiKey: key, maxRetries: 0 }).chat.completions.create({
        model: "m",
        messages,
      }),
  },
  {
    type: "googleai",
    method: "api_key",
    library: "@google/genai",
    fields: { "api-key": key },
    credential: key,
    endpoint: "/v1beta/models/gemini-2.5-flash:generateContent",
    call: (origin) =>
      new GoogleGenAI({
        apiKey: key,
        vertexai: false,
        httpOptions: { baseUrl: origin },
      }).models.generateContent({ model: "gemini-2.5-flash", contents: "hi" }),
  },
  {
    type: "pinecone",
    method: "api_key",
    library: "@pinecone-database/pinecone",
    fields: { "api-key": key },
    credential: key,
    endpoint: "/",
    morePath: "/describe_index_stats",
    // The library names an API version as well; the service demands none (docs.pinecone.io/reference/api/versioning).
    call: (origin) => new Pinecone({ apiKey: key }).index({ name: "i", host: origin }).describeIndexStats(),
  },
  {
    type: "elastic",
    method: "api_key",
    library: "@elastic/elasticsearch",
    fields: { "api-key": base64("VuaCfGcBCdbkQm-e5aOx:ui2lp2axTNmsyakw9tvNnw") },
    credential: base64("VuaCfGcBCdbkQm-e5aOx:ui2lp2axTNmsyakw9tvNnw"),
    endpoint: "/",
    morePath: "/_security/_authenticate",
    call: (origin) =>
      withElastic(origin, { apiKey: { id: "VuaCfGcBCdbkQm-e5aOx", api_key: "ui2lp2axTNmsyakw9tvNnw" } }),
  },
  {
    type: "elastic",
    method: "basic",
    library: "@elastic/elasticsearch",
    fields: { username: "ada", password: "pässword:1" },
    credential: base64("ada:pässword:1"),
    endpoint: "/",
    morePath: "/_security/_authenticate",
    call: (origin) => withElastic(origin, { username: "ada", password: "pässword:1" }),
  },
  {
    type: "mcp_server",
    method: "bearer",
    library: "@modelcontextprotocol/sdk",
    fields: { token: "token-0123456789", "transport-type": "STREAMABLE_HTTP" },
    credential: "token-0123456789",
    endpoint: "/mcp",
    call: withMcp,
  },
];

function withElastic(origin: string, auth: ConstructorParameters<typeof ElasticClient>[0]["auth"]) {
  const client = new ElasticClient({
    node: origin,
    maxRetries: 0,
    enableMetaHeader: false,
    ...(auth && { auth }),
  });
  closing.push(() => client.close());
  return client.security.authenticate();
}

/** The recorder is no MCP server, so the client gives up after its first request, the one that counts. */
async function withMcp(origin: string): Promise<void> {
  const client = new McpClient({ name: "test", version: "1" });
  closing.push(() => client.close());
  const authProvider = {
    redirectUrl: undefined,
    clientMetadata: { redirect_uris: [] },
    clientInformation: () => undefined,
    tokens: () => ({ access_token: "token-0123456789", token_type: "Bearer" }),
    saveTokens: () => {},
    redirectToAuthorization: () => {},
    saveCodeVerifier: () => {},
    codeVerifier: () => "",
  };
  const transport = new StreamableHTTPClientTransport(new URL(`${origin}/mcp`), { authProvider });
  await client.connect(transport as Transport).catch(() => {});
}

const elsewhere = ["anthropic", "vertexai", "cosmosdb", "bedrock", "sagemaker", "s3vectors"];

test("every type is compared with its vendor's library, or the reason says why not", () => {
  const names = [...new Set(compared.map(({ type }) => type)), ...elsewhere, ...Object.keys(without)];
  expect(names.sort()).toEqual(connectionTypes.map(({ name }) => name).sort());
});

test.each(compared.map((one) => [one.type, one.method, one.library, one] as const))(
  "%s with %s sends its credential as %s does",
  async (_type, _method, _library, one) => {
    const service = await recorder();
    await one.call(service.origin);
    const theirs = service.requests.at(0) ?? expect.unreachable();
    const ours = await callAgain(service, theirs, one);

    expect([ours.method, ours.url, ours.body]).toEqual([theirs.method, theirs.url, theirs.body]);
    const carriers = carriersOf(theirs, one.credential);
    expect(Object.keys(carriers)).toHaveLength(1);
    expect(carriersOf(ours, one.credential)).toEqual(carriers);
    expect(theirs.url).not.toContain(one.credential);
  },
);

/** The library's request through a connection, without any header of the library's but these. */
async function callAgain(
  service: Service,
  theirs: Recorded,
  one: Pick<Compared, "type" | "method" | "fields" | "endpoint" | "morePath">,
  rawHeaders: readonly string[] = [],
): Promise<Recorded> {
  const egress = localEgress();
  closing.push(() => egress.close());
  const { type, method } = typeAndMethod(one.type, one.method);
  const target = connectionOf(type, method, service.origin + one.endpoint, one.fields);
  const body = theirs.body === "" ? {} : postOf([theirs.body]);
  const more = { ...body, method: theirs.method, morePath: one.morePath ?? "", rawHeaders };
  await readText((await callWith(egress, target, more)).body);
  return service.requests.at(-1) ?? expect.unreachable();
}

/** Headers that hold the credential. */
function carriersOf({ headers }: Recorded, credential: string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(headers).filter(([, value]) => String(value).includes(credential)),
  );
}

/** Answers enough of everything that each library is content. */
async function recorder(): Promise<Service> {
  const service = await startRecorder(({ url }, response) => {
    response.setHeader("content-type", "application/json");
    response.setHeader("x-elastic-product", "Elasticsearch");
    // Only a token endpoint may say the token: anywhere else an egress would withhold the answer.
    const token = '{"access_token":"ya29.token","token_type":"Bearer","expires_in":3600}';
    response.end(url === "/token" ? token : '{"id":"x"}');
  });
  closing.push(() => service.close());
  return service;
}

describe("anthropic with api_key", () => {
  const one = {
    type: "anthropic",
    method: "api_key",
    fields: { "api-key": key },
    endpoint: "/v1/messages",
  };

  async function withLibrary(service: Service): Promise<Recorded> {
    const client = new Anthropic({ baseURL: service.origin, apiKey: key, authToken: null, maxRetries: 0 });
    await client.messages.create({ model: "m", max_tokens: 1, messages });
    return service.requests.at(0) ?? expect.unreachable();
  }

  // Since 1.0 the library sends the key as a bearer token, while Anthropic's pages go on asking for x-api-key, also for
  // the API version that came with 1.0: https://platform.claude.com/docs/en/api/migration-2026-10-21
  test("sends the same key in the header that the vendor documents, and the library as a bearer token", async () => {
    const service = await recorder();
    const theirs = await withLibrary(service);
    const ours = await callAgain(service, theirs, one);
    expect([ours.method, ours.url, ours.body]).toEqual([theirs.method, theirs.url, theirs.body]);
    expect(carriersOf(theirs, key)).toEqual({ authorization: `Bearer ${key}` });
    expect(carriersOf(ours, key)).toEqual({ "x-api-key": key });
  });

  test("names a version as the library does; the library's own passes, and its token does not", async () => {
    const service = await recorder();
    const theirs = await withLibrary(service);
    const version = String(theirs.headers["anthropic-version"]);
    expect(version).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect((await callAgain(service, theirs, one)).headers["anthropic-version"]).toBe("2023-06-01");
    const ours = await callAgain(service, theirs, one, [
      ...["anthropic-version", version],
      ...["Authorization", "Bearer km-use-token"],
    ]);
    expect(ours.headers["anthropic-version"]).toBe(version);
    expect(ours.headers.authorization).toBeUndefined();
  });
});

describe("vertexai with google_service_account", () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const email = "sa@project.iam.gserviceaccount.com";
  const scope = "https://www.googleapis.com/auth/cloud-platform";

  test("buys its token and shows it as google-auth-library does", async () => {
    const service = await recorder();
    // The library has Google's token endpoint built in; its request is led to the recorder.
    const dialled: string[] = [];
    const client = new JWT({
      email,
      key: pem,
      keyId: "key-1",
      scopes: [scope],
      transporterOptions: {
        fetchImplementation: (input, init) => {
          dialled.push(String(input instanceof Request ? input.url : input));
          return fetch(`${service.origin}/token`, init);
        },
      },
    });
    const authorization = (
      await client.getRequestHeaders("https://us-central1-aiplatform.googleapis.com/")
    ).get("authorization");
    const theirs = tokenRequest(service.requests.at(-1));
    const theirTime = Number(theirs.claims.iat) * 1000;

    const egress = localEgress({ now: () => new Date(theirTime) });
    closing.push(() => egress.close());
    const { type, method } = typeAndMethod("vertexai", "google_service_account");
    const tokenUri = `${service.origin}/token`;
    const file = {
      type: "service_account",
      client_email: email,
      private_key: pem,
      private_key_id: "key-1",
      token_uri: tokenUri,
    };
    const target = connectionOf(type, method, `${service.origin}/v1/endpoints/1:predict`, {
      "service-key": JSON.stringify(file),
    });
    await readText((await callWith(egress, target, postOf(["{}"]))).body);
    const [bought, called] = service.requests.slice(-2);
    const ours = tokenRequest(bought);

    expect([ours.method, ours.url, ours.contentType]).toEqual([
      theirs.method,
      theirs.url,
      theirs.contentType,
    ]);
    expect(ours.form).toEqual(theirs.form);
    expect(ours.header.alg).toBe(theirs.header.alg);
    // The audience is the token endpoint itself, which is Google's for the library and the key file's for us.
    expect(dialled).toEqual([theirs.claims.aud]);
    expect(ours.claims).toEqual({ ...theirs.claims, aud: tokenUri });
    expect(authorization).toBe("Bearer ya29.token");
    expect(called?.headers.authorization).toBe(authorization);
  });

  test("asks google-auth-library's token endpoint when the key file names none", async () => {
    const { method } = typeAndMethod("vertexai", "google_service_account");
    const asked: string[] = [];
    const file = JSON.stringify({ type: "service_account", client_email: email, private_key: pem });
    const request = {
      method: "POST",
      url: new URL("https://x.example/"),
      headers: new Map<string, string>(),
    };
    await method.apply?.(
      request,
      { "service-key": file },
      {
        region: "",
        service: undefined,
        now: new Date(),
        token: async (fetchToken) => {
          const post = async ({ url }: { url: string }) => {
            asked.push(url);
            return { status: 200, body: { access_token: "t" } };
          };
          return (await fetchToken(post, new Map())).token;
        },
      },
    );
    expect(asked).toEqual([new JWT().endpoints.oauth2TokenUrl]);
  });

  function tokenRequest(request: Recorded | undefined) {
    const { assertion = "", ...form } = Object.fromEntries(new URLSearchParams(request?.body));
    const [header, claims] = assertion.split(".").map((part) => Buffer.from(part, "base64url").toString());
    return {
      method: request?.method,
      url: request?.url,
      contentType: request?.headers["content-type"]?.split(";")[0],
      form,
      header: JSON.parse(header ?? "{}") as Record<string, unknown>,
      claims: JSON.parse(claims ?? "{}") as Record<string, unknown>,
    };
  }
});

describe("cosmosdb with cosmos_key", () => {
  const accountKey = base64("account key 0123456789");

  test.each<[string, (client: CosmosClient) => Promise<unknown>]>([
    ["GET /", (client) => client.getDatabaseAccount()],
    ["GET /dbs", (client) => client.databases.readAll().fetchNext()],
    ["POST /dbs", (client) => client.databases.create({ id: "ToDoList" })],
    [
      "GET /dbs/ToDoList/colls/My%20Items",
      (client) => client.database("ToDoList").container("My Items").read(),
    ],
    [
      "GET /dbs/ToDoList/colls/My%20Items/docs/%C3%84%201+2",
      (client) => client.database("ToDoList").container("My Items").item("Ä 1+2", "p").read(),
    ],
    [
      "DELETE /dbs/ToDoList/colls/c/docs/1",
      (client) => client.database("ToDoList").container("c").item("1", "p").delete(),
    ],
    ["POST /dbs/d/colls/C/docs", (client) => client.database("d").container("C").items.readAll().fetchNext()],
    [
      "POST /dbs/d/colls/C/sprocs/Sum",
      (client) => client.database("d").container("C").scripts.storedProcedure("Sum").execute("p"),
    ],
    ["GET /offers/X1yZ", (client) => client.offer("X1yZ").read()],
  ])("signs %s as @azure/cosmos does", async (asked, call) => {
    const service = await recorder();
    const client = new CosmosClient({
      endpoint: `${service.origin}/`,
      key: accountKey,
      connectionPolicy: {
        enableEndpointDiscovery: false,
        enableBackgroundEndpointRefreshing: false,
        retryOptions: {
          maxRetryAttemptCount: 0,
          fixedRetryIntervalInMilliseconds: 0,
          maxWaitTimeInSeconds: 1,
        },
      },
    });
    closing.push(async () => client.dispose());
    // The recorder's answer is no database; what the library asked is all that counts.
    await call(client).catch(() => {});
    const requests = [...service.requests];
    expect(requests.map(({ method, url }) => `${method} ${url}`)).toContain(asked);

    const { type, method } = typeAndMethod("cosmosdb", "cosmos_key");
    const target = connectionOf(type, method, `${service.origin}/`, { "api-key": accountKey });
    for (const theirs of requests) {
      const signedAt = new Date(String(theirs.headers["x-ms-date"]));
      const egress = localEgress({ now: () => signedAt });
      closing.push(() => egress.close());
      const morePath = theirs.url === "/" ? "" : theirs.url;
      const version = String(theirs.headers["x-ms-version"]);
      for (const rawHeaders of [["x-ms-version", version], []]) {
        const incoming = theirs.body === "" ? {} : postOf([theirs.body]);
        const more = { ...incoming, method: theirs.method, morePath, rawHeaders };
        await readText((await callWith(egress, target, more)).body);
        const ours = service.requests.at(-1);
        expect([ours?.method, ours?.url]).toEqual([theirs.method, theirs.url]);
        expect(ours?.headers.authorization).toBe(theirs.headers.authorization);
        expect(ours?.headers["x-ms-date"]).toBe(theirs.headers["x-ms-date"]);
        // The library's version is in no list of the service's; a caller's own passes, and ours is the latest listed one.
        expect(ours?.headers["x-ms-version"]).toBe(
          rawHeaders.length > 0 ? version : type.defaultHeaders?.["x-ms-version"],
        );
      }
    }
  });
});

describe("AWS types with aws_sigv4", () => {
  const credentials = {
    accessKeyId: "AKIDEXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    sessionToken: "session/token+0123456789==",
  };
  const awsKey = { id: credentials.accessKeyId, secret: credentials.secretAccessKey };

  interface SdkRequest {
    readonly method: string;
    path: string;
    readonly headers: Record<string, string>;
    readonly body: string | Uint8Array;
  }
  interface Borrowed {
    readonly type: string;
    readonly host: string;
    readonly path: string;
    readonly service?: string;
  }

  // The library's client is Bedrock's, which knows its own service name; the others borrow its signer.
  test.each<Borrowed>([
    {
      type: "bedrock",
      host: "bedrock-runtime.eu-west-1.amazonaws.com",
      path: "/model/anthropic.claude-3-haiku-20240307-v1%3A0/invoke",
    },
    {
      type: "sagemaker",
      host: "runtime.sagemaker.eu-west-1.amazonaws.com",
      path: "/endpoints/my-endpoint/invocations",
      service: "sagemaker",
    },
    {
      type: "s3vectors",
      host: "s3vectors.eu-west-1.api.aws",
      path: "/QueryVectors",
      service: "s3vectors",
    },
  ])("$type: the signature is the one of @aws-sdk/client-bedrock-runtime", async (one) => {
    const service = await recorder();
    const theirs = await signedBySdk(`http://${one.host}:${service.port}`, one);
    expect([theirs.method, theirs.url]).toEqual(["POST", one.path]);

    const ours = await callAt(service, one.type, theirs);
    expect(ours.headers.authorization).toBe(theirs.headers.authorization);
    for (const name of ["x-amz-date", "x-amz-content-sha256", "x-amz-security-token", "host"]) {
      expect([name, ours.headers[name]]).toEqual([name, theirs.headers[name]]);
    }
  });

  test.for([
    ["bedrock", "bedrock-runtime", "invoke_model(modelId='anthropic.claude-3-haiku:0', body='{}')"],
    [
      "sagemaker",
      "sagemaker-runtime",
      "invoke_endpoint(EndpointName='e', Body='1,2', ContentType='text/csv')",
    ],
    ["s3vectors", "s3vectors", "query_vectors(indexArn='i', topK=1, queryVector={'float32': [0.5]})"],
  ])(
    "%s: key, region and service are those of botocore's client",
    async ([type = "", client = "", call = ""], context) => {
      const service = await recorder();
      const why = await callWithBotocore(service.origin, client, call);
      if (why !== undefined) context.skip(why);
      const theirs = service.requests.at(-1) ?? expect.unreachable();
      const ours = await callAt(service, type, theirs);

      expect([ours.method, ours.url, ours.body]).toEqual([theirs.method, theirs.url, theirs.body]);
      expect(ours.headers["x-amz-date"]).toBe(theirs.headers["x-amz-date"]);
      expect(ours.headers["x-amz-security-token"]).toBe(theirs.headers["x-amz-security-token"]);
      const [mine, its] = [ours, theirs].map(({ headers }) =>
        parseAuthorization(headers.authorization ?? ""),
      );
      expect([mine?.keyId, mine?.scope]).toEqual([its?.keyId, its?.scope]);
      // Which further headers are signed is the client's choice, so the signatures are checked one by one.
      for (const request of [theirs, ours]) {
        const { expected, signature } = expectedSignature(request, awsKey);
        expect(signature).toBe(expected);
      }
    },
  );

  /** The same request at the same second through a connection. */
  async function callAt(service: Service, typeName: string, theirs: Recorded): Promise<Recorded> {
    const date = String(theirs.headers["x-amz-date"]);
    const now = new Date(date.replace(/^(....)(..)(..T..)(..)(..Z)$/, "$1-$2-$3:$4:$5"));
    const lookup = async () => [{ address: "127.0.0.1", family: 4 }];
    const policy = createAddressPolicy({ allow: ["127.0.0.1"], allowPrivate: false, own: () => [], lookup });
    const egress = createEgress({ policy, ca: undefined, now: () => now });
    closing.push(() => egress.close());
    const { type, method } = typeAndMethod(typeName, "aws_sigv4");
    const target = connectionOf(type, method, `http://${theirs.headers.host}${theirs.url}`, {
      "aws-access-key": credentials.accessKeyId,
      "aws-secret-key": credentials.secretAccessKey,
      "aws-session-token": credentials.sessionToken,
    });
    const contentType = theirs.headers["content-type"];
    const rawHeaders = contentType === undefined ? [] : ["Content-Type", contentType];
    await readText((await callWith(egress, target, postOf([theirs.body], { rawHeaders }))).body);
    return service.requests.at(-1) ?? expect.unreachable();
  }

  /** What AWS's client would send, were only those headers there that we sign. */
  async function signedBySdk(endpoint: string, one: Borrowed): Promise<Recorded> {
    const signed: Recorded[] = [];
    const client = new BedrockRuntimeClient({
      endpoint,
      region: "eu-west-1",
      credentials,
      maxAttempts: 1,
      authSchemePreference: ["aws.auth#sigv4"],
      requestHandler: {
        handle: async ({ method, path, headers, body }: SdkRequest) => {
          signed.push({
            method,
            url: path,
            rawHeaders: [],
            headers,
            body: Buffer.from(body).toString("utf8"),
          });
          return { response: { statusCode: 200, reason: "OK", headers: {}, body: new Uint8Array() } };
        },
      },
      ...(one.service !== undefined && {
        httpAuthSchemeProvider: () => [
          {
            schemeId: "aws.auth#sigv4",
            signingProperties: { signingName: one.service, signingRegion: "eu-west-1" },
            propertiesExtractor: (config: object, context: object) => ({
              signingProperties: { config, context },
            }),
          },
        ],
      }),
    });
    closing.push(async () => client.destroy());
    client.middlewareStack.addRelativeTo(
      <Call extends { request: unknown }, Answer>(next: (call: Call) => Answer) =>
        (call: Call) => {
          const request = call.request as SdkRequest;
          // Bedrock's path is the library's own.
          if (one.service !== undefined) request.path = one.path;
          for (const name of Object.keys(request.headers)) {
            if (!["host", "content-type"].includes(name.toLowerCase())) delete request.headers[name];
          }
          return next(call);
        },
      { relation: "before", toMiddleware: "httpSigningMiddleware" },
    );
    const modelId = "anthropic.claude-3-haiku-20240307-v1:0";
    await client.send(
      new InvokeModelCommand({ modelId, body: '{"prompt":"ünïcode"}', contentType: "application/json" }),
    );
    return signed.at(-1) ?? expect.unreachable();
  }

  /** Why it could not, or undefined. */
  async function callWithBotocore(origin: string, client: string, call: string): Promise<string | undefined> {
    const env = Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_"));
    const python = spawn("python3", ["-c", botocore, origin, client, call], {
      env: Object.fromEntries(env),
      stdio: ["ignore", "ignore", "pipe"],
    });
    const stderr: Buffer[] = [];
    python.stderr.on("data", (data: Buffer) => stderr.push(data));
    const [code] = await once(python, "close").catch(() => [127]);
    if (code === 127) return "python3 is not installed";
    if (code === 3) return `python3 has no botocore that knows ${client}`;
    if (code !== 0) throw new Error(Buffer.concat(stderr).toString("utf8"));
    return undefined;
  }

  const botocore = `
import sys
try:
    import botocore.session
    from botocore.config import Config
except ImportError:
    sys.exit(3)
origin, name, call = sys.argv[1:]
session = botocore.session.Session(session_vars={"config_file": (None, None, None, None)})
if name not in session.get_available_services():
    sys.exit(3)
session.set_credentials(*${JSON.stringify(Object.values(credentials))})
config = Config(retries={"total_max_attempts": 1}, proxies={})
client = session.create_client(name, region_name="us-east-1", endpoint_url=origin, config=config)
eval("client." + call)
`;
});

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}
