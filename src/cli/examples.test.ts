import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FakeCheck, fakeCheck, found } from "../../test/fixtures/checks.ts";
import { type CommandLineFixture, openCommandLine } from "../../test/fixtures/command-line.ts";
import type { PrincipalName } from "../../test/fixtures/services.ts";
import type { CheckResult } from "../egress/check-result.ts";

// Each file is command lines, a line of dashes, and what the last of them prints: standard output, standard error and its exit
// code, with dashes between them. Those before it prepare and must succeed. A line may begin with `as NAME: ` (a principal of
// the fixture with its Flink key; `as NAME everywhere: ` with its Cloud key), `checks OUTCOME: ` and `echo TEXT | `. SECRET
// stands for one that no output may have. A new example needs only the lines: `vitest run FILE -u` writes the rest, to be
// read before it is kept.
const folder = fileURLToPath(new URL("examples/", import.meta.url));
const dashes = `\n${"-".repeat(40)}\n`;
const secret = "sk-never-to-be-seen-0123456789";

let fake: FakeCheck;
let fixture: CommandLineFixture;

beforeAll(async () => {
  fake = fakeCheck();
  fixture = await openCommandLine({ check: fake.check });
});
afterAll(() => fixture.close());

describe.each(readdirSync(folder))("the example %s", (file) => {
  test("prints what its file says, and never a secret", async () => {
    const [lines = ""] = readFileSync(folder + file, "utf8").split(dashes);
    await forgetConnections();
    const commands = lines.trimEnd().split("\n");
    const last = commands.pop() ?? "";
    for (const line of commands) expect(await run(line), line).toMatchObject({ code: 0 });
    const { code, stdout, stderr } = await run(last);
    expect(stdout + stderr).not.toContain(secret);
    const parts = [[...commands, last].join("\n"), stdout, stderr, `exit code ${code}`];
    await expect(`${parts.map(settled).join(dashes)}\n`).toMatchFileSnapshot(folder + file);
  });
});

async function run(line: string) {
  const [, who = "environmentAdmin", everywhere, outcome = "accepted", input, args = ""] =
    /^(?:as (\w+)( everywhere)?: )?(?:checks (\w+): )?(?:echo (.*?) \| )?(.*)$/.exec(line) ?? [];
  fake.find = () => found(outcome as CheckResult["outcome"]);
  return await fixture.run(splitWords(args.replaceAll("SECRET", secret)), {
    env: fixture.keyOf(who as PrincipalName, everywhere === undefined ? "flink" : "cloud"),
    ...(input === undefined ? {} : { input: `${input.replaceAll("SECRET", secret)}\n` }),
  });
}

async function forgetConnections(): Promise<void> {
  const env = fixture.keyOf("environmentAdmin", "cloud");
  const { stdout } = await fixture.run(["connection", "list", "-o", "json"], { env });
  const rows: { name: string; cloud: string; region: string }[] = JSON.parse(stdout);
  for (const { name, cloud, region } of rows) {
    const place = ["--cloud", cloud, "--region", region];
    await fixture.run(["connection", "delete", "--force", name, ...place], { env });
  }
}

/** Words as a shell splits them: on spaces, except in quotes. */
function splitWords(line: string): string[] {
  const words = line.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  return words.map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, "$1$2"));
}

/** What differs from run to run, in as many columns. */
function settled(text: string): string {
  return text
    .replaceAll(fixture.url, "http://127.0.0.1:8090")
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, "2026-11-20 09:04:00")
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, "2026-11-20T09:04:00Z")
    .replace(/"duration_ms": \d+/g, '"duration_ms": 1')
    .replace(/\| \d+ ms +\|/g, "| 1 ms     |")
    .replace(
      /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g,
      "5b6cbb0c-4ad0-4bb6-9f4f-3f2a6f3c9b62",
    );
}
