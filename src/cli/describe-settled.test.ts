import { afterAll, beforeAll, expect, test } from "vitest";
import { fakeCheck } from "../../test/fixtures/checks.ts";
import { type CommandLineFixture, openCommandLine } from "../../test/fixtures/command-line.ts";
import { keymoorV1 } from "../../test/fixtures/services.ts";

let cli: CommandLineFixture;
beforeAll(async () => {
  cli = await openCommandLine({ check: fakeCheck().check });
});
afterAll(() => cli.close());

const create = (name: string) => [
  "connection",
  "create",
  name,
  "--type",
  "rest",
  "--endpoint",
  "https://api.example.com",
  "--token",
  "t-1",
];

test("a person sees what the check after a change found", async () => {
  const created = cli.run(create("seen"), { isTty: true });
  const path = `${keymoorV1}/connections/seen`;
  while ((await cli.api.send("GET", path)).status !== 200) await new Promise(setImmediate);
  expect((await cli.api.send("POST", `${path}/verify`)).status).toBe(200);
  const { stdout, stderr } = await created;
  expect(stdout).toMatch(/\| Status +\| READY /);
  expect(stderr).not.toContain("is being checked");
});

test("a script is told where to look, and nothing where nothing is checked", async () => {
  expect((await cli.run(create("told"))).stderr).toBe(
    'Connection "told" is being checked; see `keymoor connection checks told`.\n',
  );
  const path = `${keymoorV1}/connections/told/verification`;
  expect((await cli.api.send("PUT", path, { enabled: false })).status).toBe(200);
  expect((await cli.run(["connection", "rotate", "told", "--token", "t-2"])).stderr).toBe("");
});

test("lists are cut to the terminal, whole with --wide and for everything else", async () => {
  const endpoint = `https://api.example.com/${"a".repeat(120)}`;
  expect((await cli.run([...create("long").slice(0, 6), endpoint, "--token", "t"])).code).toBe(0);
  const widest = async (line: string, isTty: boolean) => {
    const { stdout } = await cli.run(line.split(" "), { isTty });
    return Math.max(...stdout.split("\n").map(({ length }) => length));
  };
  expect(await widest("connection list", true)).toBeLessThanOrEqual(100);
  for (const [line, isTty] of [
    ["connection list --wide", true],
    ["connection list", false],
    ["flink connection list --cloud aws --region us-east-1", true],
  ] as const) {
    expect(await widest(line, isTty), line).toBeGreaterThan(140);
  }
  expect(await widest("audit list", true)).toBeLessThanOrEqual(100);
  expect((await cli.run(["connection", "describe", "long"], { isTty: true })).stdout).toContain(endpoint);
});
