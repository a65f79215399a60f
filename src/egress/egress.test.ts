import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import type { KeymoorError } from "../errors.ts";
import { Secret } from "../secret.ts";
import { createAddressPolicy } from "./address-policy.ts";
import { type CallTarget, createEgress, type Egress, type EgressOptions } from "./egress.ts";
import {
  headerOf,
  incomingOf,
  key,
  localEgress,
  postOf,
  setHeader,
  signer,
  targetOf,
  textOf,
  tokenMethod,
  typeOf,
} from "./fixtures/calls.ts";
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

async function serve(listener: Parameters<typeof startService>[0]): Promise<Service> {
  const service = await startService(listener);
  closing.push(() => service.close());
  return service;
}

async function record(answer?: Parameters<typeof startRecorder>[0]): Promise<Service> {
  const service = await startRecorder(answer);
  closing.push(() => service.close());
  return service;
}

async function failure(promise: Promise<unknown>): Promise<KeymoorError> {
  return promise.then(
    () => Promise.reject(new Error("did not fail")),
    (error: KeymoorError) => error,
  );
}

describe("what travels", () => {
  test("method, joined path, query, body and the caller's headers, with the credential and the endpoint's Host", async () => {
    const service = await record();
    const answer = await open().call(
      targetOf(`${service.origin}/api?v=1`),
      postOf(['{"a":', "1}"], {
        morePath: "/items/a%3Ab",
        query: "q=1",
        rawHeaders: [
          ...[
            "Host",
            "keymoor:8090",
            "Content-Type",
            "application/json",
            "Content-Length",
            "7",
            "X-Tag",
            "1",
            "x-tag",
            "2",
          ],
          ...[
            "Authorization",
            "Bearer caller",
            "Cookie",
            "session=1",
            "X-Forwarded-For",
            "10.0.0.1",
            "api-key",
            "use-token",
          ],
          ...["Connection", "keep-alive, x-hop", "X-Hop", "1", "Expect", "100-continue"],
        ],
        dropHeaders: ["api-key"],
      }),
    );
    expect(await textOf(answer)).toBe("ok");
    const [{ method, url, body, rawHeaders } = expect.unreachable()] = service.requests;
    expect({ method, url, body }).toEqual({
      method: "POST",
      url: "/api/items/a%3Ab?v=1&q=1",
      body: '{"a":1}',
    });
    expect(rawHeaders).toEqual([
      ...["host", `127.0.0.1:${service.port}`, "connection", "keep-alive"],
      ...["Content-Type", "application/json", "X-Tag", "1", "x-tag", "2", "authorization", `Bearer ${key}`],
      ...["accept-encoding", "identity", "content-length", "7"],
    ]);
  });

  test("a type's default header is sent unless the caller sent one", async () => {
    const service = await record();
    const egress = open();
    const target = targetOf(service.origin, { type: typeOf({ defaultHeaders: { "x-version": "1" } }) });
    await textOf(await egress.call(target, incomingOf()));
    await textOf(await egress.call(target, incomingOf({ rawHeaders: ["X-Version", "2"] })));
    expect(service.requests.map(({ headers }) => headers["x-version"])).toEqual(["1", "2"]);
  });

  test("what the auth method sets is never the caller's, in any spelling and number", async () => {
    const service = await record();
    const anonymous = targetOf(service.origin, {
      method: { name: "none", label: "", fields: {}, sets: ["x-api-key"], apply: (request) => request },
    });
    await textOf(
      await open().call(anonymous, incomingOf({ rawHeaders: ["X-Api-Key", "a", "x-api-key", "b"] })),
    );
    expect(service.requests[0]?.headers["x-api-key"]).toBeUndefined();
  });

  test.each(["TRACE", "CONNECT"])("%s is refused", async (method) => {
    const error = await failure(open().call(targetOf("http://127.0.0.1:1"), incomingOf({ method })));
    expect(error.code).toBe("call_method_not_allowed");
  });

  test("a request to upgrade is refused", async () => {
    const incoming = incomingOf({ rawHeaders: ["Connection", "Upgrade", "Upgrade", "websocket"] });
    expect((await failure(open().call(targetOf("http://127.0.0.1:1"), incoming))).code).toBe(
      "call_method_not_allowed",
    );
  });

  test("a type that is no HTTP service, or refuses by its options, says so", async () => {
    const none = typeOf({ call: { kind: "none", because: "It is reached by its driver." } });
    const picky = typeOf({
      refuseCall: ({ mode }) => (mode === "a" ? "Mode a cannot be called." : undefined),
    });
    const egress = open();
    const refused = async (target: CallTarget) => (await failure(egress.call(target, incomingOf()))).message;
    expect(await refused(targetOf("mongodb://h", { type: none }))).toBe("It is reached by its driver.");
    expect(await refused(targetOf("http://h", { type: picky, options: { mode: "a" } }))).toBe(
      "Mode a cannot be called.",
    );
  });
});

describe("what comes back", () => {
  test("status, end-to-end headers with duplicates, and the bytes, unread compression included", async () => {
    const service = await serve((_request, response) => {
      response.writeHead(418, [
        ...[
          "content-type",
          "text/x",
          "link",
          "<a>",
          "link",
          "<b>",
          "set-cookie",
          "a=1",
          "content-encoding",
          "gzip",
        ],
        ...["content-length", "4", "strict-transport-security", "max-age=1", "x-latin", "caf\xe9"],
      ]);
      response.end(Buffer.from([0x1f, 0x8b, 0, 0xff]));
    });
    const answer = await open().call(targetOf(service.origin), incomingOf());
    expect(answer.status).toBe(418);
    expect(headerOf(answer, "link")).toEqual(["<a>", "<b>"]);
    expect(headerOf(answer, "content-length")).toEqual(["4"]);
    expect(headerOf(answer, "x-latin")).toEqual(["caf\xe9"]);
    expect(headerOf(answer, "set-cookie")).toEqual([]);
    expect(headerOf(answer, "strict-transport-security")).toEqual([]);
    expect(headerOf(answer, "transfer-encoding")).toEqual([]);
    expect(headerOf(answer, "content-security-policy")).toEqual(["sandbox"]);
    expect(headerOf(answer, "keymoor-answer")).toEqual(["upstream"]);
    expect(Buffer.concat(await answer.body.toArray())).toEqual(Buffer.from([0x1f, 0x8b, 0, 0xff]));
  });

  test.each([
    ["HEAD", 200, "7"],
    ["GET", 204, undefined],
    ["GET", 304, undefined],
  ])("%s answered by %i has no body", async (method, status, length) => {
    const service = await serve((_request, response) => {
      if (length !== undefined) response.setHeader("content-length", length);
      response.writeHead(status).end();
    });
    const answer = await open().call(targetOf(service.origin), incomingOf({ method }));
    expect(answer.status).toBe(status);
    expect(headerOf(answer, "content-length")).toEqual(length === undefined ? [] : [length]);
    expect(await textOf(answer)).toBe("");
  });

  test("early hints are passed over and trailers dropped", async () => {
    const service = await serve((_request, response) => {
      response.writeEarlyHints({ link: "</a>; rel=preload" });
      response.writeHead(200, { trailer: "x-sum" });
      response.write("body");
      response.addTrailers({ "x-sum": "1" });
      response.end();
    });
    const answer = await open().call(targetOf(service.origin), incomingOf());
    expect(answer.status).toBe(200);
    expect(headerOf(answer, "trailer")).toEqual([]);
    expect(await textOf(answer)).toBe("body");
  });

  test("a redirect is handed back, not followed", async () => {
    const elsewhere = await record();
    const service = await record((_request, response) =>
      response.writeHead(302, { location: elsewhere.origin }).end(),
    );
    const answer = await open().call(targetOf(service.origin), incomingOf());
    expect(answer.status).toBe(302);
    expect(headerOf(answer, "location")).toEqual([elsewhere.origin]);
    expect(elsewhere.requests).toEqual([]);
  });

  test("connections are kept and used again", async () => {
    const service = await record();
    const egress = open();
    for (let i = 0; i < 20; i++) await textOf(await egress.call(targetOf(service.origin), incomingOf()));
    // A second one is dialled when a call comes before the first has come to rest.
    expect(service.connections()).toBeLessThanOrEqual(2);
  });
});

describe("streams", () => {
  test("events arrive as they are made, the head before the first", async () => {
    const steps: (() => void)[] = [];
    const service = await serve((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.flushHeaders();
      steps.push(
        () => response.write("data: 1\n\n"),
        () => response.write("data: 2\n\n"),
        () => response.end(),
      );
    });
    const answer = await open().call(targetOf(service.origin), incomingOf());
    const events: string[] = [];
    steps.shift()?.();
    for await (const chunk of answer.body) {
      events.push(String(chunk));
      steps.shift()?.();
    }
    expect(events).toEqual(["data: 1\n\n", "data: 2\n\n"]);
  });

  test("a body of unknown length reaches the service while the caller is still sending", async () => {
    const service = await serve((request, response) => request.pipe(response));
    const body = new Readable({ read() {} });
    const calling = open().call(targetOf(service.origin), incomingOf({ method: "POST", body }));
    body.push("first");
    const answer = await calling;
    const pieces = answer.body[Symbol.asyncIterator]();
    expect(String((await pieces.next()).value)).toBe("first");
    body.push("second");
    expect(String((await pieces.next()).value)).toBe("second");
    body.push(null);
    expect((await pieces.next()).done).toBe(true);
  });

  test("a streamed body of known length keeps its content-length", async () => {
    const service = await record();
    const body = "x".repeat(100_000);
    const incoming = postOf([body.slice(0, 60_000), body.slice(60_000)], {
      rawHeaders: ["content-length", "100000"],
    });
    await textOf(await open().call(targetOf(service.origin), incoming));
    expect(service.requests[0]?.headers["content-length"]).toBe("100000");
    expect(service.requests[0]?.headers["transfer-encoding"]).toBeUndefined();
    expect(service.requests[0]?.body).toBe(body);
  });

  test("a service is read no faster than the caller reads", async () => {
    const totalBytes = 64 * 1024 * 1024;
    let writtenBytes = 0;
    let isHeld = false;
    const service = await serve(async (_request, response) => {
      const chunk = Buffer.alloc(64 * 1024, "x");
      while (writtenBytes < totalBytes) {
        writtenBytes += chunk.length;
        if (!response.write(chunk)) {
          isHeld = true;
          await once(response, "drain");
        }
      }
      response.end();
    });
    const answer = await open().call(targetOf(service.origin), incomingOf());
    // Nobody reads: what stands in buffers on the way is all that gets written.
    for (let before = -1; before !== writtenBytes; ) {
      before = writtenBytes;
      await delay(100);
    }
    expect(isHeld).toBe(true);
    expect(writtenBytes).toBeLessThan(totalBytes / 2);
    expect(answer.body.readableLength).toBeLessThan(256 * 1024);
    let readBytes = 0;
    for await (const chunk of answer.body) readBytes += chunk.length;
    expect(readBytes).toBe(totalBytes);
  });

  test("when the caller goes away the service sees it", async () => {
    const closed: Promise<unknown>[] = [];
    const service = await serve((request, response) => {
      closed.push(once(request.socket, "close"));
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.flushHeaders();
    });
    const egress = open();
    const caller = new AbortController();
    const aborted = await egress.call(targetOf(service.origin), incomingOf({ signal: caller.signal }));
    caller.abort();
    const left = await egress.call(targetOf(service.origin), incomingOf());
    left.body.destroy();
    await Promise.all(closed);
    expect(closed).toHaveLength(2);
    expect(aborted.body.destroyed).toBe(true);
  });

  test("a caller who goes before the answer, or had gone already, ends the call", async () => {
    const caller = new AbortController();
    const sockets: Promise<unknown>[] = [];
    const service = await serve((request) => {
      sockets.push(once(request.socket, "close"));
      caller.abort();
    });
    const egress = open();
    const error = await failure(egress.call(targetOf(service.origin), incomingOf({ signal: caller.signal })));
    expect(error.message).toContain("caller went away");
    await Promise.all(sockets);
    const again = await failure(egress.call(targetOf(service.origin), incomingOf({ signal: caller.signal })));
    expect(again.message).toContain("caller went away");
  });

  test("a caller who breaks off in his body ends the call", async () => {
    const service = await serve((request) => request.on("error", () => {}).resume());
    const body = new Readable({ read() {} });
    const calling = failure(open().call(targetOf(service.origin), incomingOf({ method: "POST", body })));
    body.push("half");
    body.destroy(new Error("aborted"));
    expect((await calling).message).toContain("caller went away");
  });

  test("a service that answers before it has read the body does not cost the caller his connection", async () => {
    const service = await serve((_request, response) => {
      response.writeHead(413, { connection: "close" }).end("too much");
    });
    const egress = open();
    const front = await serve(async (request, response) => {
      const answer = await egress.call(
        targetOf(service.origin),
        incomingOf({ method: "POST", body: request, rawHeaders: request.rawHeaders }),
      );
      response.writeHead(answer.status);
      answer.body.pipe(response);
    });
    const client = httpRequest(front.origin, { method: "POST" });
    const sent = once(client, "finish");
    client.write("x".repeat(1000));
    const [response] = await once(client, "response");
    expect(response.statusCode).toBe(413);
    for (let i = 0; i < 50; i++) client.write("x".repeat(64 * 1024));
    client.end();
    expect(String(Buffer.concat(await response.toArray()))).toBe("too much");
    await sent;
  });

  test("an answer that breaks off ends as an error, not as its end", async () => {
    const service = await serve((_request, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("half", () => response.destroy());
    });
    const answer = await open().call(targetOf(service.origin), incomingOf());
    expect((await failure(textOf(answer))).code).toBe("upstream_unreachable");
  });
});

describe("bodies that are signed", () => {
  const target = (origin: string, more: Partial<CallTarget> = {}) =>
    targetOf(origin, {
      type: typeOf({ signingService: "bedrock" }),
      method: signer,
      credential: { method: "signer", values: { key: new Secret(key) } },
      region: "eu-west-1",
      ...more,
    });

  test("are read whole first; service and region are there to sign with", async () => {
    const service = await record();
    const egress = open();
    await textOf(await egress.call(target(service.origin), postOf(["abc", "def"])));
    await textOf(await egress.call(target(service.origin), incomingOf()));
    expect(
      service.requests.map(({ headers, body }) => [headers.authorization, headers["content-length"], body]),
    ).toEqual([
      ["Signed 6 eu-west-1 bedrock", "6", "abcdef"],
      ["Signed 0 eu-west-1 bedrock", undefined, ""],
    ]);
  });

  test.each([[["content-length", "11"]], [[]]])(
    "are refused above the limit (headers %j)",
    async (rawHeaders) => {
      const service = await record();
      const egress = open({ limits: { signedBodyBytes: 10 } });
      const error = await failure(
        egress.call(target(service.origin), postOf(["12345", "678901"], { rawHeaders })),
      );
      expect([error.code, error.status]).toEqual(["body_too_large", 413]);
      expect(service.requests).toEqual([]);
    },
  );

  test("what is too large is still taken from the caller, so that he can read the refusal", async () => {
    const incoming = postOf(["12345", "678901", "more", "and more"]);
    const taken = once(incoming.body ?? expect.unreachable(), "end");
    const egress = open({ limits: { signedBodyBytes: 10 } });
    expect((await failure(egress.call(target("http://127.0.0.1:1"), incoming))).code).toBe("body_too_large");
    await taken;
  });

  test("the default limit is 25 MiB", async () => {
    const rawHeaders = ["content-length", String(25 * 1024 * 1024 + 1)];
    const error = await failure(open().call(target("http://127.0.0.1:1"), postOf(["a"], { rawHeaders })));
    expect(error.message).toContain("25 MiB");
  });
});

describe("tokens", () => {
  /** A service that hands out `token-1-of-service`, `token-2-of-service`, ... at /token and takes those that are `valid`. */
  async function oauth(valid: (token: string) => boolean) {
    let issued = 0;
    const forms: string[] = [];
    const bodies: string[] = [];
    const service = await record(({ url, body, headers }, response) => {
      if (url === "/token") {
        forms.push(body);
        issued += 1;
        response.end(JSON.stringify({ access_token: `token-${issued}-of-service`, expires_in: 3600 }));
        return;
      }
      bodies.push(body);
      response
        .writeHead(valid(headers.authorization ?? "") ? 200 : 401)
        .end(headers.authorization?.slice(0, 10));
    });
    const target = targetOf(`${service.origin}/api`, {
      method: tokenMethod,
      options: { "token-endpoint": `${service.origin}/token` },
      credential: { method: "oauth", values: { "client-secret": new Secret("client-secret-1") } },
    });
    return { service, target, issued: () => issued, forms, bodies };
  }

  test("are fetched once for any number of calls at once", async () => {
    const { target, issued, forms, service } = await oauth(() => true);
    const egress = open();
    const answers = await Promise.all(Array.from({ length: 20 }, () => egress.call(target, incomingOf())));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    await Promise.all(answers.map(textOf));
    expect(issued()).toBe(1);
    expect(forms).toEqual(["client_secret=client-secret-1"]);
    const asked = service.requests.find(({ url }) => url === "/token");
    expect(asked?.headers["content-type"]).toBe("application/x-www-form-urlencoded");
  });

  test("a 401 is tried once more with a fresh one, body included", async () => {
    const { target, issued, bodies } = await oauth((header) => header !== "Bearer token-1-of-service");
    const answer = await open().call(target, postOf(["hello"], { rawHeaders: ["content-length", "5"] }));
    expect(answer.status).toBe(200);
    expect(bodies).toEqual(["hello", "hello"]);
    expect(issued()).toBe(2);
  });

  test("a 401 that stays is handed back", async () => {
    const { target, bodies } = await oauth(() => false);
    const answer = await open().call(target, incomingOf());
    expect(answer.status).toBe(401);
    expect(bodies).toHaveLength(2);
  });

  test.each([
    ["of unknown length", []],
    ["larger than is kept", ["content-length", "5"]],
  ])(
    "a 401 is handed back when the body was streamed (%s), and the next call has a fresh token",
    async (_why, rawHeaders) => {
      const { target, issued } = await oauth((header) => header !== "Bearer token-1-of-service");
      const egress = open({ limits: { retryBodyBytes: 4 } });
      expect((await egress.call(target, postOf(["hello"], { rawHeaders }))).status).toBe(401);
      expect((await egress.call(target, incomingOf())).status).toBe(200);
      expect(issued()).toBe(2);
    },
  );

  test("a caller may go while a token is fetched for his stream", async () => {
    const caller = new AbortController();
    const body = new Readable({ read() {} });
    const { target, bodies } = await oauth(() => {
      throw new Error("was called");
    });
    const asked = await record((_request, response) => {
      body.destroy(new Error("aborted"));
      caller.abort();
      response.end('{"access_token":"token-1-of-service","expires_in":60}');
    });
    const slow = { ...target, options: { "token-endpoint": `${asked.origin}/token` } };
    const incoming = incomingOf({ method: "POST", body, signal: caller.signal });
    expect((await failure(open().call(slow, incoming))).message).toContain("caller went away");
    expect(bodies).toEqual([]);
  });

  test("the token endpoint stands under the same address rule", async () => {
    const { target, service } = await oauth(() => true);
    const policy = createAddressPolicy({
      allow: ["127.0.0.1/32"],
      allowPrivate: false,
      own: () => [],
      lookup: async () => [{ address: "10.0.0.1", family: 4 }],
    });
    const egress = open({ policy });
    const moved = { ...target, options: { "token-endpoint": "http://login.example/token" } };
    const error = await failure(egress.call(moved, incomingOf()));
    expect(error.code).toBe("address_forbidden");
    expect(error.message).toContain("login.example");
    expect(service.requests).toEqual([]);
  });

  test("a token endpoint's answer is read as JSON, whatever its status; anything else is no body", async () => {
    const answers = ['{"error":"invalid_client"}', "<html>", "[1]", "x".repeat(300_000)];
    const service = await record((_request, response) => response.writeHead(400).end(answers.shift()));
    const egress = open();
    const post = () =>
      egress.post({ url: service.origin, headers: { authorization: "Basic eDp5" }, form: { a: "b c" } });
    expect(await post()).toEqual({ status: 400, body: { error: "invalid_client" } });
    for (let i = 0; i < 3; i++) expect(await post()).toEqual({ status: 400, body: undefined });
    expect(service.requests[0]).toMatchObject({
      method: "POST",
      body: "a=b+c",
      headers: { authorization: "Basic eDp5" },
    });
  });

  test("a token endpoint has its own time limit", async () => {
    const service = await serve(() => {});
    const egress = open({ limits: { tokenTimeoutMs: 50 } });
    const error = await failure(egress.post({ url: service.origin, headers: {}, form: {} }));
    expect(error.code).toBe("upstream_timeout");
    expect(error.message).toContain("token endpoint");
  });
});

describe("an answer that holds the secret", () => {
  /** Calls a service with this answer, and what came of it. */
  async function echo(listener: Parameters<typeof startService>[0], more: Partial<CallTarget> = {}) {
    const service = await serve(listener);
    let withheld = 0;
    const calling = open().call(
      targetOf(service.origin, more),
      incomingOf({ onWithheld: () => (withheld += 1) }),
    );
    return { calling, withheld: () => withheld };
  }

  test("in its first bytes is answered by an error of our own", async () => {
    const { calling, withheld } = await echo((request, response) =>
      response.end(`you sent ${request.headers.authorization}`),
    );
    const error = await failure(calling);
    expect([error.code, error.status]).toEqual(["upstream_echoed_secret", 502]);
    expect(error.sentence).not.toContain(key);
    expect(withheld()).toBe(1);
  });

  test("in a header is answered likewise", async () => {
    const { calling, withheld } = await echo((_request, response) =>
      response.writeHead(302, { location: `https://h/?k=${key}` }).end(),
    );
    expect((await failure(calling)).code).toBe("upstream_echoed_secret");
    expect(withheld()).toBe(1);
  });

  test("later is cut off, across pieces too, without a part of the secret", async () => {
    const { calling, withheld } = await echo(async (_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      for (const piece of [
        "data: hello\n\n",
        `data: ${key.slice(0, 5)}`,
        key.slice(5, 12),
        key.slice(12),
        "more",
      ]) {
        response.write(piece);
        await delay(20);
      }
      response.end();
    });
    const answer = await calling;
    let text = "";
    const error = await failure(
      (async () => {
        for await (const chunk of answer.body) text += String(chunk);
      })(),
    );
    expect(error.code).toBe("upstream_echoed_secret");
    expect("data: hello\n\ndata: ").toContain(text);
    expect(withheld()).toBe(1);
  });

  test("is searched for the credential as it was sent and as it was given: Basic's base64, and the password in it", async () => {
    const basic = {
      name: "basic",
      label: "",
      fields: { user: { label: "", wire: "U" }, password: { label: "", wire: "P", secret: true } },
      sets: ["authorization", "date"],
      apply: (request, { user, password }) => {
        const pair = Buffer.from(`${user}:${password}`).toString("base64");
        const date = "Tue, 01 Nov 1994";
        return setHeader(setHeader(request, "authorization", `Basic ${pair}`), "date", date);
      },
    } satisfies CallTarget["method"];
    const values = { user: new Secret("someone-here"), password: new Secret("pässwörd") };
    const more = { method: basic, credential: { method: "basic", values } };
    const harmless = await echo(
      (_request, response) => response.end("someone-here on Tue, 01 Nov 1994"),
      more,
    );
    expect(await textOf(await harmless.calling)).toBe("someone-here on Tue, 01 Nov 1994");
    const decoded = (header = "") => Buffer.from(header.slice("Basic ".length), "base64");
    for (const listener of [
      (request, response) => response.end(request.headers.authorization),
      (request, response) => response.end(decoded(request.headers.authorization)),
      (request, response) =>
        response.setHeader("x-user", decoded(request.headers.authorization).toString("latin1")).end(),
    ] satisfies Parameters<typeof startService>[0][]) {
      expect((await failure((await echo(listener, more)).calling)).code).toBe("upstream_echoed_secret");
    }
  });

  test("is searched for a secret that was never sent, too", async () => {
    const more = {
      type: typeOf({ signingService: "bedrock" }),
      method: signer,
      credential: { method: "signer", values: { key: new Secret(key) } },
    };
    const { calling } = await echo((_request, response) => response.end(`{"aws_secret":"${key}"}`), more);
    expect((await failure(calling)).code).toBe("upstream_echoed_secret");
  });

  test("is searched for the token of a token endpoint", async () => {
    const service = await record(({ url, headers }, response) =>
      response.end(
        url === "/token" ? '{"access_token":"token-12345","expires_in":60}' : headers.authorization,
      ),
    );
    const target = targetOf(`${service.origin}/api`, {
      method: tokenMethod,
      options: { "token-endpoint": `${service.origin}/token` },
      credential: { method: "oauth", values: { "client-secret": new Secret("client-secret-1") } },
    });
    expect((await failure(open().call(target, incomingOf()))).code).toBe("upstream_echoed_secret");
  });

  test.each(["gzip", "br", "identity, identity", "foo", "", "x-gzip;q=1"])(
    "is searched as its bytes are, whatever its Content-Encoding (%j)",
    async (encoding) => {
      const { calling } = await echo((_request, response) =>
        response.writeHead(200, { "content-encoding": encoding }).end(`you sent ${key}`),
      );
      expect((await failure(calling)).code).toBe("upstream_echoed_secret");
    },
  );

  test("cannot be had compressed, or in another alphabet, by asking for it", async () => {
    const service = await record(({ headers }, response) => {
      const answer = JSON.stringify(headers);
      if (!/gzip|\*/.test(headers["accept-encoding"] ?? "*")) response.end(answer);
      else response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(answer));
    });
    const egress = open();
    for (const rawHeaders of [
      [],
      ["Accept-Encoding", "gzip"],
      ["accept-encoding", "identity", "ACCEPT-ENCODING", "gzip, *"],
      ["Accept-Charset", "utf-16"],
    ]) {
      const error = await failure(egress.call(targetOf(service.origin), incomingOf({ rawHeaders })));
      expect(error.code).toBe("upstream_echoed_secret");
    }
    for (const { headers } of service.requests) {
      expect(headers["accept-encoding"]).toBe("identity");
      expect(headers["accept-charset"]).toBeUndefined();
    }
  });

  test("leaves Accept-Encoding to the caller when there is nothing to search for", async () => {
    const service = await record();
    const credential = { method: "api_key", values: { "api-key": new Secret("short") } };
    const rawHeaders = ["Accept-Encoding", "gzip"];
    await textOf(await open().call(targetOf(service.origin, { credential }), incomingOf({ rawHeaders })));
    expect(service.requests[0]?.headers["accept-encoding"]).toBe("gzip");
  });

  test("is not searched for a secret shorter than 8 bytes", async () => {
    const credential = { method: "api_key", values: { "api-key": new Secret("short") } };
    const { calling } = await echo((_request, response) => response.end("short"), { credential });
    expect(await textOf(await calling)).toBe("short");
  });
});

describe("failures on the way", () => {
  test("a refused connection", async () => {
    const service = await record();
    await service.close();
    const error = await failure(open().call(targetOf(service.origin), incomingOf()));
    expect([error.code, error.message]).toEqual([
      "upstream_unreachable",
      `Connection refused: 127.0.0.1:${service.port}.`,
    ]);
  });

  test("a name that does not resolve", async () => {
    const lookup = async () => Promise.reject(Object.assign(new Error("getaddrinfo"), { code: "ENOTFOUND" }));
    const policy = createAddressPolicy({ allow: [], allowPrivate: false, own: () => [], lookup });
    const error = await failure(
      open({ policy }).call(targetOf("https://ai.openai.example/v1"), incomingOf()),
    );
    expect([error.code, error.message]).toEqual([
      "upstream_unreachable",
      "Lookup failed: ai.openai.example.",
    ]);
    const none = createAddressPolicy({
      allow: [],
      allowPrivate: false,
      own: () => [],
      lookup: async () => [],
    });
    expect(
      (await failure(open({ policy: none }).call(targetOf("http://h.example"), incomingOf()))).message,
    ).toBe("Lookup failed: h.example.");
  });

  test("a service that hangs up, or does not speak HTTP", async () => {
    const hangsUp = await serve((request) => request.socket.destroy());
    const egress = open();
    expect((await failure(egress.call(targetOf(hangsUp.origin), incomingOf()))).message).toBe(
      `Connection closed by the service: 127.0.0.1:${hangsUp.port}.`,
    );
    const babbles = await serve((request) => request.socket.end("SSH-2.0-OpenSSH_9.6\r\n"));
    expect((await failure(egress.call(targetOf(babbles.origin), incomingOf()))).message).toBe(
      `The answer is not valid HTTP: 127.0.0.1:${babbles.port}.`,
    );
  });

  test("a service that keeps silent before its answer, or within it", async () => {
    const egress = open({ limits: { idleTimeoutMs: 300 } });
    const silent = await serve(() => {});
    const before = await failure(egress.call(targetOf(silent.origin), incomingOf()));
    expect([before.code, before.status]).toEqual(["upstream_timeout", 504]);
    expect(before.message).toBe(`No answer in time: 127.0.0.1:${silent.port}.`);

    const stalls = await serve((_request, response) => response.write("data"));
    const answer = await egress.call(targetOf(stalls.origin), incomingOf());
    expect((await failure(textOf(answer))).message).toBe(
      `The answer stopped coming: 127.0.0.1:${stalls.port}.`,
    );
  });

  test("no failure holds the secret, not even in the cause that goes to the log", async () => {
    const service = await serve((request) =>
      request.socket.end(`garbage ${request.headers.authorization}\r\n\r\n`),
    );
    const error = await failure(open().call(targetOf(`${service.origin}/?q=1`), incomingOf()));
    expect(
      JSON.stringify({ ...error, cause: error.cause, message: error.message, stack: error.stack }),
    ).not.toContain(key);
  });

  test("closing ends the calls under way", async () => {
    const service = await serve(() => {});
    const egress = open();
    const calling = failure(egress.call(targetOf(service.origin), incomingOf()));
    await delay(50);
    await egress.close();
    expect((await calling).code).toBe("stopping");
    expect((await failure(egress.call(targetOf(service.origin), incomingOf()))).code).toBe("stopping");
  });
});

describe("the address rule", () => {
  test("holds for addresses and names alike, before anything is sent", async () => {
    const service = await record();
    const policy = createAddressPolicy({ allow: [], allowPrivate: false, own: () => [] });
    const egress = createEgress({ policy, ca: undefined });
    closing.push(() => egress.close());
    for (const host of ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433"]) {
      const error = await failure(egress.call(targetOf(`http://${host}:${service.port}`), incomingOf()));
      expect([error.code, error.status]).toEqual(["address_forbidden", 400]);
    }
    expect(service.connections()).toBe(0);
  });

  test("a name that changes its address between check and dialling is dialled where it was checked", async () => {
    const checked = await record((_request, response) => response.end("checked"));
    let lookups = 0;
    const policy = createAddressPolicy({
      allow: ["127.0.0.1/32"],
      allowPrivate: false,
      own: () => [],
      lookup: async () => {
        lookups += 1;
        return [{ address: lookups === 1 ? "127.0.0.1" : "169.254.169.254", family: 4 }];
      },
    });
    const egress = open({ policy });
    const answer = await egress.call(targetOf(`http://rebind.example:${checked.port}`), incomingOf());
    expect(await textOf(answer)).toBe("checked");
    expect(lookups).toBe(1);
    expect(checked.requests[0]?.headers.host).toBe(`rebind.example:${checked.port}`);

    await checked.close(); // the next call has to dial again
    const error = await failure(egress.call(targetOf(`http://rebind.example:${checked.port}`), incomingOf()));
    expect(error.message).toContain("169.254.169.254");
  });

  test("the next address of a name is tried when the first does not answer", async () => {
    const service = await record();
    const policy = createAddressPolicy({
      allow: ["127.0.0.0/8"],
      allowPrivate: false,
      own: () => [],
      lookup: async () => [
        { address: "127.0.0.2", family: 4 },
        { address: "127.0.0.1", family: 4 },
      ],
    });
    const answer = await open({ policy }).call(targetOf(`http://two.example:${service.port}`), incomingOf());
    expect(await textOf(answer)).toBe("ok");
  });

  test("Keymoor does not call itself", async () => {
    const service = await record();
    const own = () => [{ host: "127.0.0.1", port: service.port }];
    const policy = createAddressPolicy({ allow: ["127.0.0.0/8"], allowPrivate: true, own });
    const error = await failure(open({ policy }).call(targetOf(service.origin), incomingOf()));
    expect(error.message).toContain("where Keymoor itself listens");
  });
});
