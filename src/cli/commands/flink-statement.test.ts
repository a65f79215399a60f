import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CommandLineFixture, openCommandLine } from "../../../test/fixtures/command-line.ts";

let cli: CommandLineFixture;

beforeAll(async () => {
  cli = await openCommandLine();
});
afterAll(() => cli.close());

const created = "2026-11-20 09:00:00 +0000 UTC";

/** Dates are those of the day of the test. */
const dated = (text: string) =>
  text
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000 UTC/g, created)
    .replace(/\d{4}-\d\d-\d\dT[\d:]+Z/g, "DATE");

describe.each([
  ["flink", ["flink", "statement"]],
  ["plain", ["statement"]],
])("keymoor statement, %s", (manner, group) => {
  const run = (args: readonly string[], input: string | Readable = "") =>
    cli.run([...group, ...args], { input });
  const name = (text: string) => `${manner}-${text}`;

  test("create prints the statement as it ended", async () => {
    const { code, stdout, stderr } = await run(["create", name("a"), "--sql", "SHOW CONNECTIONS;", "--wait"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(
      dated(stdout)
        .replaceAll(manner, "flink")
        .replace(/^(\|.*?) +\|$/gm, "$1 |"),
    ).toContain(
      `| Creation Date            | ${created} |\n| Name                     | flink-a |\n| Statement                | SHOW CONNECTIONS; |\n| Status                   | COMPLETED |\n| Latest Offsets           | |\n| Latest Offsets Timestamp | |\n`,
    );
  });

  test("rows are printed by results, and by create --wait in our own words", async () => {
    const endpoint = ["--type", "rest", "--endpoint", "https://api.example.com", "--token", "t-1"];
    expect((await cli.run(["connection", "create", "in-a-row", ...endpoint])).code).toBe(0);
    const created = await run(["create", name("rows"), "--sql", "SHOW CONNECTIONS;", "--wait"]);
    expect((await cli.run(["connection", "delete", "in-a-row", "--yes"])).code).toBe(0);
    const results = await run(["results", name("rows")]);
    const asData = await run(["results", name("rows"), "-o", "json"]);
    if (manner === "flink") {
      expect(created.stdout).not.toContain("in-a-row");
      expect(results.stderr).toContain('unknown command "results"');
      return;
    }
    expect(results.stdout).toContain("  in-a-row  ");
    expect(created.stdout).toContain(results.stdout);
    expect(JSON.parse(asData.stdout).map(Object.values)).toEqual([["in-a-row"]]);
  });

  test("create as JSON, from standard input, with a name that is made up", async () => {
    const sql = "CREATE CONNECTION x WITH ('type' = 'openai', 'api-key' = 'sk-in-statement')\n";
    const failed = await run(["create", "--sql", "-", "-o", "json"], sql);
    expect(failed.code).toBe(1);
    expect(failed.stderr).not.toContain("sk-in-statement");
    const { stdout } = await run(
      ["create", "--sql", "-", "-o", "json", "--property", "sql.secrets.k=sk-p"],
      "SHOW CONNECTIONS\n",
    );
    expect(JSON.parse(stdout)).toEqual({
      creation_date: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      name: expect.stringMatching(/^cli-\d{4}-\d\d-\d\d-\d{6}-/),
      statement: "SHOW CONNECTIONS",
      status: "COMPLETED",
      latest_offsets: null,
      latest_offsets_timestamp: null,
    });
    const described = await run(["describe", JSON.parse(stdout).name, "-o", "json"]);
    expect(JSON.parse(described.stdout).properties).toMatchObject({ "sql.secrets.k": "******" });
  });

  test("create of a statement that fails prints it, and ends with 1 unless it is Confluent's", async () => {
    const { code, stdout, stderr } = await run(["create", "--sql", "DROP CONNECTION absent;", "-o", "json"]);
    expect(JSON.parse(stdout)).toMatchObject({ status: "FAILED" });
    const detail = 'Connection "absent" does not exist in aws.us-east-1 of this environment.';
    expect([code, stderr]).toEqual(manner === "flink" ? [0, ""] : [1, `Error: ${detail}\n`]);
  });

  test("create points at the word that is wrong", async () => {
    const { code, stderr } = await run(["create", "--sql", "DROP CONNECTION a CASCADE"]);
    expect(code).toBe(1);
    expect(stderr).toContain("\n    DROP CONNECTION a CASCADE\n                      ^^^^^^^\n");
  });

  test("describe says properties and principal too", async () => {
    await run(["create", name("d"), "--sql", "DROP CONNECTION absent;", "--database", "db"]);
    const { stdout } = await run(["describe", name("d"), "-o", "yaml"]);
    expect(
      dated(stdout)
        .replace(/local-time-zone: .*/, "local-time-zone: Z")
        .replace(/: (u-|env-)\S+/, ": ID"),
    ).toMatch(
      /^creation_date: DATE\nname: \w+-d\nstatement: DROP CONNECTION absent;\nstatus: FAILED\nstatus_detail: .*absent.*\nlatest_offsets: null\nlatest_offsets_timestamp: null\nproperties:\n {2}sql\.current-catalog: .+\n {2}sql\.current-database: db\n {2}sql\.local-time-zone: Z\nprincipal: .+\n$/,
    );
  });

  test("list is sorted by date and name, and --status narrows it", async () => {
    for (const one of ["l2", "l1"]) await run(["create", name(one), "--sql", "SHOW CONNECTIONS;"]);
    await run(["create", name("lf"), "--sql", "DROP CONNECTION absent;"]);
    const all = await run(["list", "-o", "json"]);
    const rows: { name: string; status: string; creation_date: string }[] = JSON.parse(all.stdout);
    const sorted = rows.toSorted((a, b) => (a.creation_date + a.name < b.creation_date + b.name ? -1 : 1));
    expect(rows).toEqual(sorted);
    const failed = await run(["list", "--status", "Failed"]);
    expect(failed.stdout).toContain(name("lf"));
    expect(failed.stdout).not.toContain(name("l1"));
    expect(failed.stdout.split("\n")[0]).toMatch(
      /^ +Creation Date +\| +Name +\| +Statement +\| Compute Pool \| Status \| +Status Detail +\|/,
    );
    expect((await run(["list", "--status", "pending"])).stdout).toBe("None found.\n");
  });

  test("stop says that it was asked for", async () => {
    await run(["create", name("s"), "--sql", "SHOW CONNECTIONS;"]);
    expect(await run(["stop", name("s")])).toMatchObject({
      code: 0,
      stdout: `Requested to stop Flink SQL statement "${name("s")}".\n`,
      stderr: "",
    });
  });

  test("exception list says why one failed", async () => {
    await run(["create", name("e"), "--sql", "DROP CONNECTION absent;"]);
    const { stdout } = await run(["exception", "list", name("e"), "-o", "json"]);
    expect(JSON.parse(stdout)).toEqual([
      {
        name: "StatementFailed",
        timestamp: expect.stringMatching(/Z$/),
        message: 'Connection "absent" does not exist in aws.us-east-1 of this environment.',
      },
    ]);
    await run(["create", name("ok"), "--sql", "SHOW CONNECTIONS;"]);
    expect((await run(["exception", "list", name("ok")])).stdout).toBe("None found.\n");
  });

  test("delete asks, and deletes all or none", async () => {
    for (const one of ["x", "y"]) await run(["create", name(one), "--sql", "SHOW CONNECTIONS;"]);
    const list = manner === "flink" ? "keymoor flink statement list" : "keymoor statement list";
    expect(await run(["delete", name("x"), "absent", "--force"])).toMatchObject({
      code: 1,
      stdout: "",
      stderr: `Error: Flink SQL statement "absent" not found\n\nSuggestions:\n    List available Flink SQL statements with \`${list}\`.\n`,
    });
    const end = manner === "flink" ? "\n" : ""; // a terminal shows the one that was typed
    const question = `Are you sure you want to delete Flink SQL statement "${name("x")}"? (y/n): ${end}`;
    const asked = manner === "flink" ? "stdout" : "stderr"; // Confluent's mixes questions with data
    // Confluent's takes the answer from a pipe; ours takes it from a terminal only.
    const answer = (text: string) =>
      manner === "flink" ? text : Object.assign(Readable.from([Buffer.from(text)]), { isTTY: true });
    expect(await run(["delete", name("x")], answer("n\n"))).toMatchObject({ code: 0, [asked]: question });
    const unanswered = await run(["delete", name("x")], manner === "flink" ? "" : "y\n");
    expect(unanswered.code).toBe(manner === "flink" ? 1 : 2);
    expect(unanswered.stderr).toContain(manner === "flink" ? "failed to read input" : "Give --yes");
    const both = `Flink SQL statements "${name("x")}" and "${name("y")}"`;
    const deleted = await run(["delete", name("x"), name("y")], answer("y\n"));
    expect([deleted.code, deleted[asked]]).toEqual([
      0,
      expect.stringContaining(`Are you sure you want to delete ${both}? (y/n): ${end}`),
    ]);
    expect(deleted.stdout).toContain(`Requested to delete ${both}.\n`);
    expect((await run(["describe", name("x")])).code).toBe(1);
  });

  test("wrong flags, a missing name, no rights, no server", async () => {
    const usage = manner === "flink" ? 1 : 2;
    expect(await run(["create"])).toMatchObject({
      code: usage,
      stderr: expect.stringContaining('Error: required flag(s) "sql" not set\n'),
    });
    expect(await run(["describe"])).toMatchObject({
      code: usage,
      stderr: expect.stringContaining("Error: accepts 1 arg(s), received 0\n"),
    });
    expect(await run(["list", "--satus=x"])).toMatchObject({
      code: usage,
      stderr: expect.stringContaining("Error: unknown flag: --satus\n"),
    });
    expect(await run(["create", "--sql", "SHOW CONNECTIONS", "--property", "x"])).toMatchObject({
      code: usage,
    });
    expect(await run(["describe", "absent"])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^Error: There is no statement of this name/),
    });
    expect(await cli.run([...group, "list"], { env: cli.keyOf("nobody", "flink") })).toMatchObject({
      code: 1,
      stdout: "",
    });
    expect(await cli.run([...group, "list"], { env: { KEYMOOR_URL: "http://127.0.0.1:1" } })).toMatchObject({
      // As Confluent's CLI, which has one code for all failures.
      code: manner === "flink" ? 1 : 5,
      stdout: "",
    });
  });
});
