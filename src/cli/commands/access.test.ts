import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CommandLineFixture, openCommandLine } from "../../../test/fixtures/command-line.ts";
import { environmentId, principals } from "../../../test/fixtures/services.ts";

describe("service accounts, keys, roles, environments and pools on the command line", () => {
  let cli: CommandLineFixture;
  beforeAll(async () => {
    cli = await openCommandLine();
  });
  afterAll(() => cli.close());

  const run = (...args: string[]) => cli.run(args, { env: cli.keyOf("organizationAdmin") });
  const json = async (...args: string[]) => {
    const { code, stdout, stderr } = await run(...args, "-o", "json");
    expect([code, stderr.includes("Error")]).toEqual([0, false]);
    return JSON.parse(stdout);
  };

  it("a program gets a service account, a role and a key, and loses them again", async () => {
    const account = await json("service-account", "create", "orders", "--description", "writes orders");
    expect(account).toEqual({
      id: expect.stringMatching(/^sa-/),
      name: "orders",
      description: "writes orders",
    });
    const place = ["--environment", environmentId];
    const binding = await json(
      "role-binding",
      "create",
      "--principal",
      account.id,
      "--role",
      "FlinkDeveloper",
      ...place,
    );
    expect(binding).toMatchObject({ principal: account.id, role: "FlinkDeveloper" });
    const region = ["--cloud", "aws", "--region", "us-east-1"];
    const made = await run(
      "api-key",
      "create",
      "--resource",
      "flink",
      "--owner",
      account.id,
      ...place,
      ...region,
    );
    expect([made.code, made.stdout]).toEqual([0, expect.stringMatching(/^[A-Za-z0-9]{64}\n$/)]);
    const [, key = ""] =
      /^API key (\w+): a Flink key for aws\.us-east-1 of env-abc123, owned by /.exec(made.stderr) ?? [];
    expect(made.stderr).toMatch(/\nIts secret is not shown again; only its hash is kept\.\n$/);
    expect(made.stderr).not.toContain(made.stdout.trim());
    const env = { KEYMOOR_API_KEY: key, KEYMOOR_API_SECRET: made.stdout.trim() };
    expect((await cli.run(["connection", "list"], { env })).code).toBe(0);
    const renamed = await json("api-key", "update", key, "--name", "ci");
    expect(renamed).toMatchObject({
      api_key: key,
      name: "ci",
      owner: account.id,
      environment: environmentId,
    });
    expect(JSON.stringify(await json("api-key", "list", "--owner", account.id))).not.toContain(
      made.stdout.trim(),
    );
    expect(await run("api-key", "delete", key, "--yes")).toMatchObject({
      code: 0,
      stdout: `Deleted API key "${key}".\n`,
    });
    expect((await cli.run(["connection", "list"], { env })).code).toBe(4);
    expect((await run("role-binding", "delete", binding.id, "--yes")).code).toBe(0);
    expect((await json("service-account", "update", account.id, "--name", "old orders")).name).toBe(
      "old orders",
    );
    expect((await run("service-account", "delete", account.id, "--yes")).code).toBe(0);
    expect((await run("service-account", "describe", account.id)).code).toBe(1);
  });

  it("gives the secret as a field of JSON and YAML", async () => {
    const made = await json("api-key", "create", "--name", "mine");
    expect(made).toMatchObject({
      api_key: expect.any(String),
      api_secret: expect.stringMatching(/^[A-Za-z0-9]{64}$/),
      owner: principals.organizationAdmin,
      resource: "cloud",
    });
    expect((await run("api-key", "create", "-o", "yaml")).stdout).toMatch(/^api_secret: /m);
  });

  it("makes, renames and deletes environments and compute pools", async () => {
    const { id } = await json("environment", "create", "staging");
    expect(await json("environment", "update", id, "--name", "stage")).toEqual({ id, name: "stage" });
    const place = ["--environment", id];
    const pool = await json(
      "compute-pool",
      "create",
      "pool",
      ...place,
      "--region",
      "us-east-1",
      "--max-cfu",
      "10",
    );
    expect(pool).toMatchObject({
      name: "pool",
      cloud: "aws",
      environment: id,
      max_cfu: 10,
      status: "PROVISIONED",
    });
    const changed = await json(
      "compute-pool",
      "update",
      pool.id,
      "--name",
      "new",
      "--max-cfu",
      "20",
      ...place,
    );
    expect(changed).toMatchObject({ name: "new", max_cfu: 20 });
    expect((await run("compute-pool", "delete", pool.id, "--yes", ...place)).stdout).toBe(
      `Deleted compute pool "${pool.id}".\n`,
    );
    expect((await run("environment", "delete", id, "--yes")).stdout).toBe(`Deleted environment "${id}".\n`);
    const unasked = await run("environment", "delete", environmentId);
    expect([unasked.code, unasked.stdout]).toEqual([2, ""]);
  });
});
