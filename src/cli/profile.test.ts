import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type CommandLineFixture, openCommandLine } from "../../test/fixtures/command-line.ts";
import { freePort } from "../../test/fixtures/loopback.ts";

let fixture: CommandLineFixture;
const nobody = {
  KEYMOOR_URL: undefined,
  KEYMOOR_API_KEY: undefined,
  KEYMOOR_API_SECRET: undefined,
};
const id = "sa-envadmin-cloud";
const secret = `${id}-secret`;

beforeAll(async () => {
  fixture = await openCommandLine();
});
afterAll(() => fixture.close());
afterEach(() => rmSync(file(), { force: true }));

const file = () => join(fixture.folder, "profiles.json");
const run = (line: string, env = {}, input = "") =>
  fixture.run(line.split(" "), { env: { ...nobody, ...env }, input });
const login = (more = "") =>
  run(`login --url ${fixture.url} --api-key ${id} --api-secret-file -${more}`, {}, `${secret}\n`);

describe("keymoor login", () => {
  test("proves the key and keeps it where only its owner reads", async () => {
    const result = await login();
    expect(result).toMatchObject({ code: 0, stdout: "" });
    expect(result.stderr).toBe(
      `Logged in to ${fixture.url} as sa-envadmin. Profile "default" is the current one.\n`,
    );
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(readdirSync(fixture.folder)).toEqual(["profiles.json"]);
    expect((await run("whoami -o json")).stdout).toContain('"principal": "sa-envadmin"');
  });

  test("makes the folder for its owner alone", async () => {
    const home = join(fixture.folder, "deep", "config");
    await run(
      `login --url ${fixture.url} --api-key ${id} --api-secret-file -`,
      { KEYMOOR_CONFIG_HOME: home },
      secret,
    );
    expect(statSync(home).mode & 0o777).toBe(0o700);
    rmSync(join(fixture.folder, "deep"), { recursive: true });
  });

  test("keeps nothing when the server does not take the key", async () => {
    const result = await run(`login --url ${fixture.url} --api-key ${id} --api-secret-file -`, {}, "wrong");
    expect(result.code).toBe(4);
    expect(readdirSync(fixture.folder)).toEqual([]);
  });

  test("keeps nothing when no server answers", async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const result = await run(`login --url ${url} --api-key ${id} --api-secret-file -`, {}, secret);
    expect(result.code).toBe(5);
    expect(result.stderr).toContain(`No Keymoor server answers at ${url}: connection refused.`);
    expect(readdirSync(fixture.folder)).toEqual([]);
  });

  test("says what is missing, and takes no URL with a password in it", async () => {
    expect((await run("login")).stderr).toContain('required flag(s) "url" not set');
    const result = await run("login --url http://me:hunter2@localhost --api-key a");
    expect(result).toMatchObject({ code: 2 });
    expect(result.stderr).not.toContain("hunter2");
  });
});

describe("a profile", () => {
  test("is listed, shown, chosen and forgotten by its name, and its secret is never shown", async () => {
    await login();
    await login(" --profile other");
    const list = await run("profile list");
    expect(list.stdout).toContain(`  *       | other   | ${fixture.url} | ${id}`);
    expect((await run("profile use default")).stderr).toBe('Using profile "default".\n');
    const shown = await run("profile show -o json");
    expect(JSON.parse(shown.stdout)).toEqual({ name: "default", url: fixture.url, api_key: id });
    expect((await run("profile delete default")).code).toBe(0);
    expect(Object.keys(JSON.parse(readFileSync(file(), "utf8")).profiles)).toEqual(["other"]);
    expect((await run("whoami")).stderr).toContain("You are not logged in.");
    expect((await run("whoami", { KEYMOOR_PROFILE: "other" })).code).toBe(0);
    expect((await run("whoami --profile othr")).stderr).toContain('Did you mean "other"?');
    expect(list.stdout + shown.stdout).not.toContain(secret);
  });

  test("says where commands work", async () => {
    await login();
    expect((await run("connection describe a")).stderr).toContain("There are several regions");
    await run("profile set --environment env-abc123 --cloud AWS --region eu-west-1");
    expect((await run("connection describe a")).stderr).toContain('"a" does not exist in aws.eu-west-1');
    const flag = await run("connection describe a --region us-east-1");
    expect(flag.stderr).toContain('"a" does not exist in aws.us-east-1');
    await run("profile set --region ");
    expect((await run("connection describe a")).stderr).toContain("There are several regions");
  });

  test("gives way to the environment, which needs no file", async () => {
    await login();
    const env = { KEYMOOR_URL: fixture.url, ...fixture.keyOf("organizationAdmin") };
    expect((await run("whoami", env)).stdout).toContain("u-orgadmin");
    expect((await run("whoami --profile default", env)).stdout).toContain("sa-envadmin");
  });

  test("shows its key to no other server", async () => {
    await login();
    const result = await run("whoami", { KEYMOOR_URL: "http://localhost:1" });
    expect(result).toMatchObject({ code: 4 });
    expect(result.stderr).toContain("You are not logged in.");
    expect((await run("whoami", { KEYMOOR_URL: `${fixture.url}/` })).code).toBe(0);
  });

  test("asks for the half of a key that is missing", async () => {
    const result = await run("whoami", { KEYMOOR_URL: fixture.url, KEYMOOR_API_KEY: id });
    expect(result).toMatchObject({ code: 4 });
    expect(result.stderr).toContain("KEYMOOR_API_KEY is set, but KEYMOOR_API_SECRET is not.");
  });

  test("warns when others can read the file", async () => {
    await login();
    chmodSync(file(), 0o644);
    expect((await run("profile list")).stderr).toBe(
      `Others can read ${file()}, which holds keys: chmod 600 ${file()}\n`,
    );
  });

  test("is not guessed from a broken file, of which nothing is repeated", async () => {
    for (const text of [`{"profiles":{"a":{"api_secret":"${secret}"}}}`, `{"secret":"${secret}"`]) {
      writeFileSync(file(), text, { mode: 0o600 });
      const result = await run("profile list");
      expect(result).toMatchObject({ code: 1 });
      expect(result.stderr).toContain(`${file()} is not a file of profiles.`);
      expect(result.stderr).not.toContain(secret);
    }
  });
});
