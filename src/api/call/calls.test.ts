import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ApiFixture, basicOf, keymoorV1, openApi, sqlV1 } from "../../../test/fixtures/services.ts";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const secret = "the-secret-of-the-service";

describe("a call", () => {
  let api: ApiFixture;
  let upstream: Server;
  let answer: Handler;
  let seen: IncomingMessage[];
  let port: number;
  let token: string;

  beforeEach(async () => {
    seen = [];
    answer = (_request, response) => response.end("fine");
    upstream = createServer((request, response) => {
      seen.push(request);
      answer(request, response);
    });
    await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
    const origin = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
    api = await openApi();
    await api.app.listen({ host: "127.0.0.1", port: 0 });
    port = (api.app.server.address() as AddressInfo).port;
    for (const [name, type, endpoint, data] of [
      ["api", "REST", `${origin}/base`, { BEARER_TOKEN: secret }],
      ["claude", "ANTHROPIC", `${origin}/v1/messages`, { API_KEY: secret }],
      ["gpt", "OPENAI", `${origin}/v1/chat/completions`, { API_KEY: secret }],
    ] as const) {
      const spec = { connection_type: type, endpoint, auth_data: { data: JSON.stringify(data) } };
      expect((await api.send("POST", `${sqlV1}/connections`, { name, spec })).status).toBe(201);
    }
    const made = await api.send("POST", `${keymoorV1}/use-tokens`, {
      name: "t",
      connections: ["api", "claude", "gpt"],
    });
    token = made.json.token;
  });

  afterEach(async () => {
    upstream.closeAllConnections();
    upstream.close();
    api.app.server.closeAllConnections();
    await api.close();
  });

  interface Sent {
    readonly status: number;
    readonly headers: IncomingMessage["headers"];
    readonly text: string;
  }

  function start(
    path: string,
    options: { method?: string; headers?: Record<string, string>; agent?: Agent } = {},
  ) {
    const { method = "GET", headers = {}, agent } = options;
    const outgoing = httpRequest({
      host: "127.0.0.1",
      port,
      path,
      method,
      headers: { authorization: `Bearer ${token}`, ...headers },
      ...(agent === undefined ? {} : { agent }),
    });
    const response = new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.once("response", resolve);
      outgoing.once("error", reject);
    });
    return { outgoing, response };
  }

  async function call(
    path: string,
    options: Parameters<typeof start>[1] & { body?: string | Buffer } = {},
  ): Promise<Sent> {
    const { outgoing, response } = start(path, options);
    outgoing.end(options.body);
    const incoming = await response;
    let text = "";
    for await (const chunk of incoming) text += String(chunk);
    return { status: incoming.statusCode ?? 0, headers: incoming.headers, text };
  }

  it("goes to the service with its credential, path and query byte for byte", async () => {
    const path = "/c/api/a%2Fb//c%zz/%C3%A4;d=1?x=%41&y=a+b&z=%7E";
    const sent = await call(path, {
      method: "POST",
      body: "hello",
      headers: { "content-type": "no/such type" },
    });
    expect([sent.status, sent.text]).toEqual([200, "fine"]);
    expect(seen[0]?.url).toBe(path.replace("/c/api", "/base"));
    expect(seen[0]?.headers).toMatchObject({
      authorization: `Bearer ${secret}`,
      "content-type": "no/such type",
    });
    const long = await call(`${keymoorV1}/connections/api/call/more?q=1`, {
      headers: { authorization: basicOf("flinkDeveloper") },
    });
    expect([long.status, seen[1]?.url]).toEqual([200, "/base/more?q=1"]);
  });

  it("is answered with the service's answer, marked as such and harmless in a browser", async () => {
    answer = (_request, response) =>
      response
        .writeHead(418, { "x-request-id": "of-the-service", "set-cookie": "a=b", "x-more": "1" })
        .end("tea");
    const sent = await call("/c/api");
    expect([sent.status, sent.text]).toEqual([418, "tea"]);
    expect(sent.headers).toMatchObject({
      "keymoor-answer": "upstream",
      "content-security-policy": "sandbox",
      "x-content-type-options": "nosniff",
      "x-request-id": "of-the-service",
      "keymoor-request-id": expect.stringMatching(/^[0-9a-f-]{36}$/),
      "x-more": "1",
    });
    expect(sent.headers["set-cookie"]).toBeUndefined();
  });

  it("that Keymoor refuses is marked as Keymoor's own answer", async () => {
    for (const [path, headers, status, code] of [
      ["/c/api", { authorization: "Bearer kmt_wrong" }, 401, "user_unauthenticated"],
      ["/c/api/../x", {}, 400, "call_path_invalid"],
      ["/c/missing", { authorization: basicOf("flinkDeveloper", "flink") }, 404, "connection_not_found"],
      ["/c/api", { authorization: basicOf("flinkDeveloper", "cloud") }, 400, "invalid_request"],
      ["/c/gpt/v1/other", {}, 400, "call_path_invalid"],
      ["/c/%zz", {}, 400, "invalid_request"],
    ] as const) {
      const sent = await call(path, { headers });
      expect([path, sent.status, JSON.parse(sent.text).errors[0].code]).toEqual([path, status, code]);
      expect(sent.headers["keymoor-answer"]).toBe("keymoor");
      expect(sent.headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
    }
    expect(seen).toEqual([]);
  });

  it("takes the use token where the type's own clients send their key, and nowhere else", async () => {
    const send = (name: string, headers: Record<string, string>) => {
      const { outgoing, response } = start(`/c/${name}`, { method: "POST" });
      outgoing.removeHeader("authorization");
      for (const [key, value] of Object.entries(headers)) outgoing.setHeader(key, value);
      outgoing.end("{}");
      return response.then((incoming) => {
        incoming.resume();
        return incoming.statusCode;
      });
    };
    expect(await send("claude", { "x-api-key": token })).toBe(200);
    expect(seen[0]?.headers["x-api-key"]).toBe(secret);
    expect(await send("gpt", { "x-api-key": token })).toBe(401);
    expect(await send("claude", { "x-api-key": "sk-ant-of-the-vendor" })).toBe(401);
    expect(await send("claude", { "x-api-key": token, authorization: "Bearer kmt_wrong" })).toBe(401);
    expect(await send("claude", { "x-api-key": "anything", authorization: `Bearer ${token}` })).toBe(200);
    expect(seen[1]?.headers["x-api-key"]).toBe(secret);
  });

  it.each(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "REPORT", "PURGE"])(
    "by %s is passed on",
    async (method) => {
      expect((await call("/c/api/x", { method })).status).toBe(200);
      expect(seen[0]?.method).toBe(method);
    },
  );

  it("is reached by its path as it stands, not by one that only a decoder takes for it", async () => {
    for (const path of ["/%63/api", `${keymoorV1}/connections/api/cal%6c`]) {
      const sent = await call(path);
      expect([path, sent.status, JSON.parse(sent.text).errors[0].code]).toEqual([
        path,
        404,
        "route_not_found",
      ]);
    }
    expect(seen).toEqual([]);
  });

  it("by HEAD has the head of the answer and no body", async () => {
    answer = (_request, response) =>
      response.writeHead(200, { "content-length": "12345", etag: '"1"' }).end();
    const sent = await call("/c/api", { method: "HEAD" });
    expect([sent.status, sent.text, sent.headers["content-length"], sent.headers.etag]).toEqual([
      200,
      "",
      "12345",
      '"1"',
    ]);
    const refused = await call("/c/missing", { method: "HEAD" });
    expect([refused.status, refused.text]).toEqual([403, ""]);
  });

  it("by TRACE, or for another protocol, is refused; an offer of HTTP/2 is overlooked", async () => {
    for (const [options, status] of [
      [{ method: "TRACE" }, 400],
      [{ headers: { connection: "Upgrade", upgrade: "websocket" } }, 400],
      [
        {
          headers: { connection: "Upgrade, HTTP2-Settings", upgrade: "h2c", "http2-settings": "AAMAAABkAAQ" },
        },
        200,
      ],
    ] as const) {
      const sent = await call("/c/api", options);
      expect([options, sent.status]).toEqual([options, status]);
    }
    expect(seen[0]?.headers).not.toHaveProperty("upgrade");
    expect(seen[0]?.headers).not.toHaveProperty("http2-settings");
  });

  it("streams both ways while it lasts", async () => {
    // The service answers each chunk before the next is sent, so nothing may wait for an end.
    answer = (request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      request.on("data", (chunk) => response.write(`got ${chunk}`));
      request.on("end", () => response.end("end"));
    };
    const { outgoing, response } = start("/c/api", { method: "POST" });
    outgoing.write("one");
    const incoming = await response;
    const chunks = incoming[Symbol.asyncIterator]();
    expect(String((await chunks.next()).value)).toBe("got one");
    outgoing.write("two");
    expect(String((await chunks.next()).value)).toBe("got two");
    outgoing.end();
    expect(String((await chunks.next()).value)).toBe("end");
  });

  it("shows the head of an event stream before its first event", async () => {
    let open: ServerResponse | undefined;
    answer = (_request, response) => {
      open = response;
      response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
    };
    const { outgoing, response } = start("/c/api");
    outgoing.end();
    const incoming = await response;
    expect(incoming.headers["content-type"]).toBe("text/event-stream");
    open?.end("data: 1\n\n");
    let text = "";
    for await (const chunk of incoming) text += String(chunk);
    expect(text).toBe("data: 1\n\n");
  });

  it("is read from the service no faster than the caller takes it", async () => {
    let written = 0;
    const total = 64 * 1024 * 1024;
    answer = (_request, response) => {
      const more = () => {
        while (written < total) {
          written += 65_536;
          if (!response.write(Buffer.alloc(65_536))) {
            response.once("drain", more);
            return;
          }
        }
        response.end();
      };
      more();
    };
    const { outgoing, response } = start("/c/api");
    outgoing.end();
    const incoming = await response;
    // Nobody reads: the service comes to a halt once the buffers between are full.
    let before = -1;
    while (before !== written) {
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(written).toBeLessThan(total / 2);
    let received = 0;
    for await (const chunk of incoming) received += (chunk as Buffer).length;
    expect(received).toBe(total);
  });

  it("ends at the service when the caller goes away", async () => {
    const gone = new Promise<void>((resolve) => {
      answer = (request, response) => {
        request.resume();
        response.write("first");
        response.once("close", resolve);
      };
    });
    const { outgoing, response } = start("/c/api");
    outgoing.end();
    const incoming = await response;
    incoming.on("error", () => {});
    incoming.destroy();
    await gone;
  });

  it("ends at the service when the caller goes away before there is an answer", async () => {
    let arrived = () => {};
    const isThere = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const gone = new Promise<void>((resolve) => {
      answer = (request) => {
        request.socket.once("close", () => resolve());
        arrived();
      };
    });
    const { outgoing, response } = start("/c/api");
    response.catch(() => {});
    outgoing.end();
    await isThere;
    outgoing.destroy();
    await gone;
  });

  it("whose answer holds the secret is 502 before the first byte, and cut after it", async () => {
    answer = (request, response) => response.end(JSON.stringify(request.headers));
    const early = await call("/c/api");
    expect([early.status, early.headers["keymoor-answer"]]).toEqual([502, "keymoor"]);
    expect(JSON.parse(early.text).errors[0].code).toBe("upstream_echoed_secret");
    answer = (_request, response) => {
      response.write("a first chunk, long enough to be sent on at once. ");
      setImmediate(() => setTimeout(() => response.end(`and here it is: ${secret}`), 50));
    };
    const { outgoing, response } = start("/c/api");
    outgoing.end();
    const incoming = await response;
    let text = "";
    const cut = (async () => {
      for await (const chunk of incoming) text += String(chunk);
    })();
    await expect(cut).rejects.toThrow();
    expect([incoming.statusCode, text.startsWith("a first chunk"), text.includes(secret)]).toEqual([
      200,
      true,
      false,
    ]);
  });

  it("that breaks off at the service is cut at the caller", async () => {
    answer = (_request, response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write("half");
      setTimeout(() => response.destroy(), 50);
    };
    await expect(call("/c/api")).rejects.toThrow();
  });

  it("to a service that is not there is 502, by Keymoor", async () => {
    await new Promise((resolve) => {
      upstream.closeAllConnections();
      upstream.close(resolve);
    });
    const sent = await call("/c/api", { method: "POST", body: "x" });
    expect([sent.status, sent.headers["keymoor-answer"]]).toEqual([502, "keymoor"]);
  });

  it("whose body nobody read leaves the connection fit for the next", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const body = Buffer.alloc(4 * 1024 * 1024);
    const refused = await call("/c/api", {
      method: "POST",
      body,
      agent,
      headers: { authorization: "Bearer kmt_wrong" },
    });
    expect(refused.status).toBe(401);
    // The service answers without reading.
    answer = (_request, response) => response.writeHead(413).end("too much");
    expect((await call("/c/api", { method: "POST", body, agent })).status).toBe(413);
    answer = (_request, response) => response.end("fine");
    expect((await call("/c/api", { agent })).text).toBe("fine");
    agent.destroy();
  });

  it("over HTTP/1.0, or with a body in chunks, is understood", async () => {
    const old = await new Promise<string>((resolve) => {
      const socket = connect(port, "127.0.0.1", () =>
        socket.write(`GET /c/api HTTP/1.0\r\nAuthorization: Bearer ${token}\r\n\r\n`),
      );
      let text = "";
      socket.on("data", (chunk) => {
        text += chunk.toString();
      });
      socket.on("end", () => resolve(text));
    });
    expect(old).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nfine$/);
    let body = "";
    answer = async (request, response) => {
      for await (const chunk of request) body += String(chunk);
      response.end();
    };
    const { outgoing, response } = start("/c/api", { method: "POST" });
    outgoing.write("in ");
    outgoing.end("chunks");
    (await response).resume();
    expect(body).toBe("in chunks");
  });

  it("is counted as a use and audited, without a word of its path", async () => {
    await call("/c/api/private-path?private=query");
    await api.services.store.flush();
    const usage = await api.send("GET", `${keymoorV1}/connections/api/usage`);
    expect(usage.json).toMatchObject({
      last_used_by: "u-orgadmin",
      days: [{ principal: "u-orgadmin", calls: 1 }],
    });
    const events = await api.send("GET", "/keymoor/v1/audit-events?action=connection.call");
    expect(events.json.data[0]).toMatchObject({
      outcome: "done",
      resource_name: "api",
      address: "127.0.0.1",
    });
    expect(events.text + JSON.stringify(api.logged)).not.toContain("private");
  });
});
