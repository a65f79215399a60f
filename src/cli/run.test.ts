import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CommandLineFixture, openCommandLine } from "../../test/fixtures/command-line.ts";
import { freePort } from "../../test/fixtures/loopback.ts";
import { commandList } from "./command-list.ts";
import { processIo } from "./io.ts";

const secret = "sk-never-to-be-seen-0123456789";
let fixture: CommandLineFixture;
beforeAll(async () => {
  fixture = await openCommandLine();
});
afterAll(() => fixture.close());

test.each(commandList)(
  "the list says of $name what the command says of itself",
  async ({ name, about, load }) => {
    const command = await load(processIo());
    expect([command.name(), command.description()]).toEqual([name, about]);
  },
);

// What each command needs to get as far as the server.
const endpoint = "https://x.example.com";
const commands = [
  "whoami",
  "connection list",
  "connection describe a",
  `connection create a --type openai --endpoint ${endpoint} --api-key ${secret}`,
  `connection update a --api-key ${secret}`,
  `connection rotate a --api-key ${secret}`,
  "connection versions a",
  "connection rollback a --version 1",
  "connection verify a",
  "connection checks a",
  "connection verification a",
  "connection verification a off",
  "connection delete a --force",
  "flink connection list --cloud aws --region us-east-1",
  "flink connection describe a --cloud aws --region us-east-1",
  `flink connection create a --cloud aws --region us-east-1 --type openai --endpoint ${endpoint} --api-key ${secret}`,
  `flink connection update a --cloud aws --region us-east-1 --api-key ${secret}`,
  "flink connection delete a --cloud aws --region us-east-1 --force",
];

describe.each(commands)("keymoor %s", (line) => {
  // As Confluent's CLI, which has one code for all failures.
  const codeOf = (code: number) => (line.startsWith("flink ") ? 1 : code);
  const run = (env: Readonly<Record<string, string | undefined>>) => fixture.run(line.split(" "), { env });

  test("ends with 5, or as flink with 1, when no server answers", async () => {
    const { code, stdout, stderr } = await run({ KEYMOOR_URL: `http://127.0.0.1:${await freePort()}` });
    expect([code, stdout]).toEqual([codeOf(5), ""]);
    expect(stderr).toContain("connection refused");
    expect(stderr).not.toContain(secret);
  });

  test("ends with 4, or as flink with 1, when the key is wrong", async () => {
    const { code, stdout, stderr } = await run({
      // One of its own: ten failures with one key are enough for the server.
      KEYMOOR_API_KEY: `no-such-key-${commands.indexOf(line)}`,
      KEYMOOR_API_SECRET: secret,
    });
    expect([code, stdout]).toEqual([codeOf(4), ""]);
    expect(stderr).toContain("keymoor login");
    expect(stderr).not.toContain(secret);
  });

  test("ends with 4, or as flink with 1, when nobody is logged in", async () => {
    const { code, stderr } = await run({ KEYMOOR_API_KEY: undefined, KEYMOOR_API_SECRET: undefined });
    expect(code).toBe(codeOf(4));
    expect(stderr).toContain("You are not logged in.");
  });

  test.skipIf(line === "whoami")("ends with 1 without rights", async () => {
    const { code, stdout, stderr } = await run(fixture.keyOf("nobody", "flink"));
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^Error: /);
    expect(stderr).not.toContain(secret);
  });
});

test("an answer that is no Keymoor's is said to be so", async () => {
  const { createServer } = await import("node:http");
  const { listenOnLoopback } = await import("../../test/fixtures/loopback.ts");
  const server = createServer((_request, response) => response.writeHead(502).end("<html>"));
  const { url } = await listenOnLoopback(server);
  const { code, stderr } = await fixture.run(["whoami"], { env: { KEYMOOR_URL: url } });
  server.close();
  expect(code).toBe(5);
  expect(stderr).toContain(`What answers at ${url} is no Keymoor server (status 502).`);
});
