import { execFile } from "node:child_process";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listenOnLoopback } from "./fixtures/loopback.ts";
import { program } from "./fixtures/program.ts";
import { makeFolder, type RunningServer, startServer } from "./fixtures/server-process.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

/** The README's commands, as a stranger would paste them, with the vendor's address replaced by a server of ours. */
describe("the README", () => {
  const { folder, remove } = makeFolder();
  const keys: (string | undefined)[] = [];
  const vendor = createServer((request, response) => {
    keys.push(request.headers.authorization);
    response.end('{"choices":[{"message":{"content":"hello from the model"}}]}');
  });
  let server: RunningServer;
  let setUp = "";
  let login = "";
  let cloudSecret = "";
  let vendorUrl = "";

  beforeAll(async () => {
    vendorUrl = (await listenOnLoopback(vendor)).url;
    rmSync(join(folder, "seed.yaml"));
    server = await startServer(folder, { KEYMOOR_SEED: "" });
    const shown = readFileSync(join(folder, "data", "first-start.txt"), "utf8");
    setUp = shown
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => /^(BASE|KEY|CLOUD_KEY|SQL)=/.test(line))
      .join("\n");
    expect(setUp.split("\n")).toHaveLength(4);
    login = /^ *bin\/(keymoor login .*)$/m.exec(shown)?.[1] ?? "";
    cloudSecret = /^Cloud API key .*\n +secret +(\S+)$/m.exec(shown.replaceAll(/^ {2}/gm, ""))?.[1] ?? "";
  }, 60_000);

  afterAll(async () => {
    vendor.close();
    await server.end("SIGKILL");
    remove();
  });

  async function paste(commands: string): Promise<string> {
    const local = commands.replaceAll(/https:\/\/api\.(openai|anthropic)\.com/g, vendorUrl);
    const keymoor = `keymoor() { "${process.execPath}" "${program}" "$@"; }`;
    const { stdout } = await promisify(execFile)("bash", ["-euc", `${setUp}\n${keymoor}\n${local}`], {
      cwd: folder,
      env: {
        ...process.env,
        KEYMOOR_CONFIG_HOME: join(folder, "config"),
        KEYMOOR_DATA: join(folder, "data"),
      },
    });
    return stdout;
  }

  it("creates a connection, makes a use token and calls through it without the key", async () => {
    const output = await paste(block("TOKEN="));
    expect(output).toContain('"<REDACTED>"');
    expect(output).toContain("hello from the model");
    expect(output).not.toContain("sk-your-key");
    expect(keys).toEqual(["Bearer sk-your-key"]);
  });

  it("asks the service whether it takes the key", async () => {
    expect(JSON.parse(await paste(block("my-openai/verify")))).toMatchObject({
      outcome: "accepted",
      phase: "READY",
    });
  });

  it("does its work from the command line, after the login line of the first start", async () => {
    expect([cloudSecret.length > 20, login.includes(cloudSecret)]).toEqual([true, false]);
    // A person is asked for the secret that the text shows.
    await paste(`printf %s '${cloudSecret}' | ${login} --api-secret-file -`);
    writeFileSync(join(folder, "claude.key"), "sk-ant-first-0123456789\n");
    writeFileSync(join(folder, "next.key"), "sk-ant-second-0123456789\n");
    const output = await paste(block("keymoor connection create"));
    expect(output).toContain("ANTHROPIC");
    expect(output).toContain("hello from the model");
    expect(output).not.toContain("sk-ant");
    expect(readFileSync(join(folder, "connections.yaml"), "utf8")).toContain("${env:MY_CLAUDE_API_KEY}");
    expect(statSync(join(folder, "keymoor-backup.db")).mode & 0o777).toBe(0o600);
    await paste("keymoor connection delete my-claude --force");
  });

  it("rotates the key and goes back to the first", async () => {
    const output = await paste(block("/activate"));
    expect(output).toContain('"version":2');
    expect(output).not.toContain("sk-your-next-key");
    await paste(`${block("TOKEN=").slice(block("TOKEN=").indexOf("TOKEN="))}`);
    expect(keys.at(-1)).toBe("Bearer sk-your-key");
  });

  it("runs its statements one by one, and every one completes", async () => {
    const statements = block("CREATE CONNECTION `my-claude`")
      .split(";\n")
      .map((text) => text.trim())
      .filter((text) => text !== "");
    expect(statements).toHaveLength(5);
    for (const [number, statement] of statements.entries()) {
      const body = JSON.stringify({ name: `readme-${number}`, spec: { statement } }).replaceAll("'", "'\\''");
      const output = await paste(
        `curl -sS -u "$KEY" "$SQL/statements" -H 'content-type: application/json' -d '${body}'`,
      );
      expect(JSON.parse(output)).toMatchObject({ status: { phase: "COMPLETED" } });
      expect(output).not.toContain("sk-ant");
    }
  });

  it("shows a statement's redacted text and its results", async () => {
    const output = await paste(block("statements/second/results"));
    expect(output).toContain("'password'='******'");
    expect(output).toContain('"row":["docs"]');
  });
});

/** The fenced block that holds this text. */
function block(text: string): string {
  const found = readme.split(/^```\w*$/m).find((part, index) => index % 2 === 1 && part.includes(text));
  if (found === undefined) throw new Error(`the README has no block with ${text}`);
  return found;
}
