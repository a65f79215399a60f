import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, test, vi } from "vitest";
import { driverFile } from "../../test/fixtures/driver-file.ts";
import { requireConnectionType } from "../connections/connection-type.ts";
import type { AuthMethod } from "../connections/define.ts";
import { Secret } from "../secret.ts";
import { type AddressPolicyOptions, createAddressPolicy } from "./address-policy.ts";
import { NoTurn, Turns } from "./check/turns.ts";
import type { CheckResult } from "./check-result.ts";
import { type CallTarget, createEgress, type Egress, type EgressOptions } from "./egress.ts";
import { key, localEgress } from "./fixtures/calls.ts";
import { makeCertificate } from "./fixtures/certificates.ts";
import { type Service, startRecorder, startService } from "./fixtures/service.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function open(options: Partial<EgressOptions> = {}): Egress {
  const egress = localEgress(options);
  closing.push(() => egress.close());
  return egress;
}

/** Everything is called `*.example` and lives on this machine, unless a test says otherwise. */
function openNamed(options: Partial<EgressOptions> = {}, policy: Partial<AddressPolicyOptions> = {}): Egress {
  const lookup = async () => [{ address: "127.0.0.1", family: 4 }];
  const rules = { allow: ["127.0.0.0/8"], allowPrivate: false, own: () => [], lookup, ...policy };
  const egress = createEgress({ policy: createAddressPolicy(rules), ca: undefined, driverFile, ...options });
  closing.push(() => egress.close());
  return egress;
}

const short: Partial<EgressOptions> = { limits: { checkStepTimeoutMs: 300 } };

async function serve(
  listener: Parameters<typeof startService>[0],
  tls?: { key: string; cert: string },
): Promise<Service> {
  const service = await startService(listener, tls);
  closing.push(() => service.close());
  return service;
}

async function record(answer?: Parameters<typeof startRecorder>[0]): Promise<Service> {
  const service = await startRecorder(answer);
  closing.push(() => service.close());
  return service;
}

/** A port that takes connections and does with them what `handle` says: by default nothing, for ever. */
async function listen(
  handle: (socket: Socket) => void = () => {},
): Promise<{ port: number; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    socket.resume();
    handle(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        for (const socket of sockets) socket.destroy();
      }),
  );
  return { port: (server.address() as AddressInfo).port, sockets };
}

async function deadPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function connection(
  typeName: string,
  endpoint: string,
  fields: Readonly<Record<string, string>> = { "api-key": key },
  options: Readonly<Record<string, string>> = {},
): CallTarget {
  const type = requireConnectionType(typeName);
  const has = (method: AuthMethod) => Object.keys(fields).every((name) => method.fields[name] !== undefined);
  const method = type.auth.find(has);
  if (method === undefined) throw new Error(`${typeName} has no such method`);
  const isPublic = (name: string) => method.fields[name]?.public === true;
  const entries = Object.entries(fields);
  const values = entries
    .filter(([name]) => !isPublic(name))
    .map(([name, value]) => [name, new Secret(value)]);
  return {
    type,
    endpoint,
    options: { ...options, ...Object.fromEntries(entries.filter(([name]) => isPublic(name))) },
    method,
    credential: { method: method.name, values: Object.fromEntries(values) },
    cacheKey: "c1/1",
    region: "us-east-1",
  };
}

const openai = (origin: string) => connection("openai", `${origin}/v1/chat/completions`);

/** `lookup passed, connect failed, tls skipped`. */
function stepsOf({ steps }: CheckResult): string[] {
  return steps.map(({ name, outcome }) => `${name} ${outcome}`);
}

describe("a service that takes the credential", () => {
  test("is accepted, with every step, its time and its finding", async () => {
    const service = await record();
    const result = await open().check(openai(service.origin));
    expect(result).toMatchObject({
      outcome: "accepted",
      detail: "Accepted: GET /models answered 200",
      certificateExpiresAt: null,
    });
    expect(result.steps).toEqual([
      { name: "lookup", outcome: "passed", durationMs: expect.any(Number), detail: "1 address" },
      {
        name: "connect",
        outcome: "passed",
        durationMs: expect.any(Number),
        detail: `Connected: 127.0.0.1:${service.port}`,
      },
      { name: "tls", outcome: "skipped", durationMs: 0, detail: "Not for this endpoint" },
      {
        name: "service",
        outcome: "passed",
        durationMs: expect.any(Number),
        detail: "Accepted: GET /models answered 200",
      },
    ]);
    expect(service.requests).toEqual([
      expect.objectContaining({
        method: "GET",
        url: "/v1/models",
        headers: expect.objectContaining({ authorization: `Bearer ${key}` }),
      }),
    ]);
  });

  test("is reached at the address that answers, when its name has several", async () => {
    const service = await serve((_request, response) => response.end());
    const lookup = async () => ["127.0.0.2", "127.0.0.1"].map((address) => ({ address, family: 4 }));
    const result = await openNamed({}, { lookup }).check(openai(`http://api.example:${service.port}`));
    expect(stepsOf(result)).toEqual(["lookup passed", "connect passed", "tls skipped", "service passed"]);
  });
});

describe("TLS, where the endpoint has none", () => {
  const tlsOf = ({ steps }: CheckResult) => steps.find(({ name }) => name === "tls");
  const none = { outcome: "skipped", detail: "Not for this endpoint" };

  test("is not for this endpoint, whatever came of the steps before and after it", async () => {
    const refusing = await serve((_request, response) => response.writeHead(401).end());
    expect(tlsOf(await open().check(openai(refusing.origin)))).toMatchObject(none);
    const dead = `http://api.example:${await deadPort()}`;
    expect(tlsOf(await openNamed().check(openai(dead)))).toMatchObject(none);
    const result = await openNamed().check(openai(dead.replace("http:", "https:")));
    expect(tlsOf(result)).toMatchObject({ outcome: "skipped", detail: "A step before it failed" });
  });

  test("steps stand in the order in which they were tried, host after host", async () => {
    const { port } = await listen((socket) => socket.end("no database"));
    const endpoint = `jdbc:postgresql://a.example:${port},b.example:${port}/db?sslmode=require`;
    const target = connection("confluent_jdbc", endpoint, { username: "u", password: key });
    expect(stepsOf(await openNamed().check(target))).toEqual([
      "lookup passed",
      "lookup passed",
      "connect passed",
      "tls failed",
      "connect passed",
      "tls failed",
      "login skipped",
    ]);
  });
});

test("what a check that got no turn did not do is said to be not done", async () => {
  const taking = vi.spyOn(Turns.prototype, "take").mockRejectedValue(new NoTurn());
  closing.push(async () => taking.mockRestore());
  const endpoint = "jdbc:postgresql://db.example/db";
  const target = connection("confluent_jdbc", endpoint, { username: "u", password: key });
  const { steps, isUndone } = await openNamed().check(target);
  expect(isUndone).toBe(true);
  const undone = { outcome: "skipped", detail: "Not done: the check got no turn" };
  expect(steps).toMatchObject([
    { name: "lookup", outcome: "passed" },
    { name: "connect", ...undone },
    { name: "tls", ...undone },
    { name: "login", ...undone },
  ]);
});

test("a driver that cannot be started says nothing of the service", async () => {
  const { port } = await listen();
  const url = `jdbc:postgresql://db.example:${port}/db?sslmode=disable`;
  const target = connection("confluent_jdbc", url, { username: "u", password: key });
  const broken = openNamed({ driverFile: new URL("data:text/javascript,throw new Error()") });
  expect(await broken.check(target)).toMatchObject({
    outcome: "cannot_tell",
    detail: "The driver could not be started",
    isUndone: true,
  });
});

test("a check whose time went by before anything failed by itself is said to be not done", async () => {
  const { port } = await listen();
  const url = `jdbc:postgresql://db.example:${port}/db`;
  const target = connection("confluent_jdbc", url, { username: "u", password: key });
  const limits = { checkStepTimeoutMs: 5000, checkTimeoutMs: 200 };
  expect(await openNamed({ limits }).check(target)).toMatchObject({ outcome: "cannot_tell", isUndone: true });
});

test("a check of several silent hosts is ended as a whole, and its detail says so", async () => {
  const { port } = await listen();
  const hosts = ["a", "b", "c"].map((name) => `${name}.example:${port}`).join(",");
  const target = connection("confluent_jdbc", `jdbc:postgresql://${hosts}/db`, {
    username: "u",
    password: key,
  });
  const limits = { checkStepTimeoutMs: 200, checkTimeoutMs: 300 };
  const result = await openNamed({ limits }).check(target);
  expect(result).toMatchObject({ outcome: "unreachable", detail: "Not done after 0.3 seconds" });
  expect(result.steps.filter(({ outcome }) => outcome === "failed").map(({ detail }) => detail)).toEqual([
    `No answer in time: a.example:${port} (0.2 seconds)`,
    "Not done after 0.3 seconds",
    "Not done after 0.3 seconds",
  ]);
  expect(result.isUndone).toBeUndefined();
});

describe("a service that cannot be reached", () => {
  test("a port where nothing listens", async () => {
    const port = await deadPort();
    const result = await openNamed().check(openai(`http://api.example:${port}`));
    expect(result).toMatchObject({
      outcome: "unreachable",
      detail: `Connection refused: api.example:${port}`,
    });
    expect(stepsOf(result)).toEqual(["lookup passed", "connect failed", "tls skipped", "service skipped"]);
    expect(result.steps.at(-1)?.detail).toBe("A step before it failed");
  });

  test("a name that does not exist, asked of the system's own look-up", async () => {
    const result = await open().check(openai("https://ai.openai.invalid"));
    expect(result).toMatchObject({ outcome: "unreachable", detail: "Lookup failed: ai.openai.invalid" });
    expect(stepsOf(result)).toEqual(["lookup failed", "connect skipped", "tls skipped", "service skipped"]);
  });

  test("a name without an address", async () => {
    const result = await openNamed({}, { lookup: async () => [] }).check(openai("https://api.example"));
    expect(result).toMatchObject({ outcome: "unreachable", detail: "Lookup failed: api.example" });
  });

  test("a look-up that takes too long", async () => {
    const lookup = () => delay(60_000, [], { ref: false });
    const result = await openNamed(short, { lookup }).check(openai("https://api.example"));
    expect(result).toMatchObject({
      outcome: "unreachable",
      detail: "Lookup took too long: api.example (0.3 seconds)",
    });
  });

  test("a forbidden address gets one sentence without the address, and is not dialled", async () => {
    const service = await record();
    const egress = openNamed({}, { allow: [] });
    for (const host of ["api.example", "127.0.0.1"]) {
      const result = await egress.check(openai(`http://${host}:${service.port}`));
      expect(result).toMatchObject({
        outcome: "unreachable",
        detail: "The address rule forbids this endpoint.",
      });
      expect(stepsOf(result)).toEqual(["lookup failed", "connect skipped", "tls skipped", "service skipped"]);
      expect(JSON.stringify(result)).not.toContain("127.0.0.1");
    }
    expect(service.connections()).toBe(0);
  });

  test("one forbidden address among good ones forbids the name", async () => {
    const service = await record();
    const lookup = async () => ["127.0.0.1", "169.254.169.254"].map((address) => ({ address, family: 4 }));
    const result = await openNamed({}, { lookup }).check(openai(`http://api.example:${service.port}`));
    expect(result.detail).toBe("The address rule forbids this endpoint.");
    expect(service.connections()).toBe(0);
  });
});

describe("TLS", () => {
  const authority = makeCertificate({ name: "Test CA", notAfter: new Date(Date.UTC(2048, 5, 7)) });
  const issue = (more: Partial<Parameters<typeof makeCertificate>[0]> = {}) =>
    makeCertificate({ name: "service", issuer: authority, hosts: ["api.example"], ...more });

  async function checkTls(
    certificate: { key: string; cert: string },
    ca: string | undefined = authority.cert,
  ) {
    const service = await serve((_request, response) => response.end(), certificate);
    return openNamed({ ca }).check(openai(`https://api.example:${service.port}`));
  }

  test("says when the first certificate of the chain expires", async () => {
    const soon = await checkTls(issue({ notAfter: new Date(Date.UTC(2040, 0, 2, 3)) }));
    expect(soon).toMatchObject({ outcome: "accepted", certificateExpiresAt: "2040-01-02T03:00:00.000Z" });
    expect(soon.steps.find(({ name }) => name === "tls")?.detail).toMatch(
      /^Certificate valid until 2040-01-02 \(\d+ days\)$/,
    );
    const leaf = issue();
    const withAuthority = { key: leaf.key, cert: leaf.cert + authority.cert };
    expect((await checkTls(withAuthority)).certificateExpiresAt).toBe("2048-06-07T00:00:00.000Z");
  });

  test("an address is verified as one", async () => {
    const service = await serve(
      (_request, response) => response.end(),
      issue({ hosts: [], addresses: ["127.0.0.1"] }),
    );
    const result = await openNamed({ ca: authority.cert }).check(openai(`https://127.0.0.1:${service.port}`));
    expect(result.outcome).toBe("accepted");
  });

  test.each([
    [
      "an expired certificate, with its day",
      () => checkTls(issue({ notAfter: new Date(Date.UTC(2026, 9, 1)), notBefore: new Date(0) })),
      "Certificate expired on 2026-10-01: api.example",
    ],
    [
      "a certificate from the future",
      () => checkTls(issue({ notBefore: new Date(Date.UTC(2048, 0, 1)) })),
      "Certificate not valid yet: api.example",
    ],
    [
      "a certificate for another host",
      () => checkTls(issue({ hosts: ["other.example"] })),
      "Certificate is for another host: api.example",
    ],
    [
      "a certificate of an unknown authority",
      () => checkTls(issue(), makeCertificate({ name: "Other CA" }).cert),
      "Certificate is signed by an unknown authority: api.example. KEYMOOR_EGRESS_CA adds an authority to those that are trusted.",
    ],
    [
      "a self-signed certificate",
      () => checkTls(makeCertificate({ name: "api.example", hosts: ["api.example"] })),
      "Certificate is self-signed: api.example. KEYMOOR_EGRESS_CA adds an authority to those that are trusted.",
    ],
  ])("%s", async (_name, run, detail) => {
    const result = await run();
    expect(result).toMatchObject({ outcome: "unreachable", detail, certificateExpiresAt: null });
    expect(stepsOf(result)).toEqual(["lookup passed", "connect passed", "tls failed", "service skipped"]);
  });

  test("a port that does not speak TLS", async () => {
    const service = await serve((_request, response) => response.end());
    const result = await openNamed().check(openai(`https://api.example:${service.port}`));
    expect(result.outcome).toBe("unreachable");
    expect(result.detail).toContain(`TLS: the handshake failed: api.example:${service.port}`);
  });

  test("a port that closes instead of a handshake", async () => {
    const { port } = await listen((socket) => socket.end());
    const result = await openNamed().check(openai(`https://api.example:${port}`));
    expect(result).toMatchObject({
      outcome: "unreachable",
      detail: `Connection closed by the service: api.example:${port}`,
    });
  });

  test("a port that says nothing", async () => {
    const { port, sockets } = await listen();
    const result = await openNamed(short).check(openai(`https://api.example:${port}`));
    expect(result).toMatchObject({
      outcome: "unreachable",
      detail: `No TLS handshake in time: api.example:${port} (0.3 seconds)`,
    });
    await vi.waitFor(() => expect(sockets.size).toBe(0));
  });
});

describe("what the service answers", () => {
  test("401 is a refusal, and nothing of the answer is shown, not even the key that it repeats", async () => {
    const service = await serve((request, response) => {
      const { authorization = "" } = request.headers;
      response
        .writeHead(401, authorization.replaceAll(/[^\w -]/g, ""), { "x-echo": authorization })
        .end(authorization);
    });
    const result = await open().check(openai(service.origin));
    expect(result).toMatchObject({
      outcome: "refused",
      detail: "Refused by the service: 401 Unauthorized",
    });
    expect(stepsOf(result).at(-1)).toBe("service failed");
    expect(JSON.stringify(result)).not.toContain(key);
  });

  test.each([
    [302, "Cannot tell: GET /models answered 302 Found, and redirects are not followed"],
    [403, "Cannot tell: GET /models answered 403 Forbidden"],
    [404, "Cannot tell: GET /models answered 404 Not Found"],
    [429, "Cannot tell: GET /models answered 429 Too Many Requests"],
    [500, "Cannot tell: GET /models answered 500 Internal Server Error"],
    [599, "Cannot tell: GET /models answered 599"],
  ])("%i leaves it open", async (status, detail) => {
    const elsewhere = await record();
    const service = await serve((_request, response) =>
      response.writeHead(status, "made up", { location: elsewhere.origin }).end("made up"),
    );
    const result = await open().check(openai(service.origin));
    expect(result).toMatchObject({ outcome: "cannot_tell", detail });
    expect(elsewhere.connections()).toBe(0);
  });

  test("an answer without end is not read", async () => {
    let closed: Promise<unknown> | undefined;
    const service = await serve((_request, response) => {
      closed = once(response, "close");
      const block = Buffer.alloc(64 * 1024, "x");
      const more = (): void => {
        while (!response.destroyed && response.write(block));
      };
      response.on("drain", more);
      more();
    });
    expect((await open().check(openai(service.origin))).outcome).toBe("accepted");
    await closed;
  });

  test("no answer in time", async () => {
    const service = await serve(() => {});
    const result = await open(short).check(openai(service.origin));
    expect(result).toMatchObject({
      outcome: "unreachable",
      detail: `No answer in time: 127.0.0.1:${service.port} (0.3 seconds)`,
    });
  });

  test.each([
    ["hangs up", (socket: Socket) => socket.end(), "Connection closed by the service"],
    [
      "speaks something else",
      (socket: Socket) => socket.end("SSH-2.0-x\r\n"),
      "The answer is not valid HTTP",
    ],
  ])("a service that %s", async (_name, handle, detail) => {
    const { port } = await listen((socket) => socket.once("data", () => handle(socket)));
    const result = await open().check(openai(`http://127.0.0.1:${port}`));
    expect(result).toMatchObject({ outcome: "unreachable", detail: `${detail}: 127.0.0.1:${port}` });
  });

  test("a check that is ended says so at once", async () => {
    const service = await serve(() => {});
    const leaving = new AbortController();
    const result = open().check(openai(service.origin), leaving.signal);
    await vi.waitFor(() => expect(service.connections()).toBe(2));
    leaving.abort();
    expect(await result).toMatchObject({
      outcome: "cannot_tell",
      detail: "The check was ended before it was done",
    });
    expect(await open().check(openai(service.origin), leaving.signal)).toMatchObject({
      outcome: "cannot_tell",
    });
  });
});

describe("error codes that say more than a status", () => {
  const aws = { "aws-access-key": "AKIDEXAMPLE", "aws-secret-key": "wJalrXUtnFEMI/K7MDENG" };
  const bedrock = (origin: string) =>
    connection("bedrock", `${origin}/model/anthropic.claude-3-haiku-20240307-v1%3A0/invoke`, aws);

  test.each<[string, Record<string, string>, string]>([
    ["in a header", { "x-amzn-errortype": "UnrecognizedClientException:http://internal/" }, "{}"],
    ["in the body", {}, '{"__type":"com.amazon.coral.service#UnrecognizedClientException","message":"echo"}'],
  ])("AWS refuses a key %s", async (_name, headers, body) => {
    const service = await record((_request, response) => response.writeHead(403, headers).end(body));
    expect(await open().check(bedrock(service.origin))).toMatchObject({
      outcome: "refused",
      detail: "Refused by the service: 403 Forbidden (UnrecognizedClientException)",
    });
    expect(service.requests).toMatchObject([
      { method: "POST", url: "/model/anthropic.claude-3-haiku-20240307-v1%3A0/count-tokens" },
    ]);
  });

  test("AWS knows the key but denies the request", async () => {
    const service = await serve((_request, response) =>
      response.writeHead(403, { "x-amzn-errortype": "AccessDeniedException" }).end(),
    );
    expect(await open().check(bedrock(service.origin))).toMatchObject({
      outcome: "cannot_tell",
      detail:
        "Cannot tell: POST /count-tokens answered 403 Forbidden (AccessDeniedException): the service knows the credential, but denies it this request",
    });
  });

  test("any other 403 of AWS, or a name that is not listed, is not repeated", async () => {
    const service = await serve((_request, response) =>
      response.writeHead(403, { "x-amzn-errortype": "toString" }).end(`{"__type":"${key}"}`),
    );
    expect(await open().check(bedrock(service.origin))).toMatchObject({
      outcome: "cannot_tell",
      detail: "Cannot tell: POST /count-tokens answered 403 Forbidden",
    });
  });

  test("Google's reason for a key that is none, in a body of which only the beginning is read", async () => {
    const error = {
      error: { code: 400, status: "INVALID_ARGUMENT", details: [{ reason: "API_KEY_INVALID" }] },
    };
    const service = await serve((_request, response) => {
      response.writeHead(400);
      response.end(JSON.stringify(error) + " ".repeat(1024 * 1024));
    });
    const target = connection("googleai", `${service.origin}/v1beta/models/gemini-2.5-flash:generateContent`);
    expect(await open().check(target)).toMatchObject({
      outcome: "refused",
      detail: "Refused by the service: 400 Bad Request (API_KEY_INVALID)",
    });
  });

  test("an error body that never ends does not hold the check", async () => {
    const service = await serve((_request, response) => {
      response.writeHead(403).write("{");
    });
    const result = await open(short).check(bedrock(service.origin));
    expect(result).toMatchObject({
      outcome: "unreachable",
      detail: expect.stringContaining("No answer in time"),
    });
  });
});

describe("tokens", () => {
  const oauth = (service: Service, tokenEndpoint = `${service.origin}/token`) =>
    connection("rest", `${service.origin}/api`, {
      "token-endpoint": tokenEndpoint,
      "client-id": "client",
      "client-secret": key,
      scope: "read",
    });
  const answerToken = (status: number, body: object) =>
    record((_request, response) => response.writeHead(status).end(JSON.stringify(body)));

  test("a granted token proves the credential; it is fetched anew by every check, and the API is not called", async () => {
    const service = await answerToken(200, { access_token: "t", token_type: "Bearer", expires_in: 3600 });
    const egress = open();
    for (const _ of [1, 2]) {
      const result = await egress.check(oauth(service));
      expect(result).toMatchObject({
        outcome: "accepted",
        detail: "Accepted by the token endpoint; the service was reached",
      });
      expect(stepsOf(result)).toEqual(["lookup passed", "connect passed", "tls skipped", "token passed"]);
    }
    expect(service.requests.map(({ url }) => url)).toEqual(["/token", "/token"]);
  });

  test.each([
    [
      400,
      { error: "invalid_grant", error_description: key },
      "refused",
      "it answered 400 with invalid_grant",
    ],
    [401, { error: "invalid_client" }, "refused", "it answered 401 with invalid_client"],
    [401, {}, "refused", "it answered 401"],
    [400, { error: "invalid_scope" }, "cannot_tell", "it answered 400 with invalid_scope"],
    [503, {}, "cannot_tell", "it answered 503"],
    [200, {}, "cannot_tell", "it answered 200"],
  ])("a token endpoint that answers %i %j", async (status, body, outcome, because) => {
    const result = await open().check(oauth(await answerToken(status, body)));
    expect(result).toMatchObject({
      outcome,
      detail: `The token endpoint gave no access token: ${because}`,
    });
    expect(stepsOf(result).at(-1)).toBe("token failed");
    expect(JSON.stringify(result)).not.toContain(key);
  });

  test("a token endpoint that is forbidden is not dialled, one that is dead is named, one that hangs is given up", async () => {
    const service = await record();
    const forbidden = await open().check(oauth(service, "http://169.254.169.254/token"));
    expect(forbidden).toMatchObject({
      outcome: "unreachable",
      detail: "The address rule forbids this endpoint.",
    });
    const port = await deadPort();
    expect(await open().check(oauth(service, `http://127.0.0.1:${port}/token`))).toMatchObject({
      outcome: "unreachable",
      detail: `Connection refused: 127.0.0.1:${port}`,
    });
    const silent = await listen();
    const late = await open(short).check(oauth(service, `http://127.0.0.1:${silent.port}/token`));
    expect(late.outcome).toBe("unreachable");
    expect(late.detail).toContain("did not answer in time");
  });
});

describe("what no request can tell", () => {
  test("an API of any kind is reached and no more", async () => {
    const service = await record();
    const result = await open().check(connection("rest", service.origin, { token: key }));
    expect(result).toMatchObject({
      outcome: "cannot_tell",
      detail: "Reached; no harmless request is known that would tell whether the credential is accepted",
    });
    expect(service.requests).toEqual([]);
  });

  test.each([
    ["rest", { token: "" }, 500, "accepted", "Reached; no credential is sent"],
    [
      "a2a",
      { username: "", password: "" },
      200,
      "accepted",
      "Accepted: GET /.well-known/agent-card.json answered 200",
    ],
    ["a2a", { token: "" }, 404, "accepted", "Reached; no credential is sent"],
    ["a2a", { token: "" }, 401, "refused", "Refused by the service: 401 Unauthorized"],
  ])("%s without a credential, answered %i", async (type, fields, status, outcome, detail) => {
    const service = await serve((_request, response) => response.writeHead(status).end());
    expect(await open().check(connection(type, service.origin, fields))).toMatchObject({ outcome, detail });
  });

  test("an agent's card, which is shown without a credential too", async () => {
    const service = await record();
    expect(await open().check(connection("a2a", `${service.origin}/agents/a`))).toMatchObject({
      outcome: "cannot_tell",
      detail: "Reached: GET /.well-known/agent-card.json answered 200, as it may without a credential",
    });
    expect(service.requests).toMatchObject([{ url: "/.well-known/agent-card.json" }]);
  });

  test("a value that no request can carry is refused without asking anyone", async () => {
    const service = await record();
    const target = connection("vertexai", `${service.origin}/v1/x:predict`, { "service-key": `{"${key}` });
    const result = await open().check(target);
    expect(result).toMatchObject({ outcome: "refused" });
    expect(result.detail).toContain(`The value of "service-key" is not the JSON key file`);
    expect(JSON.stringify(result)).not.toContain(key);
    expect(service.requests).toEqual([]);
  });
});

describe("databases without a driver here", () => {
  const login = { username: "ada", password: key };

  test.each([
    ["couchbase", (port: number) => `couchbase://localhost:${port}`],
    ["couchbase", (port: number) => `couchbase://127.0.0.2:1,127.0.0.1:${port}/bucket`],
    ["confluent_jdbc", (port: number) => `jdbc:mysql://127.0.0.1:${port}/shop?useSSL=true`],
    ["confluent_jdbc", (port: number) => `jdbc:sqlserver://127.0.0.1:${port};databaseName=shop`],
    ["confluent_jdbc", (port: number) => `jdbc:oracle:thin:@127.0.0.1:${port}:ORCL`],
    ["confluent_jdbc", (port: number) => `jdbc:oracle:thin:@//127.0.0.1:${port}/service`],
  ])("%s is reached over TCP", async (type, endpoint) => {
    const { port } = await listen();
    const result = await open().check(connection(type, endpoint(port), login));
    expect(result).toMatchObject({
      outcome: "cannot_tell",
      detail: "Reached; no login was tried: Keymoor has no driver for this endpoint",
    });
  });

  test("couchbases is reached over TLS", async () => {
    const authority = makeCertificate({ name: "Test CA" });
    const leaf = makeCertificate({ name: "service", issuer: authority, hosts: ["cb.example"] });
    const service = await serve(() => {}, leaf);
    const result = await openNamed({ ca: authority.cert }).check(
      connection("couchbase", `couchbases://cb.example:${service.port}`, login),
    );
    expect(result).toMatchObject({ outcome: "cannot_tell", certificateExpiresAt: expect.any(String) });
    expect(stepsOf(result)).toEqual(["lookup passed", "connect passed", "tls passed"]);
  });

  test("an http endpoint for a driver is told which form it needs", async () => {
    const service = await record();
    const result = await open().check(connection("confluent_jdbc", service.origin, login));
    expect(result.detail).toBe(
      "Reached; no login was tried: a driver needs an endpoint such as jdbc:postgresql://db.example.com:5432/my-database",
    );
    expect(service.requests).toEqual([]);
  });

  test("an endpoint without a host to read is not tried", async () => {
    const result = await open().check(connection("confluent_jdbc", "jdbc:h2:mem", login));
    expect(result).toMatchObject({
      outcome: "cannot_tell",
      detail: "Not tried: the endpoint names no host and port that Keymoor can read",
    });
  });
});

describe("a service of another make that speaks the type's API", () => {
  const basic = { username: "reader", password: "a-password" };

  /** As OpenSearch 2.19 with its security plug-in was seen to answer. */
  const openSearch = (status: number) =>
    record((request, response) => {
      response.statusCode = request.url === "/_plugins/_security/authinfo" ? status : 400;
      response.end("{}");
    });

  test.each([
    [200, "accepted", "Accepted: GET /_plugins/_security/authinfo answered 200"],
    [401, "refused", "Refused by the service: 401 Unauthorized"],
    [400, "cannot_tell", expect.stringContaining("answered 400 Bad Request")],
  ] as const)("is asked in its own words, and answers %i", async (status, outcome, detail) => {
    const service = await openSearch(status);
    const result = await open().check(connection("elastic", service.origin, basic));
    expect(result).toMatchObject({ outcome, detail });
    expect(service.requests.map(({ url }) => url)).toEqual([
      "/_security/_authenticate",
      "/_plugins/_security/authinfo",
    ]);
  });

  test("is not asked twice where the first answer says enough", async () => {
    const service = await record((_request, response) => {
      response.statusCode = 401;
      response.end();
    });
    expect(await open().check(connection("elastic", service.origin, basic))).toMatchObject({
      outcome: "refused",
    });
    expect(service.requests).toHaveLength(1);
  });
});
