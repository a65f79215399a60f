import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CommandLineFixture, openCommandLine } from "../../../test/fixtures/command-line.ts";
import { addComputePool, environmentId, otherEnvironmentId } from "../../../test/fixtures/services.ts";

describe("environment, region and compute pool", () => {
  let cli: CommandLineFixture;
  beforeAll(async () => {
    cli = await openCommandLine();
    const pool = (id: string, region: string) =>
      addComputePool(cli.api.services, {
        id,
        name: `pool of ${region}`,
        environmentId,
        cloud: "aws",
        region,
      });
    await pool("lfcp-b", "us-east-1");
    await pool("lfcp-a", "eu-west-1");
    await login("work");
  });
  afterAll(() => cli.close());

  const noKey = { KEYMOOR_API_KEY: undefined, KEYMOOR_API_SECRET: undefined, KEYMOOR_URL: undefined };
  const everywhere = () => ({ env: cli.keyOf("organizationAdmin") });
  /** With the profile that `login` keeps. */
  const run = (...args: string[]) => cli.run(args, { env: noKey });
  const login = async (profile: string) => {
    const { KEYMOOR_API_KEY = "", KEYMOOR_API_SECRET = "" } = cli.keyOf("organizationAdmin");
    const args = [
      "login",
      "--url",
      cli.url,
      "--profile",
      profile,
      "--api-key",
      KEYMOOR_API_KEY,
      "--api-secret-file",
      "-",
    ];
    expect(await cli.run(args, { env: noKey, input: KEYMOOR_API_SECRET })).toMatchObject({ code: 0 });
  };
  const profiles = () => JSON.parse(readFileSync(join(cli.folder, "profiles.json"), "utf8")).profiles;

  it("lists environments in Confluent's form, and marks the current one", async () => {
    expect(await cli.run(["environment", "list"], everywhere())).toMatchObject({
      code: 0,
      stderr: "",
      stdout: [
        "  Current |     ID     |  Name    ",
        "----------+------------+----------",
        "          | env-abc123 | default  ",
        "          | env-other1 | other    ",
        "",
      ].join("\n"),
    });
    // A Flink key has one environment.
    const { stdout } = await cli.run(["environment", "list", "-o", "json"]);
    expect(stdout).toBe(
      '[\n  {\n    "is_current": true,\n    "id": "env-abc123",\n    "name": "default"\n  }\n]\n',
    );
  });

  it("describes the current environment, or one by its ID", async () => {
    expect(await cli.run(["environment", "describe"])).toMatchObject({
      code: 0,
      stdout:
        "+---------+------------+\n| Current | true       |\n| ID      | env-abc123 |\n| Name    | default    |\n+---------+------------+\n",
    });
    const { stdout } = await cli.run(
      ["environment", "describe", otherEnvironmentId, "-o", "json"],
      everywhere(),
    );
    expect(JSON.parse(stdout)).toEqual({ is_current: false, id: otherEnvironmentId, name: "other" });
    const missing = await cli.run(["environment", "describe", "env-none"], everywhere());
    expect([missing.code, missing.stdout]).toEqual([1, ""]);
    expect(missing.stderr).toContain(
      "\nSuggestions:\n    List available environments with `keymoor environment list`.\n",
    );
    const several = await cli.run(["environment", "describe"], everywhere());
    expect([several.code, several.stdout]).toEqual([2, ""]);
    expect(several.stderr).toContain(`--environment ${otherEnvironmentId} (other)`);
  });

  it("keeps the environment that is chosen in the profile", async () => {
    expect(await run("environment", "use", otherEnvironmentId)).toMatchObject({
      code: 0,
      stdout: `Using environment "${otherEnvironmentId}".\n`,
    });
    expect(profiles().work).toMatchObject({ environment: otherEnvironmentId, url: cli.url });
    expect((await run("environment", "list")).stdout).toContain("\n  *       | env-other1 | other    \n");
    expect((await run("environment", "use", "env-none")).code).toBe(1);
    expect(profiles().work.environment).toBe(otherEnvironmentId);
    await login("spare");
    expect((await run("environment", "use", environmentId, "--profile", "work")).code).toBe(0);
    expect([profiles().work.environment, profiles().spare.environment]).not.toContain(otherEnvironmentId);
    expect(await cli.run(["environment", "use", environmentId])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("There is no profile to keep this in"),
    });
  });

  it("lists regions in Confluent's form, and keeps the one that is chosen", async () => {
    await login("regions");
    expect((await run("flink", "region", "use", "--cloud", "AWS", "--region", "eu-west-1")).stdout).toMatch(
      /^Using Flink region ".*eu-west-1.*"\.\n$/,
    );
    expect(profiles().regions).toMatchObject({ cloud: "aws", region: "eu-west-1" });
    const { stdout } = await run("flink", "region", "list");
    expect(stdout).toMatch(/^ +Current \| +Name +\| Cloud \| +Region +\n-/);
    expect(stdout).toMatch(/\n {2}\* {7}\| [^|]*\| AWS {3}\| eu-west-1 {2}\n/);
    expect(stdout).toMatch(/\n {10}\| [^|]*\| AWS {3}\| us-east-1 {2}\n/);
    const json = JSON.parse((await run("flink", "region", "list", "--cloud", "aws", "-o", "json")).stdout);
    expect(json.map((region: object) => Object.keys(region))[0]).toEqual([
      "is_current",
      "name",
      "cloud",
      "region",
    ]);
    expect(json.map((region: { is_current: boolean }) => region.is_current)).toEqual([true, false]);
    expect((await run("flink", "region", "list", "--cloud", "gcp")).stdout).toBe("None found.\n");
  });

  it("refuses a region that is not there, and flags that are missing, with code 1 as Confluent's does", async () => {
    const wrong = await run("flink", "region", "use", "--cloud", "aws", "--region", "nowhere");
    expect([wrong.code, wrong.stdout]).toEqual([1, ""]);
    expect(wrong.stderr).toContain("Error: invalid region\n\nSuggestions:\n");
    const missing = await run("flink", "region", "use");
    expect([missing.code, missing.stderr]).toEqual([
      1,
      expect.stringContaining('required flag(s) "cloud", "region" not set'),
    ]);
  });

  it.each([[["flink", "compute-pool"]], [["compute-pool"]]])(
    "lists and describes compute pools as %j",
    async (group) => {
      const at = ["--environment", environmentId];
      const { stdout, code } = await run(...group, "list", ...at);
      expect(code).toBe(0);
      expect(
        stdout
          .split("\n")[0]
          ?.split("|")
          .map((label) => label.trim()),
      ).toEqual([
        "Current",
        "ID",
        "Name",
        "Cloud",
        "Environment",
        "Max CFU",
        "Region",
        "Current CFU",
        "Status",
        "Default Pool",
      ]);
      const listed = JSON.parse((await run(...group, "list", ...at, "-o", "json")).stdout);
      expect(listed.map(({ id }: { id: string }) => id)).toEqual(["lfcp-a", "lfcp-b"]);
      expect(listed[1]).toEqual({
        is_current: false,
        id: "lfcp-b",
        name: "pool of us-east-1",
        cloud: group[0] === "flink" ? "AWS" : "aws",
        environment: environmentId,
        max_cfu: 5,
        region: "us-east-1",
        currrent_cfu: 0,
        status: "PROVISIONED",
        default_pool: false,
      });
      const one = JSON.parse(
        (await run(...group, "list", ...at, "--region", "us-east-1", "-o", "json")).stdout,
      );
      expect(one).toEqual([listed[1]]);
      expect(JSON.parse((await run(...group, "describe", "lfcp-b", ...at, "-o", "json")).stdout)).toEqual(
        listed[1],
      );
      expect((await run(...group, "describe", "lfcp-b", ...at)).stdout).toContain(
        "| Current      | false             |\n",
      );
      expect(await run(...group, "describe", "lfcp-none", ...at)).toMatchObject({ code: 1, stdout: "" });
      expect((await run(...group, "list", "--environment", "env-none")).code).toBe(1);
    },
  );

  it("shows nothing to those who have no role", async () => {
    const env = cli.keyOf("nobody");
    for (const args of [
      ["environment", "list"],
      ["compute-pool", "list", "--environment", environmentId],
      ["environment", "describe", environmentId],
    ]) {
      const { stdout } = await cli.run(args, { env });
      expect([args, stdout]).toEqual([args, expect.stringMatching(/^(None found\.\n)?$/)]);
    }
  });
});
