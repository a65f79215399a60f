import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CommandLineFixture, openCommandLine } from "./fixtures/command-line.ts";
import { listenOnLoopback } from "./fixtures/loopback.ts";
import { sqlV1 } from "./fixtures/services.ts";

/** Reads a data folder, not a server; test/start.test.ts runs it. */
const local = ["keymoor audit verify"];

/** The lines of a page's `sh` blocks that begin with `keymoor`, against a server that has the page's connection. */
describe.each(["docs/calls.md", "docs/audit.md"])("the commands of %s", (page) => {
  const text = readFileSync(join(import.meta.dirname, "..", page), "utf8");
  const lines = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)]
    .flatMap(([, block = ""]) => block.split("\n"))
    .filter((line) => line.startsWith("keymoor ") && !local.includes(line));

  const service = createServer((request, response) => {
    request.resume();
    response.end("{}");
  });
  let cli: CommandLineFixture;
  beforeAll(async () => {
    const { url } = await listenOnLoopback(service);
    cli = await openCommandLine();
    const spec = {
      connection_type: "OPENAI",
      endpoint: `${url}/v1/chat/completions`,
      auth_data: { data: '{"API_KEY":"sk-0123456789"}' },
    };
    const made = await cli.api.send("POST", `${sqlV1}/connections`, { name: "my-openai", spec });
    expect(made.status).toBe(201);
    writeFileSync(join(cli.folder, "request.json"), "{}");
  });
  afterAll(async () => {
    service.closeAllConnections();
    service.close();
    await cli.close();
  });

  it.each(lines)("%s", async (line) => {
    const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word = ""]) => quoted ?? word);
    const ran = await cli.run(words.slice(1));
    expect([ran.code, ran.stderr.includes("Error:")]).toEqual([0, false]);
  });
});
