import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { CallTarget } from "../../src/egress/egress.ts";
import { localEgress } from "../../src/egress/fixtures/calls.ts";
import { startService } from "../../src/egress/fixtures/service.ts";
import { freePort } from "../fixtures/loopback.ts";
import { callWith, connectionOf, typeAndMethod } from "./call-type.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Keymoor's side of a call, reduced to the connection: what comes in goes through it. */
async function serveConnection(target: CallTarget, onWithheld = (): void => {}): Promise<string> {
  const egress = localEgress();
  closing.push(() => egress.close());
  const front = await startService(async (request, response) => {
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    try {
      const { method = "", rawHeaders, headers } = request;
      const hasBody = headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined;
      const body = hasBody ? request : undefined;
      const answer = await callWith(egress, target, {
        method,
        rawHeaders,
        body,
        onWithheld,
        signal: gone.signal,
      });
      response.writeHead(answer.status, answer.headers.flat()).flushHeaders();
      answer.body.pipe(response);
    } catch (error) {
      response.writeHead(502).end(String(error));
    }
  });
  closing.push(() => front.close());
  return front.origin;
}

describe("the MCP reference server through an mcp_server connection", () => {
  let child: ChildProcess;
  let endpoint: string;

  beforeAll(async () => {
    const port = await freePort();
    const program = fileURLToPath(
      import.meta.resolve("@modelcontextprotocol/server-everything/dist/index.js"),
    );
    child = spawn(process.execPath, [program, "streamableHttp"], {
      env: { ...process.env, PORT: String(port) },
      stdio: ["ignore", "ignore", "pipe"],
    });
    endpoint = `http://127.0.0.1:${port}/mcp`;
    for await (const line of child.stderr ?? []) if (String(line).includes(String(port))) break;
    child.stderr?.resume();
  }, 30_000);

  afterAll(async () => {
    if (child.exitCode === null && child.kill("SIGKILL")) await once(child, "exit");
  });

  test("initialize, list tools, call a tool, and end the session", async () => {
    const { type, method } = typeAndMethod("mcp_server", "bearer");
    const options = { token: "mcp-token-0123456789", "transport-type": "STREAMABLE_HTTP" };
    const origin = await serveConnection(connectionOf(type, method, endpoint, options));

    const client = new Client({ name: "keymoor-test", version: "1.0.0" });
    const transport = new StreamableHTTPClientTransport(new URL(origin));
    // Declared without `| undefined`, which exactOptionalPropertyTypes minds.
    await client.connect(transport as Transport);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain("echo");
    const result = await client.callTool({ name: "echo", arguments: { message: "through Keymoor" } });
    expect(JSON.stringify(result.content)).toContain("through Keymoor");
    await transport.terminateSession();
    await client.close();
  });

  test("a server that repeats the token it is shown is cut off", async () => {
    const { type, method } = typeAndMethod("mcp_server", "bearer");
    const token = "mcp-token-0123456789";
    const options = { token, "transport-type": "STREAMABLE_HTTP" };
    let onWithheld = (): void => {};
    const withheld = new Promise<void>((resolve) => {
      onWithheld = resolve;
    });
    const target = connectionOf(type, method, endpoint, options);
    const origin = await serveConnection(target, onWithheld);
    const client = new Client({ name: "keymoor-test", version: "1.0.0" });
    const transport = new StreamableHTTPClientTransport(new URL(origin), {
      reconnectionOptions: noReconnection,
    });
    await client.connect(transport as Transport);
    const echoed = client.callTool({ name: "echo", arguments: { message: token } });
    const outcome = echoed.then((result) => JSON.stringify(result), String);
    await withheld;
    await client.close(); // the protocol has no word for an answer that was cut off, so the client would wait
    expect(await outcome).not.toContain(token);
  });
});

const noReconnection = {
  maxReconnectionDelay: 1,
  initialReconnectionDelay: 1,
  reconnectionDelayGrowFactor: 1,
  maxRetries: 0,
};
