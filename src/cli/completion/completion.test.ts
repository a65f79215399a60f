import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type CommandLineFixture,
  openCommandLine,
  runCommandLine,
} from "../../../test/fixtures/command-line.ts";

let cli: CommandLineFixture;

beforeAll(async () => {
  cli = await openCommandLine();
  for (const name of ["my-openai", "my-rest"]) {
    const statement = `CREATE CONNECTION \`${name}\` WITH ('type' = 'openai', 'endpoint' = 'https://api.openai.com/v1/chat/completions', 'api-key' = 'sk-1')`;
    expect((await cli.run(["sql", statement])).stderr).toContain("created");
  }
  expect((await cli.run(["connection", "rotate", "my-rest", "--api-key", "sk-2"])).code).toBe(0);
  for (const name of ["kept", "revoked"]) {
    const { stdout } = await cli.run([
      "token",
      "create",
      "--connection",
      "my-rest",
      "--name",
      name,
      "-o",
      "json",
    ]);
    const made: { readonly id: string; readonly cloud: string } = JSON.parse(stdout);
    expect(made.cloud).toBe("aws");
    if (name === "revoked") expect((await cli.run(["token", "revoke", made.id, "--yes"])).code).toBe(0);
  }
});
afterAll(() => cli.close());

/** Candidates for the last word, and whether files may stand there. */
async function complete(line: string, env: Readonly<Record<string, string | undefined>> = {}) {
  const { code, stdout, stderr } = await cli.run(["complete", "--", ...line.split(" ")], { env });
  expect([code, stderr]).toEqual([0, ""]);
  const lines = stdout.trimEnd().split("\n");
  return { words: lines.slice(0, -1).map((text) => text.split("\t")[0]), directive: lines.at(-1) };
}

describe("completion of a command line", () => {
  test.each([
    ["fli", ["flink"]],
    ["flink st", ["statement"]],
    ["flink statement exception ", ["list"]],
    ["flink statement list --sta", ["--status"]],
    ["flink statement list --status f", ["failed"]],
    ["connection list -o ", ["human", "json", "yaml"]],
    ["connection list --output=y", ["yaml"]],
    ["connection list --type confluent", ["confluent_jdbc"]],
    ["flink connection create c --transport-type S", ["SSE", "STREAMABLE_HTTP"]],
    ["completion ", ["bash", "fish", "zsh"]],
    ["connection verification my-openai o", ["on", "off"]],
  ])("%j needs no server", async (line, words) => {
    const nowhere = { KEYMOOR_URL: undefined, KEYMOOR_API_KEY: undefined, KEYMOOR_API_SECRET: undefined };
    expect(await complete(line, nowhere)).toEqual({ words, directive: ":4" });
  });

  test.each([
    ["connection describe ", ["my-openai", "my-rest"]],
    ["flink connection delete --cloud aws --region us-east-1 my-openai ", ["my-rest"]],
    ["connection describe --output json my-r", ["my-rest"]],
    ["connection describe --region eu-west-1 ", []],
    ["connection describe my-openai ", []],
    ["connection verification my-o", ["my-openai"]],
    ["environment use env-a", ["env-abc123"]],
    ["token revoke ", [expect.stringMatching(/^[0-9a-z]+$/)]],
    ["connection rollback my-rest ", ["1"]],
    ["connection rollback my-rest --version ", ["1"]],
    ["connection rollback my-openai ", []],
    ["connection list --status I", ["INVALID_AUTH"]],
    ["flink connection list --cloud a", ["aws"]],
    ["flink connection list --cloud aws --region us", ["us-east-1"]],
    ["statement describe cli-", [expect.stringMatching(/^cli-/), expect.stringMatching(/^cli-/)]],
  ])("%j asks the server", async (line, words) => {
    expect(await complete(line)).toEqual({ words, directive: ":4" });
  });

  test("a new connection has no name yet", async () => {
    expect((await complete("connection create ")).words).toEqual([]);
  });

  test("a flag that was given is not offered again, and a flag's value is no argument", async () => {
    const { words } = await complete("connection list --type openai --");
    expect(words).toContain("--output");
    expect(words).not.toContain("--type");
    expect((await complete("connection describe --environment my-openai my-o")).words).toEqual([]);
  });

  test("behind -- nothing is a flag", async () => {
    expect((await complete("connection describe -- --")).words).toEqual([]);
  });

  test("files may stand where a path is asked for", async () => {
    expect((await complete("sql --file ")).directive).toBe(":0");
    expect((await complete("sql --continue ")).directive).toBe(":4");
  });

  test.each([
    ["no server", { KEYMOOR_URL: "http://127.0.0.1:1" }],
    ["a wrong key", { KEYMOOR_API_SECRET: "wrong" }],
    ["nobody logged in", { KEYMOOR_URL: undefined }],
  ])("with %s nothing is offered and nothing is said", async (_case, env) => {
    expect(await complete("connection describe ", env)).toEqual({ words: [], directive: ":4" });
  });
});

describe("keymoor completion", () => {
  test("refuses a shell it does not know", async () => {
    const { code, stderr } = await runCommandLine(["completion", "bsh"], {
      env: {},
      input: Readable.from([]),
    });
    expect(code).toBe(2);
    expect(stderr).toBe(
      'Error: completion takes "bash", "zsh", or "fish".\n\nSuggestions:\n    Did you mean "bash"?\n',
    );
  });
});
