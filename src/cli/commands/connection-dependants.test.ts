import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CommandLineFixture, openCommandLine } from "../../../test/fixtures/command-line.ts";
import { openaiBody, principals, sqlV1 } from "../../../test/fixtures/services.ts";

// What it prints of definitions stands in examples/.

describe("keymoor connection dependants", () => {
  let cli: CommandLineFixture;
  let at: string;
  beforeAll(async () => {
    cli = await openCommandLine();
    await cli.api.send("POST", `${sqlV1}/connections`, openaiBody("a"));
    const { store, now } = cli.api.services;
    const uid = (await cli.api.send("GET", `${sqlV1}/connections/a`)).json.metadata.uid as string;
    at = now().toISOString();
    const use = (principal: string, useTokenId: string | null) =>
      store.note({ note: "use", uid, at, principal, useTokenId });
    use(principals.flinkDeveloper, null);
    use(principals.flinkDeveloper, "0123456789abcdef");
    use(principals.flinkDeveloper, "0123456789abcdef");
    await store.flush();
  });
  afterAll(() => cli.close());

  it("shows each caller, and each of its use tokens apart", async () => {
    const { stdout } = await cli.run(["connection", "dependants", "a"]);
    const time = `${at.slice(0, 19).replace("T", " ")} \\+0000 UTC`;
    expect(stdout).toMatch(
      new RegExp(
        `^No definition names it\\.\n\n +Caller +\\| +Use Token +\\| Calls +\\| +Last Use +\n-.*\n` +
          `  sa-developer \\| +\\| 1 +\\| ${time} +\n  sa-developer \\| 0123456789abcdef \\| 2 +\\| ${time} +\n$`,
      ),
    );
  });

  it("follows every page of definitions", async () => {
    const names = Array.from({ length: 101 }, (_, n) => `s-${String(n).padStart(3, "0")}`);
    for (const name of names) {
      const statement = `CREATE TOOL \`${name}\` USING CONNECTION a`;
      await cli.api.send("POST", `${sqlV1}/statements`, { name, spec: { statement } });
    }
    const { stdout } = await cli.run(["connection", "dependants", "a", "-o", "json"]);
    const { definitions } = JSON.parse(stdout);
    expect(definitions.map(({ statement }: { statement: string }) => statement)).toEqual(names);
  });

  it("is what `connection delete` tells of before it asks, in short", async () => {
    const { stderr, code } = await cli.run(["connection", "delete", "a"]);
    expect([code, stderr.split("\n")[0]]).toEqual([
      2,
      'Connection "a" is named by tool `s-000`, tool `s-001`, tool `s-002` and others, and was called in the last 30 days by sa-developer. `keymoor connection dependants a` shows all.',
    ]);
    expect((await cli.run(["connection", "delete", "a", "--yes"])).stderr).toBe("");
  });
});
