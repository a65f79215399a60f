import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { CallTarget, EgressOptions } from "../../src/egress/egress.ts";
import { localEgress } from "../../src/egress/fixtures/calls.ts";
import { type Service, startService } from "../../src/egress/fixtures/service.ts";
import { freePort } from "../fixtures/loopback.ts";
import { connectionOf, typeAndMethod } from "./call-type.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const close of closing.splice(0).reverse()) await close();
});

function check(target: CallTarget, options: Partial<EgressOptions> = {}) {
  const egress = localEgress(options);
  closing.push(() => egress.close());
  return egress.check(target);
}

/** A server of another package, once it has said that it listens. */
async function startProgram(
  command: string,
  args: readonly string[],
  env: Record<string, string>,
  port: number,
): Promise<ChildProcess> {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  // Read to the end: to leave off would close the pipe, and a server that goes on writing would die of it.
  await new Promise<void>((resolve) => {
    child.stderr?.on("data", (text) => String(text).includes(String(port)) && resolve());
    child.on("exit", () => resolve());
  });
  return child;
}

async function stopProgram(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.kill("SIGKILL")) await once(child, "exit");
}

const token = "mcp-token-0123456789";

function mcp(endpoint: string, options: Record<string, string>, secret = token): CallTarget {
  const { type, method } = typeAndMethod("mcp_server", "bearer");
  return connectionOf(type, method, endpoint, { token: secret, ...options });
}

describe.each([
  ["STREAMABLE_HTTP", "streamableHttp", "/mcp"],
  ["SSE", "sse", "/sse"],
])("the MCP reference server over %s", (transport, argument, path) => {
  let child: ChildProcess;
  let origin = "";

  beforeAll(async () => {
    const port = await freePort();
    const program = fileURLToPath(
      import.meta.resolve("@modelcontextprotocol/server-everything/dist/index.js"),
    );
    child = await startProgram(process.execPath, [program, argument], { PORT: String(port) }, port);
    origin = `http://127.0.0.1:${port}`;
  }, 30_000);

  afterAll(() => stopProgram(child));

  test("is initialized, its tools are counted, and the token is on every request", async () => {
    const seen: string[] = [];
    const front = await startProxy(origin, seen);
    const result = await check(mcp(`${front.origin}${path}`, { "transport-type": transport }));
    expect(result).toMatchObject({
      outcome: "accepted",
      detail: expect.stringMatching(/^Accepted: initialize was answered, \d\d tools$/),
    });
    expect(result.steps.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      "lookup passed",
      "connect passed",
      "tls skipped",
      "service passed",
    ]);
    expect(seen.length).toBeGreaterThan(2);
    expect(seen.every((line) => line.endsWith(`Bearer ${token}`))).toBe(true);
    if (transport === "STREAMABLE_HTTP") expect(seen.at(-1)).toMatch(/^DELETE /);
  });

  test("without a credential, none is sent", async () => {
    const seen: string[] = [];
    const front = await startProxy(origin, seen);
    const result = await check(mcp(`${front.origin}${path}`, { "transport-type": transport }, ""));
    expect(result.outcome).toBe("accepted");
    expect(seen.every((line) => line.endsWith("undefined"))).toBe(true);
  });
});

/** Notes each request with its Authorization and passes it on. */
async function startProxy(origin: string, seen: string[]): Promise<Service> {
  const { request: send } = await import("node:http");
  const front = await startService((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    const { host: _, ...headers } = request.headers;
    const onward = send(origin + request.url, { method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    response.on("close", () => onward.destroy());
    request.pipe(onward);
  });
  closing.push(() => front.close());
  return front;
}

describe("MCP servers that do not do as they should", () => {
  const streamable = { "transport-type": "STREAMABLE_HTTP" };
  const sse = { "transport-type": "SSE" };
  const short: Partial<EgressOptions> = { limits: { checkStepTimeoutMs: 300 } };

  async function serve(listener: Parameters<typeof startService>[0]): Promise<Service> {
    const service = await startService(listener);
    closing.push(() => service.close());
    return service;
  }

  test.each([
    ["STREAMABLE_HTTP", 401, "refused", "Refused by the service: 401 Unauthorized"],
    ["SSE", 401, "refused", "Refused by the service: 401 Unauthorized"],
    ["SSE", 403, "refused", "Refused by the service: 403 Forbidden"],
    [
      "STREAMABLE_HTTP",
      302,
      "cannot_tell",
      "Cannot tell: an MCP message answered 302 Found, and redirects are not followed",
    ],
    [
      "SSE",
      307,
      "cannot_tell",
      "Cannot tell: GET /sse answered 307 Temporary Redirect, and redirects are not followed",
    ],
    ["STREAMABLE_HTTP", 404, "cannot_tell", "Cannot tell: an MCP message answered 404 Not Found"],
    ["SSE", 500, "cannot_tell", "Cannot tell: GET /sse answered 500 Internal Server Error"],
  ])(
    "over %s, %i: the token that it repeats is not shown, and nobody else is asked",
    async (transport, status, outcome, detail) => {
      const paths: string[] = [];
      const service = await serve((request, response) => {
        paths.push(request.url ?? "");
        const headers = {
          location: "/elsewhere",
          "www-authenticate": 'Bearer resource_metadata="/.well-known/oauth-protected-resource"',
        };
        response.writeHead(status, headers).end(`${request.headers.authorization}`);
      });
      const result = await check(mcp(service.origin, { "transport-type": transport }));
      expect(result).toMatchObject({ outcome, detail });
      expect(JSON.stringify(result)).not.toContain(token);
      expect(paths).toEqual([transport === "SSE" ? "/sse" : "/"]);
    },
  );

  test.each([
    ["another host", "http://localhost:1/messages"],
    ["another port", "http://127.0.0.1:1/messages"],
  ])("an address for messages at %s gets none", async (_name, address) => {
    const seen: string[] = [];
    const service = await serve((request, response) => {
      seen.push(`${request.method}`);
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(`event: endpoint\ndata: ${address}\n\n`);
    });
    expect(await check(mcp(service.origin, sse))).toMatchObject({
      outcome: "unreachable",
      detail: "The SSE endpoint named no address for messages at its own host and port",
    });
    expect(seen).toEqual(["GET"]);
  });

  test("an SSE endpoint at another host than the endpoint's is not asked", async () => {
    const service = await serve((_request, response) => response.end());
    const result = await check(mcp(service.origin, { ...sse, "sse-endpoint": "http://127.0.0.1:1/sse" }));
    expect(result).toMatchObject({
      outcome: "cannot_tell",
      detail: "Not asked: the SSE endpoint is not at the endpoint's host and port",
    });
  });

  test("one that says something else", async () => {
    const service = await serve((_request, response) =>
      response.writeHead(200, { "content-type": "application/json" }).end(`{"token":"${token}"}`),
    );
    const result = await check(mcp(service.origin, streamable));
    expect(result).toMatchObject({
      outcome: "unreachable",
      detail: "The service answered, but not as an MCP server does",
    });
    expect(JSON.stringify(result)).not.toContain(token);
  });

  test("one that keeps its tools to itself", async () => {
    const service = await serve(async (request, response) => {
      const { id, method } = (await json(request)) as { id?: number; method: string };
      if (id === undefined) {
        response.writeHead(202).end();
        return;
      }
      const answers = {
        protocolVersion: "2025-06-18",
        capabilities: { tools: {} },
        serverInfo: { name: "shy", version: "1" },
      };
      const answer =
        method === "initialize" ? { result: answers } : { error: { code: -32000, message: token } };
      response
        .writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify({ jsonrpc: "2.0", id, ...answer }));
    });
    const result = await check(mcp(service.origin, streamable));
    expect(result).toMatchObject({
      outcome: "cannot_tell",
      detail: "Cannot tell: initialize was answered, but the list of tools was not",
    });
    expect(JSON.stringify(result)).not.toContain(token);
  });

  test.each([
    ["application/json", "["],
    ["text/event-stream", "data: "],
  ])("an answer of %s without end", async (type, start) => {
    const service = await serve((_request, response) => {
      response.writeHead(200, { "content-type": type }).write(start);
      const block = Buffer.alloc(256 * 1024, "x");
      const more = (): void => {
        while (!response.destroyed && response.write(block));
      };
      response.on("drain", more);
      more();
    });
    expect(await check(mcp(service.origin, streamable))).toMatchObject({
      outcome: "cannot_tell",
      detail: "Cannot tell: an answer is larger than 256 KiB",
    });
  });

  test.each([
    ["STREAMABLE_HTTP", () => {}],
    ["SSE", () => {}],
    [
      "SSE",
      (_request: unknown, response: Parameters<Parameters<typeof startService>[0]>[1]) => {
        response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
      },
    ],
  ])("silence over %s", async (transport, listener) => {
    const service = await serve(listener);
    const result = await check(mcp(service.origin, { "transport-type": transport }), short);
    expect(result).toMatchObject({
      outcome: "unreachable",
      detail: `No answer in time: ${service.origin.slice("http://".length)} (0.3 seconds)`,
    });
  });
});

describe("OAuth client credentials against oidc-provider", () => {
  const secret = "client secret: 0123456789 +/%";

  async function start(): Promise<(clientSecret: string) => CallTarget> {
    // It greets every start with advice for production.
    for (const level of ["info", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => {});
    const { Provider } = await import("oidc-provider");
    const server = createHttpServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: "keymoor client",
          client_secret: secret,
          grant_types: ["client_credentials"],
          redirect_uris: [],
          response_types: [],
        },
      ],
      scopes: ["read"],
      ttl: { ClientCredentials: 600 },
      features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
    });
    server.on("request", provider.callback());
    const api = await startService((_request, response) => response.end());
    closing.push(() => api.close());
    const { type, method } = typeAndMethod("rest", "oauth2_client_credentials");
    return (clientSecret) =>
      connectionOf(type, method, api.origin, {
        "token-endpoint": `${issuer}/token`,
        "client-id": "keymoor client",
        "client-secret": clientSecret,
        scope: "read",
      });
  }

  test("a good client gets its token, a bad one is refused", async () => {
    const target = await start();
    expect(await check(target(secret))).toMatchObject({
      outcome: "accepted",
      detail: "Accepted by the token endpoint; the service was reached",
    });
    const bad = await check(target("wrong-secret-0123"));
    expect(bad).toMatchObject({
      outcome: "refused",
      detail: "The token endpoint gave no access token: it answered 401 with invalid_client",
    });
    expect(JSON.stringify(bad)).not.toContain("wrong-secret");
  });
});

const moto = spawnSync("python3", ["-c", "import moto.server"], { encoding: "utf8" });

describe.skipIf(moto.status !== 0)(
  "S3 Vectors against moto, which judges signatures (skipped without it)",
  () => {
    let child: ChildProcess;
    let origin = "";

    beforeAll(async () => {
      const port = await freePort();
      const serve = "from moto.server import main; import sys; main(sys.argv[1:])";
      // So many requests pass unsigned: those that make the users below.
      const env = { INITIAL_NO_AUTH_ACTION_COUNT: "5" };
      child = await startProgram("python3", ["-c", serve, "-H", "127.0.0.1", "-p", String(port)], env, port);
      origin = `http://127.0.0.1:${port}`;
    }, 60_000);

    afterAll(() => stopProgram(child));

    async function iam(form: Record<string, string>): Promise<string> {
      const authorization = "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/iam/aws4_request";
      const body = new URLSearchParams({ ...form, Version: "2010-05-08" });
      const answer = await fetch(origin, { method: "POST", headers: { authorization }, body });
      return answer.text();
    }

    async function makeKey(user: string): Promise<{ id: string; secret: string }> {
      await iam({ Action: "CreateUser", UserName: user });
      const xml = await iam({ Action: "CreateAccessKey", UserName: user });
      const field = (name: string) => new RegExp(`<${name}>([^<]+)`).exec(xml)?.[1] ?? "";
      return { id: field("AccessKeyId"), secret: field("SecretAccessKey") };
    }

    test("a good key is accepted; a wrong secret, an unknown key and a missing right are told apart", async () => {
      const good = await makeKey("good");
      const poor = await makeKey("poor");
      const statement = { Effect: "Allow", Action: "s3vectors:*", Resource: "*" };
      const document = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
      await iam({ Action: "PutUserPolicy", UserName: "good", PolicyName: "p", PolicyDocument: document });

      const { type, method } = typeAndMethod("s3vectors", "aws_sigv4");
      const checkKey = (key: { id: string; secret: string }) =>
        check(connectionOf(type, method, origin, { "aws-access-key": key.id, "aws-secret-key": key.secret }));

      expect(await checkKey(good)).toMatchObject({
        outcome: "accepted",
        detail: "Accepted: POST /ListVectorBuckets answered 200",
      });
      expect(await checkKey({ ...good, secret: poor.secret })).toMatchObject({
        outcome: "refused",
        detail: "Refused by the service: 403 Forbidden (SignatureDoesNotMatch)",
      });
      expect(await checkKey({ ...good, id: "AKIAUNKNOWN" })).toMatchObject({
        outcome: "refused",
        detail: "Refused by the service: 403 Forbidden (InvalidClientTokenId)",
      });
      expect(await checkKey(poor)).toMatchObject({
        outcome: "cannot_tell",
        detail: expect.stringMatching(/403 Forbidden \(AccessDenied(Exception)?\)/),
      });
    }, 60_000);
  },
);
