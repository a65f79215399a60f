import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CommandLineFixture, openCommandLine } from "../../../test/fixtures/command-line.ts";

describe("keymoor admin rotate-master-key", () => {
  let cli: CommandLineFixture;
  beforeAll(async () => {
    cli = await openCommandLine();
  });
  afterAll(() => cli.close());

  const rotations = async () => {
    await cli.api.services.store.flush();
    const { json } = await cli.api.send("GET", "/keymoor/v1/audit-events?action=master_key.rotate");
    return json.data.length;
  };

  it("asks first, and names what to copy before", async () => {
    const input = Object.assign(Readable.from([Buffer.from("n\n")]), { isTTY: true });
    const { code, stdout, stderr } = await cli.run(["admin", "rotate-master-key"], { input });
    expect([code, stdout]).toEqual([0, ""]);
    expect(stderr).toMatch(/Backups made before need the old one: first copy its file\n\(`master\.key`/);
    expect(stderr).toContain("(y/n): ");
    expect(await rotations()).toBe(0);
  });

  it("takes --yes where nobody can be asked", async () => {
    const { code, stderr } = await cli.run(["admin", "rotate-master-key"], { input: "y\n" });
    expect([code, stderr]).toEqual([2, expect.stringContaining("then give --yes.")]);
    expect(await rotations()).toBe(0);
  });
});

it("a command on a data folder that has no database says how to name another", async () => {
  const cli = await openCommandLine();
  const { code, stderr } = await cli.run(["audit", "verify", "--data", cli.folder]);
  expect([code, stderr]).toEqual([1, expect.stringContaining("with --data, or set KEYMOOR_DATA")]);
  await cli.close();
});
