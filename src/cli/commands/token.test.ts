import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CommandLineFixture, openCommandLine } from "../../../test/fixtures/command-line.ts";
import {
  environmentId,
  openaiBody,
  otherEnvironmentId,
  principals,
  sqlV1,
} from "../../../test/fixtures/services.ts";

describe("keymoor token", () => {
  let cli: CommandLineFixture;
  beforeAll(async () => {
    cli = await openCommandLine();
    for (const name of ["a", "b"]) await cli.api.send("POST", `${sqlV1}/connections`, openaiBody(name));
  });
  afterAll(() => cli.close());

  const create = (...args: string[]) =>
    cli.run(["token", "create", "--connection", "a", "--name", "search", ...args]);
  const list = async () => JSON.parse((await cli.run(["token", "list", "-o", "json"])).stdout);
  const idOf = (token: string) => token.split("_")[1] ?? "";

  it("prints a new token alone, and beside it that it is not shown again", async () => {
    const { code, stdout, stderr } = await create("--connection", "b");
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^kmt_[0-9a-f]{16}_[\w-]{43}\n$/)]);
    expect(stderr).toMatch(
      /^Use token [0-9a-f]{16} for a, b, until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000 UTC\.\nIt is not shown again; only its hash is kept\.\nA client's base URL: http:\/\/keymoor\.test:8090\/c\/a\n$/,
    );
    expect(stderr).not.toContain(stdout.trim());
    const env = { KEYMOOR_USE_TOKEN: stdout.trim() };
    const refused = await cli.run(["connection", "call", "c"], { env });
    expect(refused.stderr).toMatch(
      /^Error: The use token is not bound to a connection of this name\.\n\nSuggestions:\n {4}It is bound to a, b\. /,
    );
  });

  it("gives it as a field of JSON and YAML", async () => {
    const { token, id, connections, call_url } = JSON.parse((await create("-o", "json")).stdout);
    expect([idOf(token), connections, call_url]).toEqual([id, ["a"], "http://keymoor.test:8090/c/a"]);
    expect((await create("-o", "yaml")).stdout).toMatch(/^token: kmt_/m);
  });

  it.each([
    ["30d", 30 * 86_400],
    ["12h", 12 * 3600],
    ["90s", 90],
    ["45m", 45 * 60],
  ])("ends after --expires %s", async (expires, seconds) => {
    const { created_at, expires_at } = JSON.parse((await create("--expires", expires, "-o", "json")).stdout);
    expect((Date.parse(expires_at) - Date.parse(created_at)) / 1000).toBe(seconds);
  });

  it("ends at a time that --expires names", async () => {
    const day = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
    const { expires_at } = JSON.parse((await create("--expires", day, "-o", "json")).stdout);
    // The server counts whole seconds from its own clock.
    expect(Math.abs(Date.parse(expires_at) - Date.parse(day))).toBeLessThan(60_000);
  });

  it("lists what there is without a token in it", async () => {
    const { stdout: token } = await create("--name", "listed");
    const { stdout } = await cli.run(["token", "list"]);
    expect(stdout).toMatch(
      /^ +ID +\| +Name +\| Connections \| Status \| +Expires +\| Last Used \| +Created By +\n-/,
    );
    expect(stdout).toMatch(
      new RegExp(`${idOf(token)} \\| listed .*\\| a .*\\| valid .*\\| never .*\\| u-orgadmin`),
    );
    expect(stdout).not.toContain("kmt_");
    expect(await list()).toContainEqual(expect.objectContaining({ id: idOf(token), revoked_at: null }));
    expect(
      await cli.run(["token", "list", "--environment", otherEnvironmentId], {
        env: cli.keyOf("organizationAdmin"),
      }),
    ).toMatchObject({ code: 0, stdout: "None found.\n" });
  });

  it("revokes one after a question, or with --force", async () => {
    const id = idOf((await create()).stdout);
    const answering = (text: string) => Object.assign(Readable.from([Buffer.from(text)]), { isTTY: true });
    const revoke = (args: string[], input: string | Readable = "") =>
      cli.run(["token", "revoke", id, ...args], { input });
    const isRevoked = async () =>
      (await list()).find((token: { id: string }) => token.id === id).revoked_at !== null;
    const question = `Are you sure you want to revoke use token "${id}" (search)? (y/n): `;
    expect(await revoke([], answering("n\n"))).toMatchObject({ code: 0, stdout: "", stderr: question });
    for (const input of ["", "y\n"]) {
      expect(await revoke([], input)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining("Give --yes"),
      });
    }
    expect(await isRevoked()).toBe(false);
    expect(await revoke([], answering("y\n"))).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(`Revoked use token "${id}".\n`),
    });
    expect(await isRevoked()).toBe(true);
    expect(await revoke(["--force"])).toMatchObject({ code: 0, stderr: `Revoked use token "${id}".\n` });
    expect((await cli.run(["token", "list"])).stdout).toMatch(new RegExp(`${id} .*\\| revoked`));
  });

  it("revokes by a name that only one has which still holds, and looks before it asks", async () => {
    const twice = [
      idOf((await create("--name", "twin")).stdout),
      idOf((await create("--name", "twin")).stdout),
    ];
    const revoke = () => cli.run(["token", "revoke", "twin", "--yes"]);
    const unclear = await revoke();
    expect([unclear.code, unclear.stderr]).toEqual([
      1,
      expect.stringContaining("2 use tokens have this name"),
    ]);
    for (const id of twice) expect(unclear.stderr).toContain(id);
    await cli.run(["token", "revoke", `${twice[0]}`, "--yes"]);
    expect(await revoke()).toMatchObject({ code: 0, stderr: `Revoked use token "${twice[1]}".\n` });
    const gone = await cli.run(["token", "revoke", "twin"], { input: "y\n" });
    expect([gone.code, gone.stderr]).toEqual([1, expect.not.stringContaining("(y/n)")]);
  });

  it("refuses what is wrong without repeating it", async () => {
    const token = (await create()).stdout.trim();
    const cases: readonly [readonly string[], number, string][] = [
      [["token", "create"], 2, 'required flag(s) "connection", "name" not set'],
      [
        ["token", "create", "--connection", "a", "--name", "n", "--expires", "soon-kmt"],
        2,
        "--expires takes a span",
      ],
      [
        ["token", "create", "--connection", "a", "--name", "n", "--expires", "2026-13-01"],
        2,
        "--expires takes a span",
      ],
      [
        ["token", "create", "--connection", "a", "--name", "n", "--expires", "2020-01-01"],
        2,
        "--expires is not in the future.",
      ],
      [
        ["token", "create", "--connection", "a", "--name", "n", "--expires", "0d"],
        2,
        "--expires is not in the future.",
      ],
      [["token", "create", "--connection", "a", "--name", "n", "--expires", "400d"], 1, ""],
      [["token", "create", "--connection", "none", "--name", "n"], 1, '"none"'],
      [["token", "revoke", token, "--force"], 2, "This is a use token itself"],
      [["token", "revoke", "0123456789abcdef", "--force"], 1, "There is no use token of this ID or name"],
      [["token", "revoke"], 2, "accepts 1 arg(s), received 0"],
      [["token", "list", "--otput", "soon-kmt"], 2, "unknown flag: --otput"],
    ];
    for (const [args, code, message] of cases) {
      const ran = await cli.run(args);
      expect([args, ran.code, ran.stdout]).toEqual([args, code, ""]);
      expect(ran.stderr).toContain(`Error: `);
      expect(ran.stderr).toContain(message);
      expect(ran.stderr).not.toMatch(/soon-kmt|kmt_/);
    }
  });

  it("needs the right to call", async () => {
    const env = cli.keyOf("nobody", "flink");
    for (const args of [
      ["create", "--connection", "a", "--name", "n"],
      ["revoke", "0123456789abcdef", "--force"],
    ]) {
      expect(await cli.run(["token", ...args, "--environment", environmentId], { env })).toMatchObject({
        code: 1,
        stdout: "",
      });
    }
  });
});

describe("keymoor connection usage", () => {
  it("shows the last use, and calls by day and caller", async () => {
    const cli = await openCommandLine();
    await cli.api.send("POST", `${sqlV1}/connections`, openaiBody("a"));
    const usage = (...args: string[]) => cli.run(["connection", "usage", ...args]);
    expect(await usage("a")).toMatchObject({ code: 0, stdout: "Never used.\n", stderr: "" });
    const { services } = cli.api;
    const at = services.now().toISOString();
    const uid = (await cli.api.send("GET", `${sqlV1}/connections/a`)).json.metadata.uid as string;
    services.store.note({ note: "use", uid, at, principal: principals.flinkDeveloper, useTokenId: null });
    await services.store.flush();
    const { stdout } = await usage("a");
    expect(stdout).toContain(
      `Last used at ${at.slice(0, 19).replace("T", " ")} +0000 UTC by sa-developer.\n`,
    );
    expect(stdout).toMatch(
      new RegExp(` +Day +\\| +Caller +\\| Calls +\n-+.*\n  ${at.slice(0, 10)} \\| sa-developer \\| 1 +\n$`),
    );
    expect(JSON.parse((await usage("a", "-o", "json")).stdout)).toEqual({
      last_used_at: at,
      last_used_by: "sa-developer",
      days: [{ day: at.slice(0, 10), principal: "sa-developer", calls: 1 }],
    });
    expect(await usage("missing")).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining('"missing"'),
    });
    expect((await usage()).code).toBe(2);
    await cli.close();
  });
});
