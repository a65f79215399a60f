import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fakeCheck } from "./fixtures/checks.ts";
import { type CommandLineFixture, openCommandLine } from "./fixtures/command-line.ts";
import { program } from "./fixtures/program.ts";
import { keys, openTerminal, type Terminal } from "./fixtures/terminal.ts";

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
  await terminal.until(/Authentication\s*\| api_key/);
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
  await terminal.until(/Are you sure you want to delete connection "kept"\? \(y\/n\): /);
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

test("login asks for what no flag says, and offers the usual address", async () => {
  const key = fixture.keyOf("environmentAdmin", "flink");
  const terminal = openTerminal(process.execPath, [program, "login"], {
    env: { PATH: process.env.PATH ?? "", KEYMOOR_CONFIG_HOME: `${fixture.folder}/asked` },
    cwd: fixture.folder,
  });
  await terminal.until(/URL of the server \[http:\/\/127\.0\.0\.1:8090\]: /);
  terminal.type(fixture.url + keys.enter);
  await terminal.until(/Id of the API key: /);
  terminal.type(key.KEYMOOR_API_KEY + keys.enter);
  await terminal.until(/API secret/);
  terminal.type(key.KEYMOOR_API_SECRET + keys.enter);
  await terminal.until(/Logged in to/);
  expect(await terminal.ended).toBe(0);
  expect(terminal.raw()).not.toContain(key.KEYMOOR_API_SECRET);
});

test("Ctrl-D where nothing is typed of a secret ends as Ctrl-C does, and the cursor is back", async () => {
  const terminal = open(
    "connection create never --type openai --endpoint https://api.openai.com/v1/chat/completions",
  );
  await terminal.until(/API key/);
  terminal.type(keys.ctrlD);
  expect(await terminal.ended).toBe(130);
  const raw = terminal.raw();
  expect(raw.lastIndexOf("\u001b[?25h")).toBeGreaterThan(raw.lastIndexOf("\u001b[?25l"));
  expect((await fixture.run(["connection", "describe", "never"])).stderr).toContain("does not exist");
});

test("a question has no colours with --no-color, and comes on a terminal of no columns too", async () => {
  const line =
    "connection create narrow --type openai --endpoint https://api.openai.com/v1/chat/completions --no-color";
  const terminal = openTerminal(
    "/bin/sh",
    ["-c", `stty cols 0; exec "${process.execPath}" "${program}" ${line}`],
    { env, cwd: fixture.folder },
  );
  await terminal.until(/API key/);
  terminal.type(secret + keys.enter);
  expect(await terminal.ended).toBe(0);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what a colour begins with.
  expect(terminal.raw()).not.toMatch(/\u001b\[[\d;]*m/);
  expect(terminal.raw()).not.toContain(secret);
});

test.each([
  ["nobody reads its output", "| true", 0],
  ["nobody reads its messages", "2>&1 >/dev/null | true", 0],
  ["its output cannot be written", ">/dev/full", 1],
])("what changes something ends what it began when %s", async (what, redirection, code) => {
  const names = ["one", "two", "three"].map((name) => `${what.replaceAll(" ", "-")}-${name}`);
  const place = { environment: "env-abc123", cloud: "aws", region: "us-east-1" };
  const kind = { type: "rest", endpoint: "https://api.example.com", credential: { token: "t" } };
  const connections = names.map((name) => ({ name, ...place, ...kind }));
  writeFileSync(join(fixture.folder, "file.yaml"), JSON.stringify({ connections }));
  const command = `"${process.execPath}" "${program}" apply -f file.yaml --yes`;
  await new Promise((resolve) => {
    const script = `{ ${command}; echo $? >code; } ${redirection}`;
    const options = {
      env: { ...env, ...fixture.keyOf("organizationAdmin") },
      cwd: fixture.folder,
    };
    execFile("/bin/sh", ["-c", script], options, resolve);
  });
  expect(readFileSync(join(fixture.folder, "code"), "utf8")).toBe(`${code}\n`);
  for (const name of names) {
    const args = ["connection", "describe", name, "--region", "us-east-1", "--cloud", "aws"];
    expect(await fixture.run(args), name).toMatchObject({ code: 0 });
  }
});
