import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
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

/** The same server under an address that is not of loopback, and yet leads to it. */
const beyondLoopback = () => fixture.url.replace("127.0.0.1", "0.0.0.0");
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

  test.each(["http://keymoor.example", "http://192.0.2.1:8090", "http://[2001:db8::1]:8090"])(
    "sends no key in clear to another machine: %s",
    async (url) => {
      for (const [flag, variables] of [
        [` --url ${url}`, {}],
        ["", { KEYMOOR_URL: url }],
      ] as const) {
        const line = `login${flag} --api-key ${id} --api-secret-file -`;
        const result = await run(line, variables, secret);
        expect([result.code, result.stdout]).toEqual([2, ""]);
        expect(result.stderr).toContain("Error: Plain http to another machine would show the key");
        expect(result.stderr).toContain("--insecure-http");
        expect(result.stderr).not.toContain(secret);
      }
    },
  );

  test("goes on where --insecure-http says that the network is one's own", async () => {
    const line = `login --url ${beyondLoopback()} --insecure-http --api-key ${id} --api-secret-file -`;
    expect((await run(line, {}, secret)).code).toBe(0);
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

  test("keeps no place that the server does not have, unless the server is silent", async () => {
    await login();
    const place = () => JSON.parse(readFileSync(file(), "utf8")).profiles.default;
    const refused = await run("profile set --environment env-nope");
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringMatching(/Environment "env-nope" does not exist(.|\n)*--environment env-abc123/),
    ]);
    for (const flags of ["--region nope", "--cloud azur", "--cloud azure --region us-east-1"]) {
      const { code, stderr } = await run(`profile set ${flags}`);
      expect([code, stderr]).toEqual([2, expect.stringContaining("--cloud aws --region us-east-1")]);
    }
    expect(place()).toEqual({ url: fixture.url, api_key: id, api_secret: secret });
    const silent = JSON.parse(readFileSync(file(), "utf8"));
    silent.profiles.default.url = `http://127.0.0.1:${await freePort()}`;
    writeFileSync(file(), JSON.stringify(silent));
    const kept = await run("profile set --environment env-nope --region nope");
    expect([kept.code, kept.stderr]).toEqual([0, expect.stringContaining("it is kept.")]);
    expect(place()).toMatchObject({ environment: "env-nope", region: "nope" });
  });

  test("is named where what it says is not there any more", async () => {
    await login();
    const stored = JSON.parse(readFileSync(file(), "utf8"));
    const keep = (place: object) => {
      const profiles = { default: { ...stored.profiles.default, ...place } };
      writeFileSync(file(), JSON.stringify({ ...stored, profiles }));
    };
    keep({ environment: "env-gone" });
    for (const line of ["connection list", "connection describe a --region us-east-1"]) {
      expect((await run(line)).stderr).toContain('The profile "default" says environment "env-gone"');
    }
    expect((await run("connection list --environment env-abc123")).code).toBe(0);
    keep({ environment: "env-abc123", cloud: "aws", region: "gone-1" });
    expect((await run("connection describe a")).stderr).toContain('says region "aws.gone-1"');
    expect((await run("connection describe a --region us-east-1")).stderr).toContain("aws.us-east-1");
  });

  test("and flags that name no region of the server are refused by lists as well", async () => {
    await login();
    for (const flags of ["--region nope", "--cloud azur"]) {
      const { code, stdout, stderr } = await run(`connection list ${flags}`);
      expect([code, stdout, stderr]).toEqual([
        2,
        "",
        expect.stringContaining("The server has no such region."),
      ]);
    }
    expect((await run("connection list --cloud AWS")).stdout).toBe("None found.\n");
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

  test("warns when others can write to its folder", async () => {
    await login();
    chmodSync(fixture.folder, 0o777);
    const { stderr } = await run("profile list");
    chmodSync(fixture.folder, 0o700);
    expect(stderr).toBe(
      `Others can put keys of their own into ${fixture.folder}: chmod go-w ${fixture.folder}\n`,
    );
  });

  test("is written through a link to the file that lies elsewhere", async () => {
    const elsewhere = join(fixture.folder, "elsewhere");
    mkdirSync(elsewhere);
    const target = join(elsewhere, "mine.json");
    writeFileSync(target, '{"profiles":{}}', { mode: 0o600 });
    symlinkSync(target, file());
    expect((await login()).code).toBe(0);
    expect(lstatSync(file()).isSymbolicLink()).toBe(true);
    expect(Object.keys(JSON.parse(readFileSync(target, "utf8")).profiles)).toEqual(["default"]);
    expect(readdirSync(elsewhere)).toEqual(["mine.json"]);
    rmSync(elsewhere, { recursive: true });
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

describe("plain http to another machine", () => {
  const key = { KEYMOOR_API_KEY: id, KEYMOOR_API_SECRET: secret };
  const refused = async (line: string, env = {}) => {
    const { code, stdout, stderr } = await run(line, env);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("Error: Plain http to another machine would show the key");
    expect(stderr).toMatch(/`keymoor login --insecure-http`, or KEYMOOR_INSECURE_HTTP=1\./);
  };

  test("is refused for the key of the environment unless KEYMOOR_INSECURE_HTTP=1 agrees", async () => {
    const env = { ...key, KEYMOOR_URL: beyondLoopback() };
    await refused("whoami", env);
    await refused("whoami", { ...env, KEYMOOR_INSECURE_HTTP: "0" });
    await refused("connection call a", { ...env, KEYMOOR_USE_TOKEN: "kmt_x" });
    const agreed = await run("whoami", { ...env, KEYMOOR_INSECURE_HTTP: "1" });
    expect([agreed.code, agreed.stderr]).toEqual([0, ""]);
  });

  test("is refused for a profile unless its login agreed, which is kept and shown", async () => {
    const line = `login --url ${beyondLoopback()} --insecure-http --api-key ${id} --api-secret-file -`;
    expect((await run(line, {}, secret)).code).toBe(0);
    const again = line.replace(" --insecure-http", "");
    for (const agreed of ["whoami", "whoami --profile default", "profile set --environment env-abc123"]) {
      expect((await run(agreed)).code).toBe(0);
    }
    expect((await run(again, {}, secret)).code).toBe(0);
    expect(JSON.parse((await run("profile show -o json")).stdout)).toMatchObject({ insecure_http: true });
    const { insecure_http, ...rest } = JSON.parse(readFileSync(file(), "utf8")).profiles.default;
    expect(insecure_http).toBe(true);
    writeFileSync(file(), JSON.stringify({ current: "default", profiles: { default: rest } }));
    await refused("whoami");
    await refused("whoami --profile default");
    expect((await run("whoami", { KEYMOOR_INSECURE_HTTP: "1" })).code).toBe(0);
  });

  test("is agreed to for one server only", async () => {
    const line = `login --url ${beyondLoopback()} --insecure-http --api-key ${id} --api-secret-file -`;
    await run(line, {}, secret);
    await login();
    expect(JSON.parse(readFileSync(file(), "utf8")).profiles.default).not.toHaveProperty("insecure_http");
    await refused(line.replace(" --insecure-http", ""));
  });
});
