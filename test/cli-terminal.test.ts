import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fakeCheck } from "./fixtures/checks.ts";
import { type CommandLineFixture, openCommandLine } from "./fixtures/command-line.ts";
import { keys, openTerminal, type Terminal } from "./fixtures/terminal.ts";

const program = fileURLToPath(new URL("../dist/keymoor.js", import.meta.url));
const secret = "sk-typed-by-a-person-0123456789";
let fixture: CommandLineFixture;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  fixture = await openCommandLine({ check: fakeCheck().check });
  env = {
    PATH: process.env.PATH ?? "",
    KEYMOOR_CONFIG_HOME: fixture.folder,
    KEYMOOR_URL: fixture.url,
    ...fixture.keyOf("environmentAdmin", "flink"),
  };
});
afterAll(() => fixture.close());

const open = (line: string): Terminal =>
  openTerminal(process.execPath, [program, ...line.split(" ")], { env, cwd: fixture.folder });

test("a secret that no flag gives is asked for, and not shown while it is typed", async () => {
  const terminal = open(
    "connection create asked --type openai --endpoint https://api.openai.com/v1/chat/completions",
  );
  await terminal.until(/API key/);
  terminal.type(secret + keys.enter);
  await terminal.until(/Authentication\s*\| api key/);
  expect(await terminal.ended).toBe(0);
  expect(terminal.raw()).not.toContain(secret);
});

test("where a type has several ways to authenticate, one is chosen first", async () => {
  const terminal = open("connection create chosen --type rest --endpoint https://api.example.com");
  await terminal.until(/How does the REST API authenticate\?/);
  terminal.type(keys.enter);
  await terminal.until(/◆\s+User name\n/);
  terminal.type(`me${keys.enter}`);
  await terminal.until(/◆\s+Password\n/);
  terminal.type(secret + keys.enter);
  await terminal.until(/Authentication\s*\| basic/);
  expect(await terminal.ended).toBe(0);
  expect(terminal.raw()).not.toContain(secret);
});

test("Ctrl-C at a question ends with 130 and changes nothing", async () => {
  const terminal = open(
    "connection create never --type openai --endpoint https://api.openai.com/v1/chat/completions",
  );
  await terminal.until(/API key/);
  terminal.type(keys.ctrlC);
  expect(await terminal.ended).toBe(130);
  expect((await fixture.run(["connection", "describe", "never"])).stderr).toContain("does not exist");
});

test("a secret in a flag is told to stay in the shell's history", async () => {
  const terminal = open(
    `connection create flagged --type openai --endpoint https://api.openai.com/v1/chat/completions --api-key ${secret}`,
  );
  await terminal.until(/history keeps what --api-key says; --api-key-file PATH/);
  expect(await terminal.ended).toBe(0);
  expect(terminal.raw()).not.toContain(secret);
});

test("a deletion is asked about, and n leaves everything", async () => {
  await fixture.run(
    "connection create kept --type rest --endpoint https://api.example.com --token x".split(" "),
  );
  const terminal = open("connection delete kept");
  await terminal.until(/Delete connection "kept"\? \(y\/n\): /);
  terminal.type(`n${keys.enter}`);
  expect(await terminal.ended).toBe(0);
  expect((await fixture.run(["connection", "describe", "kept"])).code).toBe(0);
});

test("only a terminal gets colours, and none with --no-color or NO_COLOR", async () => {
  const green = "\u001b[32m";
  const coloured = open("connection verify kept");
  expect(await coloured.ended).toBe(0);
  expect(coloured.raw()).toContain(green);
  const plain = open("connection verify kept --no-color");
  expect(await plain.ended).toBe(0);
  expect(plain.raw()).not.toContain(green);
  expect((await fixture.run(["connection", "verify", "kept"])).stdout).not.toContain(green);
});

test("a reader that stops in the middle ends it quietly", async () => {
  const result = await new Promise<{ stdout: string; stderr: string }>((resolve, reject) => {
    const script = `for i in 1 2 3; do "${process.execPath}" "${program}" connection create --help | head -1; done`;
    execFile("/bin/sh", ["-c", script], { env: { ...env } }, (error, stdout, stderr) => {
      if (error === null) resolve({ stdout, stderr });
      else reject(error);
    });
  });
  expect(result.stdout).toMatch(/^(Usage: keymoor connection create .*\n){3}$/);
  expect(result.stderr).toBe("");
});
