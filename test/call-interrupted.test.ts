import { spawn } from "node:child_process";
import { createServer, type ServerResponse } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CommandLineFixture, openCommandLine } from "./fixtures/command-line.ts";
import { listenOnLoopback } from "./fixtures/loopback.ts";
import { program } from "./fixtures/program.ts";
import { keymoorV1, sqlV1 } from "./fixtures/services.ts";

describe("keymoor connection call, as a process", () => {
  let cli: CommandLineFixture;
  let token: string;
  let onCall: (response: ServerResponse) => void;
  const service = createServer((request, response) => {
    request.resume();
    onCall(response);
    response.writeHead(200, { "content-type": "text/event-stream" }).write("data: 1\n\n");
  });

  beforeAll(async () => {
    const { url } = await listenOnLoopback(service);
    cli = await openCommandLine();
    const spec = {
      connection_type: "REST",
      endpoint: url,
      auth_data: { data: '{"BEARER_TOKEN":"t-0123456789"}' },
    };
    await cli.api.send("POST", `${sqlV1}/connections`, { name: "api", spec });
    token = (await cli.api.send("POST", `${keymoorV1}/use-tokens`, { name: "t", connections: ["api"] })).json
      .token;
  });
  afterAll(async () => {
    service.closeAllConnections();
    service.close();
    await cli.close();
  });

  const start = (...args: string[]) => {
    const env = { PATH: process.env.PATH, HOME: cli.folder, KEYMOOR_URL: cli.url, KEYMOOR_USE_TOKEN: token };
    const child = spawn(process.execPath, [program, "connection", "call", ...args], { env });
    const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
      child.once("exit", (code, signal) => resolve({ code, signal })),
    );
    return { child, ended };
  };

  it("ends at the service too when Ctrl-C ends it", async () => {
    const closed = new Promise<void>((resolve) => {
      onCall = (response) => response.once("close", resolve);
    });
    const { child, ended } = start("api");
    expect(await new Promise((resolve) => child.stdout.once("data", (chunk) => resolve(String(chunk))))).toBe(
      "data: 1\n\n",
    );
    child.kill("SIGINT");
    await closed;
    expect(await ended).toEqual({ code: null, signal: "SIGINT" });
  });

  it("ends when it is refused, though standard input stays open", async () => {
    const { child, ended } = start("another", "-d", "@-");
    child.stdin.write("more to come");
    expect(await ended).toEqual({ code: 1, signal: null });
  });
});
