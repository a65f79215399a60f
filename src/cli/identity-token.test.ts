import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CommandLineFixture, openCommandLine } from "../../test/fixtures/command-line.ts";
import { type Issuer, makeSigningKey, startIssuer } from "../../test/fixtures/issuer.ts";
import { addIdentityPool, principals } from "../../test/fixtures/services.ts";

describe("KEYMOOR_IDENTITY_TOKEN_FILE", () => {
  let fixture: CommandLineFixture;
  let issuer: Issuer;
  beforeAll(async () => {
    fixture = await openCommandLine();
    issuer = await startIssuer(await makeSigningKey("first"), () => new Date());
    for (const [id, serviceAccountId] of [
      ["pool-1", principals.flinkAdmin],
      ["pool-2", principals.flinkDeveloper],
    ] as const)
      await addIdentityPool(fixture.api.services, { id, issuer: issuer.url, serviceAccountId });
  });
  afterAll(async () => {
    issuer.close();
    await fixture.close();
  });

  const run = (pool = "pool-2") =>
    fixture.run(["whoami", "-o", "json"], {
      env: { KEYMOOR_URL: fixture.url, KEYMOOR_IDENTITY_TOKEN_FILE: "token", KEYMOOR_IDENTITY_POOL: pool },
    });
  const keep = (text: string) => writeFileSync(join(fixture.folder, "token"), text);

  test("takes the place of a key, for the identity pool that is named", async () => {
    keep(`${await issuer.sign({})}\n`);
    expect((await run()).stdout).toContain(`"principal": "${principals.flinkDeveloper}"`);
    expect((await run("pool-1")).stdout).toContain(`"principal": "${principals.flinkAdmin}"`);
    expect((await run("")).stderr).toContain("Several identity pools fit the token.");
  });

  test("names a file that is read by each command, and never shown", async () => {
    keep(await issuer.sign({ exp: 1 }));
    const expired = await run();
    expect(expired.stderr).toContain("The token has expired.");
    keep("no-token-at-all");
    const broken = await run();
    expect([broken.code, broken.stderr]).toEqual([
      2,
      expect.stringContaining("token holds no signed token."),
    ]);
    expect(broken.stderr).not.toContain("no-token-at-all");
  });
});
