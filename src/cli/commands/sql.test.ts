import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type CommandLineFixture,
  openCommandLine,
  type RunOptions,
} from "../../../test/fixtures/command-line.ts";

let cli: CommandLineFixture;

beforeAll(async () => {
  cli = await openCommandLine();
  expect(await sql(create("first", "sk-first"))).toMatchObject({ code: 0, stdout: "" });
});
afterAll(() => cli.close());

const sql = (statement: string, args: readonly string[] = [], options: RunOptions = {}) =>
  cli.run(["sql", statement, ...args], options);

const create = (name: string, secret: string) =>
  `CREATE CONNECTION ${name} WITH ('type' = 'openai', 'endpoint' = 'https://api.openai.com/v1/chat/completions', 'api-key' = '${secret}');`;

describe("keymoor sql", () => {
  test("results are a table on standard output, messages go to standard error", async () => {
    expect(await sql("DESCRIBE CONNECTION first")).toMatchObject({
      code: 0,
      stdout:
        "  Name  |  Type  |                  Endpoint                  | Comment  \n" +
        "--------+--------+--------------------------------------------+----------\n" +
        "  first | OPENAI | https://api.openai.com/v1/chat/completions | NULL     \n",
      stderr: "",
    });
    expect(await sql("DROP CONNECTION IF EXISTS absent")).toMatchObject({
      code: 0,
      stdout: "",
      stderr: 'Connection "absent" does not exist; nothing was changed.\n',
    });
    expect((await sql("SHOW CONNECTIONS LIKE 'none'")).stderr).toBe(
      "The server returned empty rows for this statement.\n",
    );
  });

  test("wide and long values are not cut", async () => {
    const { stdout } = await sql("SHOW CREATE CONNECTION first");
    expect(stdout).toContain("'endpoint' = 'https://api.openai.com/v1/chat/completions',");
    expect(stdout).toContain("'api-key' = '******'");
  });

  test("as JSON and YAML the answer says columns and rows", async () => {
    const name = expect.stringMatching(/^cli-\d{4}-\d\d-\d\d-\d{6}-[0-9a-f-]{36}$/);
    const json = await sql("DESCRIBE CONNECTION first", ["-o", "json"]);
    expect(JSON.parse(json.stdout)).toEqual({
      name,
      status: "COMPLETED",
      columns: ["Name", "Type", "Endpoint", "Comment"],
      rows: [
        {
          Name: "first",
          Type: "OPENAI",
          Endpoint: "https://api.openai.com/v1/chat/completions",
          Comment: null,
        },
      ],
    });
    const yaml = await sql("SHOW CONNECTIONS; DROP CONNECTION IF EXISTS x", ["-o", "yaml"]);
    expect(yaml.stdout.replace(/cli-\S+/g, "NAME")).toBe(
      `name: NAME\nstatus: COMPLETED\ncolumns:\n  - Name\nrows:\n  - Name: first\n---\nname: NAME\nstatus: COMPLETED\nstatus_detail: Connection "x" does not exist; nothing was changed.\ncolumns: []\nrows: []\n`,
    );
  });

  test("points at the word that is wrong, and shows no secret", async () => {
    const secret = "sk-at-fault-93ab";
    const { code, stdout, stderr } = await sql(
      `ALTER CONNECTION first\n  SET ('api-key' = '${secret}', 'tokn' = 'x')`,
    );
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^Error: .*line 2, column/);
    const [, line = "", carets = ""] = stderr.split("\n");
    expect(line).toMatch(/^ {6}SET \('api-key' = '\*{6}', /);
    expect(carets).toMatch(/^ +\^+$/);
    expect(stderr).not.toContain(secret);
  });

  test("a statement that ended FAILED is an error", async () => {
    expect(await sql("DROP CONNECTION absent")).toMatchObject({
      code: 1,
      stdout: "",
      stderr: 'Error: Connection "absent" does not exist in aws.us-east-1 of this environment.\n',
    });
    expect((await sql("SELECT 1")).stderr).toBe(
      "Error: No engine is attached: Keymoor runs connection statements only.\n",
    );
  });

  test("a file runs until the first failure, and says where that is", async () => {
    const text = "\ufeff-- two; three\nSHOW CONNECTIONS;\n\nDROP CONNECTION absent; SHOW CONNECTIONS\n";
    writeFileSync(join(cli.folder, "all.sql"), text);
    const { code, stdout, stderr } = await cli.run(["sql", "-f", "all.sql"]);
    expect(code).toBe(1);
    expect(stdout.match(/first/g)).toHaveLength(1);
    expect(stderr).toMatch(/^In statement 2 of 3, on line 4:\nError: Connection "absent" does not exist/);
  });

  test("--continue goes on, and fails at the end", async () => {
    const input = "SHOW CONNECTIONS; DROP CONNECTION absent; SHOW CONNECTIONS";
    for (const args of [
      ["sql", "--continue"],
      ["sql", "-", "--continue"],
      ["sql", "-f", "-", "--continue"],
    ]) {
      const { code, stdout, stderr } = await cli.run(args, { input });
      expect(code).toBe(1);
      expect(stdout.match(/first/g)).toHaveLength(2);
      expect(stderr).toMatch(/Error: 1 of 3 statements failed\.\n$/);
    }
  });

  test("SET and USE hold for the statements that follow", async () => {
    const { code, stdout, stderr } = await sql(
      "SET 'sql.secrets.k' = 'sk-1'; SET; USE CATALOG elsewhere; SHOW CONNECTIONS",
    );
    expect(stdout).toMatch(/sql\.secrets\.k +\| \*{6} /);
    expect(code).toBe(1);
    expect(stderr).toContain("The catalog is not this environment.");
  });

  test("a secret on the command line is pointed out to people only", async () => {
    const hint = "The shell's history keeps the secret of this statement";
    const typed = await sql(create("hinted", "sk-hinted"), [], { isTty: true });
    expect(typed.stderr).toContain(hint);
    expect((await sql("SHOW CONNECTIONS", [], { isTty: true })).stderr).not.toContain(hint);
    expect((await sql(create("unhinted", "sk-2"))).stderr).not.toContain(hint);
  });

  test("no statement keeps its secret anywhere that this command writes or the server answers", async () => {
    const secret = "sk-nowhere-2f7c91";
    const { stdout, stderr } = await sql(create("nowhere", secret));
    const list = await cli.run(["statement", "list", "-o", "json"]);
    const show = await sql("SHOW CREATE CONNECTION nowhere");
    expect(list.stdout).toContain("CREATE CONNECTION nowhere");
    expect(stdout + stderr + list.stdout + show.stdout).not.toContain(secret);
  });

  test.each([
    ["two sources", ["sql", "SHOW CONNECTIONS", "-f", "x.sql"], "A statement and --file are both given."],
    [
      "no file",
      ["sql", "-f", "absent.sql"],
      "The file that --file names cannot be read (it does not exist).",
    ],
    ["a folder", ["sql", "-f", "folder"], "The file that --file names cannot be read (it is a folder)."],
    ["no text", ["sql", "-f", "latin1.sql"], "The file is not UTF-8 text."],
    ["nothing", ["sql", " ; -- nothing"], "There is no statement."],
    ["a wrong flag", ["sql", "--secret=sk-1"], "unknown flag: --secret"],
    ["too much", ["sql", "a", "b"], "accepts between 0 and 1 arg(s), received 2"],
  ])("%s is a usage error", async (_case, args, message) => {
    mkdirSync(join(cli.folder, "folder"), { recursive: true });
    writeFileSync(join(cli.folder, "latin1.sql"), Buffer.from([0x53, 0xe4]));
    const { code, stdout, stderr } = await cli.run(args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr.split("\n")[0]).toBe(`Error: ${message}`);
    expect(stderr).not.toContain("sk-1");
  });

  test("without a server it ends at once, --continue or not", async () => {
    const { code, stderr } = await sql("SHOW CONNECTIONS; SHOW CONNECTIONS", ["--continue"], {
      env: { KEYMOOR_URL: "http://127.0.0.1:1" },
    });
    expect(code).toBe(5);
    expect(stderr.match(/Error:/g)).toHaveLength(1);
    expect(stderr).toContain("No Keymoor server answers at http://127.0.0.1:1: connection refused.");
  });

  test("with a wrong key, and without rights", async () => {
    const wrong = await sql("SHOW CONNECTIONS", [], { env: { KEYMOOR_API_SECRET: "wrong" } });
    expect(wrong.code).toBe(4);
    const { code, stderr } = await sql(create("refused", "sk-refused"), [], {
      env: cli.keyOf("nobody", "flink"),
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Error: /);
    expect(stderr).not.toContain("sk-refused");
  });

  test("writes nothing beside the profiles when it is no shell", () => {
    expect(() => readFileSync(join(cli.folder, "sql-history"))).toThrow("ENOENT");
  });
});
