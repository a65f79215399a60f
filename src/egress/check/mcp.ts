import type { Readable } from "node:stream";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { version } from "../../version.ts";
import { headerValue } from "../call-headers.ts";
import type { CallTarget } from "../egress.ts";
import { exchange } from "../exchange.ts";
import { asFailure, CheckFailure } from "./check-failure.ts";
import { type Asking, cannotTell, refused, type Verdict } from "./verdict.ts";

/** MCP's `initialize` over the connection's transport, and its tools are counted. Both read only. */
export async function askMcp(asking: Asking): Promise<Verdict> {
  const { target, probes, inject } = asking;
  const transportType = target.options["transport-type"] ?? target.type.options["transport-type"]?.default;
  const isSse = transportType === "SSE";
  const url = isSse ? sseUrl(target) : new URL(target.endpoint);
  // Before the step of the service, because it is a step of its own to fetch a token.
  await inject({ method: "POST", url, headers: [], body: undefined });

  return await probes.step("service", `No answer in time: ${url.host}`, async (ended) => {
    const { Client, ResultSchema, SSEClientTransport, StreamableHTTPClientTransport } = await import(
      "./mcp-client.ts"
    );
    const wire = mcpWire(asking, url, isSse, ended);
    const client = new Client({ name: "keymoor", version });
    const transport = isSse
      ? new SSEClientTransport(url, { fetch: wire.fetch })
      : new StreamableHTTPClientTransport(url, { fetch: wire.fetch });
    let isConnected = false;
    const talk = async (): Promise<Verdict> => {
      // Declared without `| undefined`, which exactOptionalPropertyTypes minds.
      await client.connect(transport as Transport);
      isConnected = true;
      const tools =
        client.getServerCapabilities()?.tools === undefined
          ? "0 tools"
          : // Not `listTools`, which would compile the schemas that the server sends.
            await countTools((params) => client.request({ method: "tools/list", params }, ResultSchema));
      if (transport instanceof StreamableHTTPClientTransport) {
        await transport.terminateSession().catch(() => {}); // a server need not offer it
      }
      return { outcome: "accepted", detail: `Accepted: initialize was answered, ${tools}` };
    };
    try {
      // The library waits on when a stream breaks off, so what ends the wire ends the talk.
      const verdict = await Promise.race([wire.failing, talk()]);
      return { detail: verdict.detail, value: verdict };
    } catch (error) {
      // The library's errors quote what the server wrote.
      if (error instanceof CheckFailure) throw error;
      const other = isConnected ? new CheckFailure("cannot_tell", noTools) : wire.misunderstood();
      throw wire.failure() ?? other;
    } finally {
      await client.close().catch(() => {});
      wire.close();
    }
  });
}

type ToolsPage = Readonly<Record<string, unknown>>;

async function countTools(page: (params: { cursor?: string }) => Promise<ToolsPage>): Promise<string> {
  let count = 0;
  let cursor: string | undefined;
  for (let pages = 0; pages < maxPages; pages++) {
    const { tools, nextCursor } = await page(cursor === undefined ? {} : { cursor });
    count += Array.isArray(tools) ? tools.length : 0;
    if (typeof nextCursor !== "string") return count === 1 ? "1 tool" : `${count} tools`;
    cursor = nextCursor;
  }
  return `more than ${count} tools`;
}

const maxPages = 5;
const noTools = "Cannot tell: initialize was answered, but the list of tools was not";

/** What one answer may have, and all of a check together. Lists of tools are a few kilobytes, with long descriptions some tens. */
const maxAnswerBytes = 256 * 1024;
const maxCheckBytes = 1024 * 1024;
/** A talk takes three and one for each page; what a server asks on its part is answered too. */
const maxRequests = 32;

/** As the option's hint says: absolute, or relative to the endpoint; without it, /sse on the endpoint's host. */
function sseUrl({ endpoint, options }: CallTarget): URL {
  const text = options["sse-endpoint"] || "/sse";
  const url = URL.canParse(text, endpoint) ? new URL(text, endpoint) : undefined;
  if (url?.origin === new URL(endpoint).origin) return url;
  throw new CheckFailure("cannot_tell", "Not asked: the SSE endpoint is not at the endpoint's host and port");
}

interface McpWire {
  readonly fetch: (url: string | URL, init?: RequestInit) => Promise<Response>;
  /** Rejects with the first failure of a request. */
  readonly failing: Promise<never>;
  readonly failure: () => CheckFailure | undefined;
  /** Every request was answered, and the library made nothing of it: there is no MCP server to reach. */
  readonly misunderstood: () => CheckFailure;
  readonly close: () => void;
}

/** The library's `fetch`, through the dialler and with the credential, to the endpoint's origin and nowhere else. */
function mcpWire({ inject, dialler }: Asking, endpoint: URL, isSse: boolean, ended: AbortSignal): McpWire {
  let failure: CheckFailure | undefined;
  let fail = (_failure: CheckFailure): void => {};
  const failing = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failing.catch(() => {}); // not everyone waits for it
  let messagesSent = 0;
  let requestsSent = 0;
  const open = new Set<Readable>();

  async function send(url: URL, init: RequestInit): Promise<Response> {
    const method = init.method ?? "GET";
    // A stream for messages that the server begins by itself: we wait for none.
    if (!isSse && method === "GET") return new Response(null, { status: 405 });
    if (url.origin !== endpoint.origin) {
      throw new CheckFailure("cannot_tell", "Not asked: the server names an address at another host or port");
    }
    const what = method === "POST" ? "an MCP message" : `${method} ${url.pathname}`;
    if (method === "POST") messagesSent++;
    if (++requestsSent > maxRequests) {
      throw new CheckFailure("cannot_tell", "Cannot tell: the server asks more than a check answers");
    }
    const body = typeof init.body === "string" ? Buffer.from(init.body) : undefined;
    const headers = [...new Headers(init.headers), ["accept-encoding", "identity"]].flat();
    const injected = await inject({ method, url, headers, body });
    const signal = init.signal == null ? ended : AbortSignal.any([ended, init.signal]);
    const answer = await exchange(await dialler.dispatcher(), {
      method,
      url: injected.url,
      headers: injected.headers,
      body,
      signal,
      search: undefined, // nothing of the answer is handed on
      onWithheld: () => {},
    });
    const { status } = answer;
    open.add(answer.body);
    if (status < 200 || status > 299) {
      answer.body.destroy();
      throw status === 401 || status === 403 ? refused(status) : cannotTell(what, status);
    }
    const kept = ["content-type", "mcp-session-id"].flatMap((name): [string, string][] => {
      const value = headerValue(answer.headers, name);
      return value === undefined ? [] : [[name, value]];
    });
    const hasBody = status !== 204 && status !== 205;
    return new Response(hasBody ? webStream(answer.body, takeBytes, noteFailure) : null, {
      status,
      headers: kept,
    });
  }

  let bytes = 0;
  const takeBytes = (count: number): void => {
    bytes += count;
    if (bytes > maxCheckBytes) {
      throw new CheckFailure("cannot_tell", "Cannot tell: the answers are larger than 1 MiB");
    }
  };

  const noteFailure = (error: unknown): void => {
    failure ??= asFailure(error);
    fail(failure);
  };

  return {
    async fetch(url, init = {}) {
      try {
        return await send(new URL(url), init);
      } catch (error) {
        // Ends the session, when everything has been asked.
        if (init.method === "DELETE") return new Response(null, { status: 405 });
        noteFailure(error);
        throw error;
      }
    },
    failing,
    failure: () => failure,
    misunderstood: () =>
      new CheckFailure(
        "unreachable",
        isSse && messagesSent === 0
          ? "The SSE endpoint named no address for messages at its own host and port"
          : "The service answered, but not as an MCP server does",
      ),
    close() {
      for (const body of open) body.destroy();
    },
  };
}

/**
 * In pieces that end where a line does. Every piece is searched by the library together with what it could not end before,
 * so that a line in thousands of pieces would keep it busy for minutes.
 */
function webStream(
  body: Readable,
  takeBytes: (count: number) => void,
  onFailure: (error: unknown) => void,
): ReadableStream<Uint8Array> {
  async function* lines(): AsyncGenerator<Buffer> {
    let size = 0;
    let line: Buffer[] = [];
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxAnswerBytes) {
        throw new CheckFailure("cannot_tell", "Cannot tell: an answer is larger than 256 KiB");
      }
      takeBytes(chunk.length);
      const end = Math.max(chunk.lastIndexOf(lineFeed), chunk.lastIndexOf(carriageReturn)) + 1;
      if (end > 0) {
        yield Buffer.concat([...line, chunk.subarray(0, end)]);
        line = [];
      }
      line.push(chunk.subarray(end));
    }
    yield Buffer.concat(line);
  }
  async function* told(): AsyncGenerator<Buffer> {
    try {
      yield* lines();
    } catch (error) {
      if (error instanceof CheckFailure) onFailure(error);
      throw error;
    }
  }
  // Not by `Readable.toWeb`, which works in events: a stream that ends while it is cancelled throws in one.
  // And not by `ReadableStream.from`, which the types of a browser do not have: the console is checked with them.
  const pieces = told();
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { done, value } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: async () => {
        await pieces.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

const lineFeed = 10;
const carriageReturn = 13;
