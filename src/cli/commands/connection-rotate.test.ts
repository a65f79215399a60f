import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CommandLineFixture, openCommandLine } from "../../../test/fixtures/command-line.ts";

describe("keymoor connection rotate", () => {
  let cli: CommandLineFixture;
  beforeAll(async () => {
    cli = await openCommandLine();
  });
  afterAll(() => cli.close());

  const create = (name: string) =>
    cli.run([
      ...["connection", "create", name, "--type", "rest", "--endpoint", "https://api.example.com"],
      ...["--username", "reader", "--password", "pass-1"],
    ]);
  const view = async (name: string) =>
    JSON.parse((await cli.run(["connection", "describe", name, "-o", "json"])).stdout);
  const answering = (text: string) => Object.assign(Readable.from([Buffer.from(text)]), { isTTY: true });

  it("asks on a terminal before the way to authenticate changes", async () => {
    await create("asked");
    const toToken = ["connection", "rotate", "asked", "--token", "token-1"];
    const refused = await cli.run(toToken, { input: answering("n\n") });
    expect([refused.code, refused.stdout]).toEqual([0, ""]);
    expect(refused.stderr).toContain(
      'Connection "asked" is to authenticate by bearer in place of basic.\nNothing of its credential stays. Go on? (y/n): ',
    );
    expect(await view("asked")).toMatchObject({ authentication: "basic", credential_version: 1 });
    for (const [flag, version] of [
      ["--yes", 2],
      ["--force", 4],
    ] as const) {
      expect((await cli.run([...toToken, flag], { input: answering("") })).code).toBe(0);
      expect(await view("asked")).toMatchObject({ authentication: "bearer", credential_version: version });
      const toBasic = ["connection", "rotate", "asked", "--username", "reader", "--password", "pass-2"];
      await cli.run([...toBasic, "--yes"]);
    }
  });

  it("changes the way without a terminal only with --yes, whatever comes through a pipe", async () => {
    await create("piped");
    for (const input of ["", "y\n"]) {
      const refused = await cli.run(["connection", "rotate", "piped", "--token", "token-1"], { input });
      expect([refused.code, refused.stdout]).toEqual([2, ""]);
      expect(refused.stderr).toContain("Error: Nobody is there to ask.\n\nSuggestions:\n    Give --yes");
    }
    expect(await view("piped")).toMatchObject({ authentication: "basic", credential_version: 1 });
  });

  it("keeps what is not given, also as update; Confluent's update replaces the whole", async () => {
    await create("kept");
    for (const command of ["rotate", "update"]) {
      const rotated = await cli.run(["connection", command, "kept", "--password", "pass-2"], {
        input: answering(""),
      });
      expect(rotated.stderr).not.toContain("(y/n)");
      expect((await view("kept")).identity).toEqual({ username: "reader" });
    }
    const place = ["--cloud", "aws", "--region", "us-east-1"];
    const confluents = ["flink", "connection", "update", "kept", ...place, "--password", "pass-3"];
    expect((await cli.run(confluents)).code).toBe(1);
    expect((await view("kept")).credential_version).toBe(3);
  });
});
