import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CommandLineFixture, openCommandLine } from "../../../test/fixtures/command-line.ts";
import { environmentId, openaiBody, otherEnvironmentId, sqlV1 } from "../../../test/fixtures/services.ts";

describe("keymoor audit list", () => {
  let cli: CommandLineFixture;
  beforeAll(async () => {
    cli = await openCommandLine();
    for (const name of ["one", "two", "two"])
      await cli.api.send("POST", `${sqlV1}/connections`, openaiBody(name));
    await cli.api.send("DELETE", `${sqlV1}/connections/one`);
    await cli.api.services.store.flush();
  });
  afterAll(() => cli.close());

  const list = (...args: string[]) =>
    cli.run(["audit", "list", ...args], { env: cli.keyOf("organizationAdmin") });
  const events = async (...args: string[]) => JSON.parse((await list(...args, "-o", "json")).stdout);
  const facts = async (...args: string[]) =>
    (await events(...args)).map((event: { action: string; resource_name: string; outcome: string }) =>
      [event.action, event.resource_name, event.outcome].join(" "),
    );

  it("is a table of events, the newest first, in times that people read", async () => {
    const { code, stdout, stderr } = await list("--connection", "two");
    expect([code, stderr]).toEqual([0, ""]);
    const [header = "", , ...rows] = stdout.trimEnd().split("\n");
    expect(header.split("|").map((label) => label.trim())).toEqual([
      "Time",
      "Action",
      "Resource",
      "Outcome",
      "Code",
      "Principal",
      "Environment",
      "Address",
      "Count",
    ]);
    const cells = rows.map((row) => row.split("|").map((cell) => cell.trim()));
    expect(cells[0]?.[0]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000 UTC$/);
    expect(cells.map((row) => row.slice(1, 7))).toEqual([
      ["connection.create", "two", "refused", "resource_already_exists", "u-orgadmin", environmentId],
      ["connection.create", "two", "done", "", "u-orgadmin", environmentId],
    ]);
  });

  it("filters by action, connection, outcome, principal, environment and time", async () => {
    expect(await facts("--action", "connection.delete")).toEqual(["connection.delete one done"]);
    expect(await facts("--connection", "one")).toEqual([
      "connection.delete one done",
      "connection.create one done",
    ]);
    expect(await facts("--outcome", "refused", "--connection", "two")).toEqual([
      "connection.create two refused",
    ]);
    expect(await facts("--principal", "sa-nobody")).toEqual([]);
    expect(await facts("--environment", otherEnvironmentId, "--action", "connection.create")).toEqual([]);
    expect(await facts("--from", "1h", "--action", "connection.delete")).toHaveLength(1);
    expect(await facts("--to", "1h", "--action", "connection.delete")).toHaveLength(0);
    expect(await facts("--from", "2020-01-01", "--to", "2020-01-02T00:00:00Z")).toEqual([]);
    expect((await list("--principal", "sa-nobody")).stdout).toBe("None found.\n");
  });

  it("ends at the limit, over several pages", async () => {
    for (let made = 0; made < 120; made++) {
      await cli.api.send("DELETE", `${sqlV1}/connections/none-${made}`);
    }
    await cli.api.services.store.flush();
    expect(await events("--limit", "1")).toHaveLength(1);
    expect(await events()).toHaveLength(50);
    expect(await events("--limit", "110")).toHaveLength(110);
    expect((await list("--limit", "5")).stderr).toBe("There are more than these 5. More: --limit 50\n");
    expect((await list("--limit", "2", "--connection", "two")).stderr).toBe("");
  });

  it("gives JSON and YAML with all that an event has", async () => {
    const [event] = await events("--action", "connection.delete", "--connection", "one");
    expect(Object.keys(event)).toEqual(
      expect.arrayContaining(["id", "request_id", "sequence", "mac", "address"]),
    );
    expect((await list("--connection", "one", "-o", "yaml")).stdout).toMatch(/^- id: /);
  });

  it.each([
    [["--outcome", "sk-mistyped"], "--outcome takes done, unchanged, refused or failed."],
    [["--outcome", "refusd"], "Did you mean refused?"],
    [["--action", "connection.rotat"], "Did you mean connection.rotate?"],
    [["--limit", "0"], "--limit takes a number from 1 to 100000."],
    [["--limit", "sk-mistyped"], "--limit takes a number"],
    [["--from", "sk-mistyped"], "--from takes a span such as 30d"],
    [["--to", "2026-02-31T25:00:00Z"], "--to takes a span"],
    [["sk-mistyped"], "accepts 0 arg(s), received 1"],
  ])("refuses %j without repeating it", async (args, message) => {
    const ran = await list(...args);
    expect([ran.code, ran.stdout]).toEqual([2, ""]);
    expect(ran.stderr).toContain(message);
    expect(ran.stderr).not.toContain("sk-mistyped");
  });

  it("needs the audit right", async () => {
    const env = cli.keyOf("flinkDeveloper");
    expect(await cli.run(["audit", "list"], { env })).toMatchObject({ code: 1, stdout: "" });
    // An EnvironmentAdmin sees the one environment he has.
    const own = await cli.run(["audit", "list", "--connection", "two"], {
      env: cli.keyOf("environmentAdmin"),
    });
    expect(own).toMatchObject({ code: 0, stdout: expect.stringContaining("resource_already_exists") });
  });
});
