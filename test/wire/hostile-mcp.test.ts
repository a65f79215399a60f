import type { IncomingMessage, ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { afterEach, expect, test } from "vitest";
import { localEgress } from "../../src/egress/fixtures/calls.ts";
import { startService } from "../../src/egress/fixtures/service.ts";
import { connectionOf, typeAndMethod } from "./call-type.ts";

// An MCP server may take a check's time, but little of everyone else's.

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

async function start(transport: "STREAMABLE_HTTP" | "SSE", listener: Listener) {
  const service = await startService(listener);
  const egress = localEgress({ limits: { checkStepTimeoutMs: 2000 } });
  closing.push(
    () => service.close(),
    () => egress.close(),
  );
  const { type, method } = typeAndMethod("mcp_server", "bearer");
  const target = connectionOf(type, method, service.origin, {
    token: "mcp-token-0123456789",
    "transport-type": transport,
  });
  return { check: () => egress.check(target) };
}

/** Answers as an MCP server, with these results of tools/list in turn. */
function listing(page: (number: number) => object): Listener & { readonly pages: () => number } {
  let pages = 0;
  const listener: Listener = async (request, response) => {
    if (request.method === "DELETE") {
      response.writeHead(405).end();
      return;
    }
    const { id, method } = (await json(request)) as { id?: number; method: string };
    if (id === undefined) {
      response.writeHead(202).end();
      return;
    }
    const hello = {
      protocolVersion: "2025-06-18",
      capabilities: { tools: {} },
      serverInfo: { name: "odd", version: "1" },
    };
    const result = method === "initialize" ? hello : page(++pages);
    response
      .writeHead(200, { "content-type": "application/json" })
      .end(JSON.stringify({ jsonrpc: "2.0", id, result }));
  };
  return Object.assign(listener, { pages: () => pages });
}

const tools = (count: number): object[] => Array.from({ length: count }, () => ({ name: "t" }));

test("a list of tools without end is cut, and the answer says so", async () => {
  const listener = listing((number) => ({ tools: tools(2), nextCursor: `c${number}` }));
  const { check } = await start("STREAMABLE_HTTP", listener);
  expect(await check()).toMatchObject({
    outcome: "accepted",
    detail: "Accepted: initialize was answered, more than 10 tools",
  });
  expect(listener.pages()).toBe(5);
});

test.each([
  ["one large page", 300 * 1024, "Cannot tell: an answer is larger than 256 KiB"],
  ["several large pages", 255 * 1024, "Cannot tell: the answers are larger than 1 MiB"],
])("%s", async (_what, size, detail) => {
  const page = { tools: [{ name: "x".repeat(size) }], nextCursor: "more" };
  const { check } = await start(
    "STREAMABLE_HTTP",
    listing(() => page),
  );
  expect(await check()).toMatchObject({ outcome: "cannot_tell", detail });
});

test("a line in pieces of one byte keeps nobody else waiting", async () => {
  const { check } = await start("SSE", (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" }).write("data: ");
    const { socket } = response;
    const pieces = "1\r\nx\r\n".repeat(5000);
    const more = (): void => {
      while (socket?.writable && socket.write(pieces));
    };
    socket?.on("error", () => {}).on("drain", more);
    setTimeout(more, 5);
  });
  expect(await check()).toMatchObject({
    outcome: "cannot_tell",
    detail: "Cannot tell: an answer is larger than 256 KiB",
  });
});

test("a server that asks on its part gets few answers", async () => {
  let posts = 0;
  let stream: ServerResponse | undefined;
  const { check } = await start("SSE", (request, response) => {
    if (request.method === "POST") {
      posts++;
      request.resume();
      response.writeHead(202).end();
      const pings = Array.from({ length: 500 }, (_, id) =>
        JSON.stringify({ jsonrpc: "2.0", id, method: "ping" }),
      );
      if (posts === 1) stream?.write(pings.map((ping) => `data: ${ping}\n\n`).join(""));
      return;
    }
    stream = response;
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write("event: endpoint\ndata: /messages\n\n");
  });
  expect(await check()).toMatchObject({
    outcome: "cannot_tell",
    detail: "Cannot tell: the server asks more than a check answers",
  });
  expect(posts).toBeLessThanOrEqual(32);
});

test("four are asked at once, and the others in their turn", async () => {
  let open = 0;
  let most = 0;
  const { check } = await start("STREAMABLE_HTTP", (_request, response) => {
    most = Math.max(most, ++open);
    setTimeout(() => {
      open--;
      response.writeHead(401).end();
    }, 30);
  });
  const results = await Promise.all(Array.from({ length: 9 }, check));
  expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(["refused"]));
  expect(most).toBe(4);
});
