import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import type { Command } from "commander";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createProgram } from "../src/cli/run.ts";
import { type CommandLineFixture, openCommandLine, runCommandLine } from "./fixtures/command-line.ts";
import { freePort } from "./fixtures/loopback.ts";
import { environmentId, principals } from "./fixtures/services.ts";

const secret = "sk-never-to-be-shown";
const region = ["--cloud", "aws", "--region", "us-east-1"];
const openai = ["--type", "openai", "--endpoint", "https://api.openai.com/v1/models", "--api-key", secret];

/** What each command that talks to a server needs to get that far. */
const remote: Readonly<Record<string, readonly string[]>> = {
  whoami: [],
  "flink connection create": ["c", ...region, ...openai],
  "flink connection delete": ["c", ...region, "--force"],
  "flink connection describe": ["c", ...region],
  "flink connection list": region,
  "flink connection update": ["c", ...region, "--api-key", secret],
  "flink statement create": ["s", "--sql", "SHOW CONNECTIONS", "--environment", environmentId],
  "flink statement delete": ["s", "--force"],
  "flink statement describe": ["s"],
  "flink statement exception list": ["s"],
  "flink statement list": [],
  "flink statement stop": ["s"],
  "flink region list": [],
  "flink region use": region,
  "flink compute-pool list": [],
  "flink compute-pool describe": ["lfcp-1"],
  "connection list": [],
  "connection describe": ["c"],
  "connection create": ["c", ...openai],
  "connection types": [],
  "connection update": ["c", "--api-key", secret],
  "connection rotate": ["c", "--api-key", secret],
  "connection versions": ["c"],
  "connection rollback": ["c", "--version", "1"],
  "connection verify": ["c"],
  "connection checks": ["c"],
  "connection verification": ["c", "off"],
  "connection usage": ["c"],
  "connection dependants": ["c"],
  "connection call": ["c", "/x", "-d", "{}"],
  "connection delete": ["c", "--force"],
  "statement create": ["s", "--sql", "SHOW CONNECTIONS"],
  "statement delete": ["s", "--force"],
  "statement describe": ["s"],
  "statement exception list": ["s"],
  "statement list": [],
  "statement results": ["s"],
  "statement stop": ["s"],
  sql: ["SHOW CONNECTIONS"],
  "admin rotate-master-key": ["--yes"],
  "environment list": [],
  "environment describe": [environmentId],
  "environment use": [environmentId],
  "compute-pool list": [],
  "compute-pool describe": ["lfcp-1"],
  "token create": ["--connection", "c", "--name", "n"],
  "token list": [],
  "token revoke": ["0123456789abcdef", "--force"],
  export: [],
  apply: ["--file", "connections.yaml", "--yes"],
  "audit list": [],
};

/** Commands that ask no server, or, as `login`, need no key yet. */
const local = [
  "serve",
  "login",
  "logout",
  "profile list",
  "profile show",
  "profile use",
  "profile set",
  "profile delete",
  "admin backup",
  "admin restore",
  "admin reset-password",
  "audit verify",
  "completion",
];

/** What the scripts of `completion` ask; it takes any words and is for no person. */
const protocol = "complete";

/** Who has no role sees that there is nothing, or himself, or what everybody may know. */
const openToAll = ["whoami", "connection types", "environment list", "flink region list", "flink region use"];

function pathsOf(command: Command, path: readonly string[] = []): { path: string; command: Command }[] {
  return [
    ...(path.length === 0 ? [] : [{ path: path.join(" "), command }]),
    ...command.commands.flatMap((child) => pathsOf(child, [...path, child.name()])),
  ];
}

const everything = pathsOf(
  await createProgram({
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    env: {},
    folder: "/",
  }),
).filter(({ path }) => path !== protocol);
const leaves = everything.filter(({ command }) => command.commands.length === 0);
const groups = everything.filter(({ command }) => command.commands.length > 0);
/** `flink` has one code for all failures, as Confluent's CLI. */
const codeOf = (path: string, code: number) => (/^flink\b/.test(path) ? 1 : code);
/** `serve` speaks with the words of a server that cannot start. */
const usageCodeOf = (path: string) => (path === "serve" ? 1 : codeOf(path, 2));

describe("every command", () => {
  let cli: CommandLineFixture;
  let deadUrl: string;
  beforeAll(async () => {
    cli = await openCommandLine();
    deadUrl = `http://127.0.0.1:${await freePort()}`;
    writeFileSync(
      join(cli.folder, "connections.yaml"),
      [
        "connections:",
        `  - { name: c, environment: ${environmentId}, cloud: aws, region: us-east-1, type: rest,`,
        `      endpoint: "https://api.example.com", credential: { token: ${secret} } }`,
        "",
      ].join("\n"),
    );
  });
  afterAll(() => cli.close());

  const run = (path: string, args: readonly string[], env: Readonly<Record<string, string | undefined>>) =>
    runCommandLine([...path.split(" "), ...args], {
      folder: cli.folder,
      env: { KEYMOOR_CONFIG_HOME: cli.folder, ...env },
    });

  it("is known to this test, and the test knows no other", () => {
    expect(leaves.map(({ path }) => path).sort()).toEqual([...Object.keys(remote), ...local].sort());
  });

  it.each(everything)("$path says what it and each of its flags and arguments is", ({ path, command }) => {
    expect(command.description()).toMatch(/\.$/);
    for (const option of command.options)
      expect([option.flags, option.description]).toEqual([option.flags, expect.stringMatching(/./)]);
    for (const argument of command.registeredArguments) {
      expect([argument.name(), argument.description]).toEqual([argument.name(), expect.stringMatching(/./)]);
    }
    expect(new Set(command.options.map(({ long }) => long)).size, path).toBe(command.options.length);
  });

  it.each(groups)("$path alone shows its help", async ({ path, command }) => {
    const ran = await run(path, [], {});
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    for (const child of command.commands) expect(ran.stdout).toContain(`  ${child.name()} `);
    const wrong = await run(path, ["lst"], {});
    expect([wrong.code, wrong.stdout]).toEqual([usageCodeOf(path), ""]);
    expect(wrong.stderr).toContain(`Error: unknown command "lst" for "keymoor ${path}"`);
  });

  it.each(leaves)("$path shows its help without a server", async ({ path }) => {
    const ran = await run(path, ["--help"], {});
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect(ran.stdout).toContain(`Usage: keymoor ${path} `);
  });

  it.each(leaves)(
    "$path refuses a flag that it does not know, and does not repeat its value",
    async ({ path }) => {
      for (const args of [[`--no-such-flag=${secret}`], ["--no-such-flag", secret]]) {
        const ran = await run(path, [...(remote[path] ?? []), ...args], {});
        expect([ran.code, ran.stdout]).toEqual([usageCodeOf(path), ""]);
        expect(ran.stderr).toMatch(
          /^Error: (unknown flag: --no-such-flag\n|Unknown flag --no-such-flag\.\n)/,
        );
        expect(ran.stderr).not.toContain(secret);
      }
    },
  );

  const talking = leaves.filter(({ path }) => path in remote);

  it.each(talking)("$path ends with 4, or as flink with 1, when nobody is logged in", async ({ path }) => {
    const ran = await run(path, remote[path] ?? [], {});
    expect([ran.code, ran.stdout]).toEqual([codeOf(path, 4), ""]);
    expect(ran.stderr).toContain(
      "Error: You are not logged in.\n\nSuggestions:\n    Log in with `keymoor login",
    );
    expect(ran.stderr).not.toContain(secret);
  });

  it.each(talking)("$path ends with 5, or as flink with 1, when there is no server", async ({ path }) => {
    const env = { KEYMOOR_URL: deadUrl, ...cli.keyOf("organizationAdmin", "flink") };
    const ran = await run(path, remote[path] ?? [], env);
    expect([ran.code, ran.stdout]).toEqual([codeOf(path, 5), ""]);
    expect(ran.stderr).toContain(
      `Error: No Keymoor server answers at ${deadUrl}: connection refused.\n\nSuggestions:\n`,
    );
    expect(ran.stderr).not.toContain(secret);
  });

  it.each(talking)(
    "$path ends with 4, or as flink with 1, when the server does not take the key",
    async ({ path }) => {
      cli.api.advance(61_000); // ten wrong keys a minute are answered otherwise
      const env = {
        KEYMOOR_URL: cli.url,
        ...cli.keyOf("organizationAdmin", "flink"),
        KEYMOOR_API_SECRET: "not-the-secret",
      };
      const ran = await run(path, remote[path] ?? [], env);
      expect([ran.code, ran.stdout]).toEqual([codeOf(path, 4), ""]);
      expect(ran.stderr).toMatch(/^Error: /m);
      expect(ran.stderr).not.toMatch(/not-the-secret|sk-never/);
    },
  );

  it.each(talking.filter(({ path }) => !openToAll.includes(path)))(
    "$path ends with 1 for who has no role",
    async ({ path }) => {
      const ran = await run(path, remote[path] ?? [], {
        KEYMOOR_URL: cli.url,
        ...cli.keyOf("nobody", "flink"),
      });
      expect([ran.code, ran.stdout]).toEqual([1, ""]);
      expect(ran.stderr).toMatch(/^Error: /m);
      expect(ran.stderr).not.toContain(secret);
      expect(ran.stderr).not.toContain(`${principals.nobody}-flink-secret`);
    },
  );
});
