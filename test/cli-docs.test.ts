import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { fakeCheck } from "./fixtures/checks.ts";
import { type CommandLineFixture, openCommandLine } from "./fixtures/command-line.ts";
import { openaiBody, sqlV1 } from "./fixtures/services.ts";

/** Opens a shell on a terminal; test/shell.test.ts does. */
const interactive = ["keymoor sql"];

const page = readFileSync(new URL("../docs/cli.md", import.meta.url), "utf8");
const lines = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)]
  .flatMap(([, block = ""]) => block.trimEnd().split("\n"))
  .filter((line) => !interactive.includes(line));

/** Every line of the page's `sh` blocks, with the address, the key and the file of its secret that this server has. */
describe("the commands of docs/cli.md", () => {
  let cli: CommandLineFixture;
  let key: Readonly<Record<string, string>>;
  beforeAll(async () => {
    cli = await openCommandLine({ check: fakeCheck().check });
    key = cli.keyOf("organizationAdmin", "flink");
    writeFileSync(join(cli.folder, "key.txt"), `${key.KEYMOOR_API_SECRET}\n`);
    writeFileSync(join(cli.folder, "next.txt"), "sk-next-0123456789\n");
    writeFileSync(
      join(cli.folder, "connections.sql"),
      "SHOW CONNECTIONS;\nDESCRIBE CONNECTION `my-openai`;\n",
    );
  });
  afterAll(() => cli.close());
  beforeEach(async () => {
    await cli.api.send("DELETE", `${sqlV1}/connections/my-openai`, undefined);
  });

  it("are some", () => {
    expect(lines.length).toBeGreaterThan(10);
  });

  it.each(lines)("%s", async (line) => {
    if (!/connection create/.test(line)) {
      const made = await cli.api.send("POST", `${sqlV1}/connections`, openaiBody("my-openai"));
      expect(made.status).toBe(201);
    }
    const ours = line
      .replace("http://127.0.0.1:8090", cli.url)
      .replace(/--api-key (ID|my-key)\b/, `--api-key ${key.KEYMOOR_API_KEY}`)
      .replace("FILE", "key.txt");
    const [, inner] = /^source <\((.*)\)$/.exec(ours) ?? [];
    const [command = "", file] = (inner ?? ours).split(" < ");
    const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word = ""]) => quoted ?? word);
    expect(words[0]).toBe("keymoor");
    const input = file === undefined ? "" : readFileSync(join(cli.folder, file), "utf8");
    const ran = await cli.run(words.slice(1), { input });
    expect([ran.code, /Error:/.test(ran.stderr)], ran.stderr).toEqual([0, false]);
  });
});
