import { execFile } from "node:child_process";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { promisify } from "node:util";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listenOnLoopback } from "./fixtures/loopback.ts";
import {
  keymoorV1,
  makeFolder,
  type RunningServer,
  seeded,
  sqlV1,
  startServer,
} from "./fixtures/server-process.ts";

interface Seen {
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A service that speaks as much of both vendors' APIs as their libraries need, and remembers what it was sent. */
function fakeVendors(seen: Seen[]) {
  return createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const url = request.url ?? "";
    seen.push({ url, headers: request.headers, body });
    const key = request.headers["x-api-key"] ?? request.headers.authorization?.replace("Bearer ", "");
    if (key !== "sk-the-real-key-1" && key !== "sk-the-real-key-2") {
      response.writeHead(401, { "content-type": "application/json" });
      response.end('{"error":{"message":"no such key"}}');
      return;
    }
    const isStream = body.includes('"stream":true');
    if (url.startsWith("/v1/chat/completions")) answerChat(response, isStream);
    else if (url.startsWith("/v1/embeddings"))
      json(response, { object: "list", data: [{ object: "embedding", index: 0, embedding: [0.5, 0.25] }] });
    else if (url.startsWith("/v1/models"))
      json(response, { object: "list", data: [{ id: "m1", object: "model" }] });
    else if (url.startsWith("/v1/messages")) answerMessages(response, isStream);
    else response.writeHead(404).end();
  });
}

describe("the vendors' own libraries, pointed at a connection", () => {
  const { folder, remove } = makeFolder();
  const seen: Seen[] = [];
  const vendors = fakeVendors(seen);
  let server: RunningServer;
  let token = "";
  let vendorUrl = "";

  beforeAll(async () => {
    vendorUrl = (await listenOnLoopback(vendors)).url;
    server = await startServer(folder);
    for (const [name, type, path] of [
      ["my-openai", "openai", "/v1/chat/completions"],
      ["my-claude", "anthropic", "/v1/messages"],
    ]) {
      const created = await server.send("POST", `${sqlV1}/statements`, {
        name: `create-${name}`,
        spec: {
          statement: `CREATE CONNECTION \`${name}\` WITH ('type' = '${type}', 'endpoint' = '${vendorUrl}${path}', 'api-key' = 'sk-the-real-key-1')`,
        },
      });
      expect([created.status, created.text.includes("COMPLETED")]).toEqual([201, true]);
    }
    const made = await server.send(
      "POST",
      `${keymoorV1}/use-tokens`,
      { name: "tests", connections: ["my-openai", "my-claude"], expires_in_seconds: 600 },
      seeded.flinkKey,
    );
    expect(made.status).toBe(201);
    token = (made.json as { token: string }).token;
  }, 60_000);

  afterAll(async () => {
    vendors.close();
    await server.end("SIGKILL");
    remove();
  });

  it("openai: chat, streaming, embeddings and models work with a use token as the API key", async () => {
    const client = new OpenAI({ baseURL: `${server.url}/c/my-openai`, apiKey: token, maxRetries: 0 });
    const chat = await client.chat.completions.create({
      model: "m1",
      messages: [{ role: "user", content: "hi" }],
    });
    expect(chat.choices[0]?.message.content).toBe("hello there");
    const stream = await client.chat.completions.create({
      model: "m1",
      stream: true,
      messages: [{ role: "user", content: "hi" }],
    });
    const parts: string[] = [];
    for await (const part of stream) parts.push(part.choices[0]?.delta.content ?? "");
    expect(parts.join("")).toBe("hello there");
    const embedded = await client.embeddings.create({ model: "m1", input: "x", encoding_format: "float" });
    expect(embedded.data[0]?.embedding).toEqual([0.5, 0.25]);
    const models = await client.models.list();
    expect(models.data.map(({ id }) => id)).toEqual(["m1"]);
    expect(seen.map(({ url }) => url)).toEqual([
      "/v1/chat/completions",
      "/v1/chat/completions",
      "/v1/embeddings",
      "/v1/models",
    ]);
    expect(JSON.stringify(seen)).not.toContain(token);
  });

  it("@anthropic-ai/sdk: messages and streaming work, in whichever header the library shows its key", async () => {
    seen.length = 0;
    const client = new Anthropic({ baseURL: `${server.url}/c/my-claude`, apiKey: token, maxRetries: 0 });
    const question = { model: "m1", max_tokens: 10, messages: [{ role: "user" as const, content: "hi" }] };
    const message = await client.messages.create(question);
    expect(message.content).toEqual([{ type: "text", text: "hello there" }]);
    const parts: string[] = [];
    for await (const event of await client.messages.create({ ...question, stream: true })) {
      if (event.type === "content_block_delta" && event.delta.type === "text_delta")
        parts.push(event.delta.text);
    }
    expect(parts.join("")).toBe("hello there");
    expect(seen.map(({ url }) => url)).toEqual(["/v1/messages", "/v1/messages"]);
    // The library's own version travels; ours is only for callers that send none.
    for (const { headers } of seen) expect(headers["anthropic-version"]).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect(JSON.stringify(seen)).not.toContain(token);
  });

  it("curl works, and a rotated key holds from the next call on", async () => {
    const curl = promisify(execFile);
    const call = () =>
      curl("curl", [
        "-sS",
        "-H",
        `Authorization: Bearer ${token}`,
        "-d",
        "{}",
        `${server.url}/c/my-openai`,
      ]).then(
        ({ stdout }) => stdout,
        (error: { code?: string }) => {
          if (error.code === "ENOENT") return undefined;
          throw error;
        },
      );
    seen.length = 0;
    const first = await call();
    if (first === undefined) return; // no curl on this machine; the libraries above made the same requests
    expect(first).toContain("hello there");
    const rotated = await server.send("PUT", `${sqlV1}/connections/my-openai`, {
      name: "my-openai",
      spec: {
        connection_type: "OPENAI",
        endpoint: `${vendorUrl}/v1/chat/completions`,
        auth_data: { kind: "PlaintextProvider", data: '{"API_KEY":"sk-the-real-key-2"}' },
      },
    });
    expect(rotated.status).toBe(200);
    expect(await call()).toContain("hello there");
    expect(seen.map(({ headers }) => headers.authorization)).toEqual([
      "Bearer sk-the-real-key-1",
      "Bearer sk-the-real-key-2",
    ]);
  });

  it("uses are counted and shown with the last caller", async () => {
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const usage = (await server.get(`${keymoorV1}/connections/my-openai/usage`)).json as {
      last_used_by: string;
      days: { calls: number }[];
    };
    expect(usage.last_used_by).toBe("u-admin1");
    expect(usage.days.reduce((sum, { calls }) => sum + calls, 0)).toBeGreaterThanOrEqual(4);
  });
});

function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify(value));
}

function answerChat(response: ServerResponse, isStream: boolean): void {
  if (!isStream) {
    json(response, {
      id: "c1",
      object: "chat.completion",
      choices: [{ index: 0, message: { role: "assistant", content: "hello there" } }],
    });
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const content of ["hello", " there"]) {
    response.write(
      `data: ${JSON.stringify({ id: "c1", object: "chat.completion.chunk", choices: [{ index: 0, delta: { content } }] })}\n\n`,
    );
  }
  response.end("data: [DONE]\n\n");
}

function answerMessages(response: ServerResponse, isStream: boolean): void {
  const message = {
    id: "m1",
    type: "message",
    role: "assistant",
    model: "m1",
    stop_reason: "end_turn",
    stop_sequence: null,
    usage: { input_tokens: 1, output_tokens: 2 },
  };
  if (!isStream) {
    json(response, { ...message, content: [{ type: "text", text: "hello there" }] });
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (type: string, value: object) =>
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...value })}\n\n`);
  send("message_start", { message: { ...message, content: [] } });
  send("content_block_start", { index: 0, content_block: { type: "text", text: "" } });
  for (const text of ["hello", " there"])
    send("content_block_delta", { index: 0, delta: { type: "text_delta", text } });
  send("content_block_stop", { index: 0 });
  send("message_stop", {});
  response.end();
}
