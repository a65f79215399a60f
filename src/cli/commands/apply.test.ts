import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import {
  type CommandLineFixture,
  openCommandLine,
  type RunOptions,
} from "../../../test/fixtures/command-line.ts";
import { environmentId, keymoorV1, sqlV1 } from "../../../test/fixtures/services.ts";
import type { ConnectionDescription } from "../../client/connections.ts";
import { exportText } from "../export-text.ts";

const secret = "sk-applied-secret-0123456789";

/** A connection of a file; YAML reads JSON. */
function wanted(name: string, more: object = {}) {
  return {
    name,
    environment: environmentId,
    cloud: "aws",
    region: "us-east-1",
    type: "elastic",
    endpoint: "https://search.example.com:9243",
    credential: { username: "ada", password: secret },
    ...more,
  };
}

describe("keymoor apply and export", () => {
  let cli: CommandLineFixture;
  beforeAll(async () => {
    cli = await openCommandLine({ env: { SEARCH_PASSWORD: secret } });
  });
  afterAll(() => cli.close());

  function save(file: string, connections: readonly object[], more: object = {}): void {
    writeFileSync(join(cli.folder, file), JSON.stringify({ connections, ...more }));
  }

  /** Nothing that is printed may hold the secret. */
  async function run(args: readonly string[], options: RunOptions = {}) {
    const env = { ...cli.keyOf("organizationAdmin"), ...options.env };
    const ran = await cli.run(args, { ...options, env });
    expect(ran.stdout + ran.stderr).not.toContain(secret);
    return ran;
  }

  async function planOf(file: string, ...flags: readonly string[]) {
    const { stdout } = await run(["apply", "-f", file, "--dry-run", "--output", "json", ...flags]);
    const rows: { action: string; name: string; result: string }[] = JSON.parse(stdout);
    return rows.map(({ action, name }) => `${action} ${name}`);
  }

  const view = async (name: string) => (await cli.api.send("GET", `${keymoorV1}/connections/${name}`)).json;

  it("creates, leaves alone, rotates, and deletes what the file no longer has", async () => {
    save("life.yaml", [wanted("life-a"), wanted("life-b", { comment: "the second" })]);
    const created = await run(["apply", "-f", "life.yaml", "--yes"]);
    expect([created.code, created.stderr]).toEqual([
      0,
      '2 to create.\nConnection "life-a" created.\nConnection "life-b" created.\n',
    ]);
    expect(created.stdout).toBe(
      [
        "  Action |  Name  | Environment | Cloud |  Region   | Reason  ",
        "---------+--------+-------------+-------+-----------+---------",
        "  create | life-a | env-abc123  | aws   | us-east-1 |         ",
        "  create | life-b | env-abc123  | aws   | us-east-1 |         ",
        "",
      ].join("\n"),
    );
    expect(await view("life-b")).toMatchObject({ comment: "the second", managed_by: "file:life.yaml" });

    const again = await run(["apply", "-f", "life.yaml"]);
    expect([again.code, again.stdout, again.stderr]).toEqual([0, "", "2 unchanged.\n"]);

    save("life.yaml", [wanted("life-a", { credential: { "api-key": secret } })]);
    expect(await planOf("life.yaml")).toEqual(["rotate life-a"]);
    const prune = ["--prune", "--managed-by", "life.yaml"] as const;
    expect(await planOf("life.yaml", ...prune)).toEqual(["rotate life-a", "delete life-b"]);
    const pruned = await run(["apply", "-f", "life.yaml", ...prune, "--yes", "--output", "yaml"]);
    expect(pruned.code).toBe(0);
    expect(parse(pruned.stdout)).toEqual([
      {
        action: "rotate",
        name: "life-a",
        environment: environmentId,
        cloud: "aws",
        region: "us-east-1",
        reason: "another credential",
        result: "done",
      },
      {
        action: "delete",
        name: "life-b",
        environment: environmentId,
        cloud: "aws",
        region: "us-east-1",
        reason: "not in the file any more",
        result: "done",
      },
    ]);
    expect(await view("life-a")).toMatchObject({ credential_version: 2 });
    expect((await view("life-b")).errors[0].code).toBe("connection_not_found");
    expect(await planOf("life.yaml", ...prune)).toEqual(["unchanged life-a"]);
  });

  it("changes nothing in a dry run, and without anybody to ask", async () => {
    save("dry.yaml", [wanted("dry")]);
    expect((await run(["apply", "-f", "dry.yaml", "--dry-run"])).code).toBe(0);
    for (const input of ["", "y\n"]) {
      const unasked = await run(["apply", "-f", "dry.yaml"], { input });
      expect([unasked.code, unasked.stderr]).toEqual([2, expect.stringContaining("--yes")]);
    }
    expect((await view("dry")).errors[0].code).toBe("connection_not_found");
  });

  it("asks on a terminal", async () => {
    save("ask.yaml", [wanted("ask")]);
    const answer = (text: string) => Object.assign(Readable.from([Buffer.from(text)]), { isTTY: true });
    expect((await run(["apply", "-f", "ask.yaml"], { input: answer("n\n") })).code).toBe(0);
    expect((await view("ask")).errors[0].code).toBe("connection_not_found");
    expect((await run(["apply", "-f", "ask.yaml"], { input: answer("y\n") })).code).toBe(0);
    expect((await view("ask")).name).toBe("ask");
  });

  it("drops and creates only with --replace", async () => {
    save("replace.yaml", [wanted("replace"), wanted("replace-too")]);
    await run(["apply", "-f", "replace.yaml", "--yes"]);
    const before = await view("replace");
    save("replace.yaml", [wanted("replace", { endpoint: "https://other.example.com" }), wanted("replace-3")]);
    const refused = await run(["apply", "-f", "replace.yaml", "--yes"]);
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringContaining('"replace". Nothing was done.'),
    ]);
    expect((await view("replace-3")).errors[0].code).toBe("connection_not_found");
    expect((await run(["apply", "-f", "replace.yaml", "--yes", "--replace"])).code).toBe(0);
    const after = await view("replace");
    expect([after.endpoint, after.uid === before.uid]).toEqual(["https://other.example.com", false]);
  });

  it("adopts by its mark alone, and releases what another name manages", async () => {
    const body = {
      name: "adopted",
      spec: {
        connection_type: "ELASTIC",
        endpoint: "https://search.example.com:9243",
        auth_data: { data: JSON.stringify({ USERNAME: "ada", PASSWORD: secret }) },
      },
    };
    await cli.api.send("POST", `${sqlV1}/connections`, body);
    save("adopt.yaml", [wanted("adopted")]);
    const adopted = await run(["apply", "-f", "adopt.yaml", "--yes", "--managed-by", "team a"]);
    expect([adopted.code, adopted.stderr]).toEqual([0, '1 to adopt.\nConnection "adopted" adopted.\n']);
    expect(await view("adopted")).toMatchObject({ managed_by: "file:team a", credential_version: 1 });
  });

  it("removes a public option that the file no longer has", async () => {
    const mcp = (options: object) =>
      wanted("mcp", {
        type: "mcp_server",
        endpoint: "https://mcp.example.com",
        options,
        credential: { token: secret },
      });
    save("mcp.yaml", [mcp({ "transport-type": "STREAMABLE_HTTP" })]);
    await run(["apply", "-f", "mcp.yaml", "--yes"]);
    expect((await view("mcp")).options).toEqual({ "transport-type": "STREAMABLE_HTTP" });
    save("mcp.yaml", [mcp({})]);
    await run(["apply", "-f", "mcp.yaml", "--yes"]);
    expect((await view("mcp")).options).toEqual({});
    expect(await planOf("mcp.yaml")).toEqual(["unchanged mcp"]);
  });

  it("sends this machine's variables by value, and the server's as references", async () => {
    const by = (password: string) => wanted("by", { credential: { username: "ada", password } });
    save("by.yaml", [by("${client-env:MY_PASSWORD}")]);
    const missing = await run(["apply", "-f", "by.yaml", "--yes"]);
    expect([missing.code, missing.stderr]).toEqual([
      1,
      expect.stringMatching(/connections\[0\]\.credential: .*\n\nSuggestions:\n {4}Set MY_PASSWORD\./),
    ]);
    await run(["apply", "-f", "by.yaml", "--yes"], { env: { MY_PASSWORD: secret } });
    save("by.yaml", [by(secret)]);
    expect(await planOf("by.yaml")).toEqual(["unchanged by"]);
    save("by.yaml", [by("${env:SEARCH_PASSWORD}")]);
    expect(await planOf("by.yaml")).toEqual(["rotate by"]);
    expect((await run(["apply", "-f", "by.yaml", "--yes"])).code).toBe(0);
    expect(await planOf("by.yaml")).toEqual(["unchanged by"]);
    save("by.yaml", [by("${env:NOT_LISTED}")]);
    const refused = await run(["apply", "-f", "by.yaml", "--yes"]);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('"by", ${env:NOT_LISTED}: ')]);
  });

  it("lists every reference that the server cannot use, as the file has it", async () => {
    const by = (name: string, password: string) =>
      wanted(name, { credential: { username: "ada", password } });
    const half = `x\${env:${secret}}`;
    save("refs.yaml", [by("ref-a", "${env:NOT_LISTED}"), by("ref-b", secret), by("ref-c", "${file:gone}")]);
    for (const flag of ["--yes", "--dry-run"]) {
      const { code, stderr } = await run(["apply", "-f", "refs.yaml", flag]);
      expect([code, stderr]).toEqual([
        1,
        expect.stringMatching(
          /cannot use 2 references of the file\. Nothing was done\.\n {2}"ref-a", \$\{env:NOT_LISTED\}: .*\n {2}"ref-c", \$\{file:gone\}: .*\n\nSuggestions:\n {4}Add it to KEYMOOR_SECRETS_ENV/,
        ),
      ]);
    }
    expect((await view("ref-b")).errors[0].code).toBe("connection_not_found");
    save("refs.yaml", [by("ref-a", half)]);
    expect((await run(["apply", "-f", "refs.yaml", "--dry-run"])).code).toBe(1); // and `run` sees that it is not shown
  });

  it("tells in a dry run what is left over and which flags are missing, and ends with 6 if asked to", async () => {
    save("gate.yaml", [wanted("gate-a"), wanted("gate-b")]);
    const dry = (...flags: string[]) => run(["apply", "-f", "gate.yaml", "--dry-run", ...flags]);
    expect(await dry("--exit-code")).toMatchObject({
      code: 6,
      stderr: expect.stringContaining("Error: The connections are not as the file says."),
    });
    await run(["apply", "-f", "gate.yaml", "--yes"]);
    expect(await dry("--exit-code")).toMatchObject({ code: 0, stderr: "2 unchanged.\n" });

    save("gate.yaml", [wanted("gate-a", { endpoint: "https://other.example.com" })]);
    const { code, stdout, stderr } = await dry("--output", "json");
    expect([code, JSON.parse(stdout).length]).toEqual([0, 1]);
    expect(stderr).toContain("1 connection that this file manages is not in it; --prune deletes it.\n");
    expect(stderr).toContain('cannot be changed in place: "gate-a". With --replace each is dropped');
    expect((await run(["apply", "-f", "gate.yaml", "--exit-code"])).code).toBe(2);
  });

  it("takes over what another file manages only with --adopt", async () => {
    save("first.yaml", [wanted("taken")]);
    await run(["apply", "-f", "first.yaml", "--yes"]);
    for (const change of [{}, { credential: { "api-key": secret } }]) {
      save("second.yaml", [wanted("taken", change)]);
      const dry = await run(["apply", "-f", "second.yaml", "--dry-run"]);
      expect([dry.code, dry.stderr]).toEqual([0, expect.stringContaining("With --adopt this file does")]);
      const refused = await run(["apply", "-f", "second.yaml", "--yes"]);
      expect([refused.code, refused.stderr]).toEqual([
        1,
        expect.stringContaining('Another file manages "taken" (file:first.yaml). Nothing was done.'),
      ]);
      expect(refused.stdout).toContain("managed by file:first.yaml so far");
    }
    expect(await view("taken")).toMatchObject({ managed_by: "file:first.yaml", credential_version: 1 });
    expect((await run(["apply", "-f", "second.yaml", "--yes", "--adopt"])).code).toBe(0);
    expect((await view("taken")).managed_by).toBe("file:second.yaml");
    // The mark as lists show it.
    expect(await planOf("second.yaml", "--managed-by", "file:second.yaml")).toEqual(["unchanged taken"]);
  });

  it("prunes all that an emptied file managed, in the environment that a flag or the profile says", async () => {
    save("emptied.yaml", [wanted("emptied")]);
    await run(["apply", "-f", "emptied.yaml", "--yes"]);
    save("emptied.yaml", []);
    const byName = ["--prune", "--managed-by", "emptied.yaml"];
    expect((await run(["apply", "-f", "emptied.yaml", ...byName])).stderr).toContain("There are several env");
    const prune = ["apply", "-f", "emptied.yaml", ...byName, "--environment", environmentId];
    expect(await run(prune)).toMatchObject({ code: 2, stderr: expect.stringContaining("1 to delete.") });
    expect((await run([...prune, "--yes"])).stderr).toContain('Connection "emptied" deleted.');
    writeFileSync(join(cli.folder, "emptied.yaml"), "");
    expect((await run(prune)).stderr).toBe("The file has no connections.\n");
    save("emptied.yaml", [wanted("emptied")]);
    expect((await run(prune)).stderr).toContain("The file says which environments");
  });

  it("plans more than a hundred connections in parts, and prunes none of the other parts'", async () => {
    const all = Array.from({ length: 130 }, (_, index) => wanted(`many-${String(index).padStart(3, "0")}`));
    save("many.yaml", all, { managedBy: "many" });
    expect((await run(["apply", "-f", "many.yaml", "--yes"])).code).toBe(0);
    save("many.yaml", all.slice(0, 129), { managedBy: "many" });
    const { stdout } = await run(["apply", "-f", "many.yaml", "--dry-run", "--prune"]);
    expect(stdout.split("\n").filter((line) => line.includes("many-"))).toEqual([
      expect.stringMatching(/delete \| many-129/),
    ]);
  });

  it("stops at the first failure and says what was done and what was not", async () => {
    save("stop.yaml", [wanted("stop-a"), wanted("stop-b"), wanted("stop-c")]);
    const { app } = cli.api;
    // Somebody takes the second name between the plan and its turn.
    const answer = Object.assign(
      Readable.from(
        (async function* () {
          const body = {
            name: "stop-b",
            spec: {
              connection_type: "REST",
              endpoint: "https://a.example",
              auth_data: { data: '{"BEARER_TOKEN":"t"}' },
            },
          };
          await app.inject({
            method: "POST",
            url: `${sqlV1}/connections`,
            payload: body,
            headers: {
              authorization: `Basic ${Buffer.from("u-orgadmin-cloud:u-orgadmin-cloud-secret").toString("base64")}`,
            },
          });
          yield Buffer.from("y\n");
        })(),
      ),
      { isTTY: true },
    );
    const { code, stderr } = await run(["apply", "-f", "stop.yaml"], { input: answer });
    expect(code).toBe(1);
    expect(stderr).toContain('Connection "stop-a" created.\n');
    expect(stderr).toContain("Not done after the failure: stop-c.\n");
    expect(stderr).toContain('Error: Connection "stop-b" was not created: ');
    expect((await view("stop-c")).errors[0].code).toBe("connection_not_found");
  });

  it("rotates nothing that another file took over since it was compared", async () => {
    save("race.yaml", [wanted("raced")]);
    await run(["apply", "-f", "race.yaml", "--yes"]);
    save("race.yaml", [wanted("raced", { credential: { username: "ada", password: `${secret}-next` } })]);
    save("thief.yaml", [wanted("raced")]);
    // A mark alone changes no resource version.
    const answer = Object.assign(
      Readable.from(
        (async function* () {
          await run(["apply", "-f", "thief.yaml", "--yes", "--adopt"]);
          yield Buffer.from("y\n");
        })(),
      ),
      { isTTY: true },
    );
    const { code, stderr } = await run(["apply", "-f", "race.yaml"], { input: answer });
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining(
        'Error: Connection "raced" was not rotated: Somebody changed it since it was compared.',
      ),
    ]);
    expect(await view("raced")).toMatchObject({ managed_by: "file:thief.yaml", credential_version: 1 });
  });

  it.each<[string, string, number, RegExp]>([
    ["a file that does not exist", "", 1, /cannot be read \(it does not exist\)/],
    ["no YAML", "a: [", 1, /not valid YAML at line 1/],
    [
      "a misspelt key",
      "conections: []",
      1,
      /conections: this key is not known here.\n\nSuggestions:\n {4}Did you mean "connections"/,
    ],
    [
      "an unknown type",
      JSON.stringify({ connections: [wanted("x", { type: "elastik" })] }),
      1,
      /Connection "x": .*"elastic"/,
    ],
  ])("refuses %s", async (_what, text, expected, sentence) => {
    if (text !== "") writeFileSync(join(cli.folder, "broken.yaml"), text);
    const { code, stderr } = await run([
      "apply",
      "-f",
      text === "" ? "missing.yaml" : "broken.yaml",
      "--yes",
    ]);
    expect(code).toBe(expected);
    expect(stderr).toMatch(sentence);
  });

  it("takes a whole seed, and says what of it is not for this command", async () => {
    save("seed.yaml", [], { users: [{ id: "u-1", email: "a@example.com", password: secret }] });
    const { code, stderr } = await run(["apply", "-f", "seed.yaml"]);
    expect([code, stderr]).toEqual([
      0,
      "Not applied, because only a server's start reads it: users.\nThe file has no connections.\n",
    ]);
  });

  it("says which flag, which right and which server is missing", async () => {
    save("rights.yaml", [wanted("rights")]);
    const flag = await run(["apply"]);
    expect([flag.code, flag.stderr]).toEqual([2, expect.stringContaining('required flag(s) "file" not set')]);
    const right = await run(["apply", "-f", "rights.yaml", "--yes"], { env: cli.keyOf("flinkDeveloper") });
    expect([right.code, right.stderr]).toEqual([1, expect.stringContaining("not allowed")]);
    const server = await run(["apply", "-f", "rights.yaml"], { env: { KEYMOOR_URL: "http://127.0.0.1:9" } });
    expect(server.code).toBe(5);
    const name = await run(["apply", "-f", "rights.yaml", "--managed-by", `a${secret}\n`]);
    expect(name.code).toBe(2);
  });

  it("exports what a file needs to bring everything back, without a secret", async () => {
    save("export.yaml", [
      wanted("ex-port", { comment: "for search" }),
      wanted("ex_port", { credential: { "api-key": secret } }),
      wanted("ex.bucket", {
        type: "s3vectors",
        region: "eu-west-1",
        endpoint: "https://s3vectors.eu-west-1.amazonaws.com",
        credential: { "aws-access-key": "AKIA0123456789", "aws-secret-key": secret },
      }),
    ]);
    await run(["apply", "-f", "export.yaml", "--yes"]);
    const { code, stdout } = await run(["export", "--environment", environmentId]);
    expect(code).toBe(0);
    const exported = parse(stdout);
    expect(exported.environments).toEqual([{ id: environmentId, name: "default" }]);
    const find = (name: string) => exported.connections.find((one: { name: string }) => one.name === name);
    expect(find("ex-port")).toEqual(
      wanted("ex-port", {
        comment: "for search",
        credential: { username: "ada", password: "${env:EX_PORT_PASSWORD}" },
      }),
    );
    expect(find("ex_port").credential).toEqual({ "api-key": "${env:EX_PORT_API_KEY}" });
    expect(find("ex.bucket")).toMatchObject({
      region: "eu-west-1",
      credential: { "aws-access-key": "AKIA0123456789", "aws-secret-key": "${env:EX_BUCKET_AWS_SECRET_KEY}" },
    });
    expect(stdout).toContain('# aws-session-token: "${env:EX_BUCKET_AWS_SESSION_TOKEN}"   # if it is set');
    expect(stdout).toMatch(/^# Connections of environment env-abc123/);
    expect(stdout).toContain("#   EX_PORT_PASSWORD\n");
    expect(find("by").credential.password).toBe("${env:BY_PASSWORD}");
  });

  it("writes an export to a file that only its owner reads, and over none that exists", async () => {
    const path = join(cli.folder, "saved.yaml");
    const first = await run(["export", "--environment", environmentId, "--output-file", "saved.yaml"]);
    expect([first.code, first.stdout, first.stderr]).toEqual([0, "", "Wrote saved.yaml.\n"]);
    expect(existsSync(path) && statSync(path).mode & 0o777).toBe(0o600);
    const { stdout } = await run(["export", "--environment", environmentId]);
    const unmarked = (text: string) => text.replace(/^managedBy: env-abc123\/connections-[0-9a-f]{6}\n/m, "");
    expect(unmarked(readFileSync(path, "utf8"))).toBe(unmarked(stdout));
    expect(unmarked(stdout)).not.toContain("managedBy: ");
    expect(readFileSync(path, "utf8")).not.toBe(stdout); // the name is each file's own
    const again = await run(["export", "--environment", environmentId, "--output-file", "saved.yaml"]);
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining("exists already")]);
    const forced = await run(["export", "--environment", environmentId, "-O", "saved.yaml", "--force"]);
    expect(forced.code).toBe(0);
    chmodSync(path, 0o644);
    await run(["export", "--environment", environmentId, "-O", "saved.yaml", "--force"]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("deletes only under a name that the file or a flag gives, and names it with what it deletes", async () => {
    save("named.yaml", [wanted("named-a"), wanted("named-b")], { managedBy: "team/search" });
    await run(["apply", "-f", "named.yaml", "--yes"]);
    expect((await view("named-b")).managed_by).toBe("file:team/search");
    save("named.yaml", [wanted("named-a")]);
    const nameless = await run(["apply", "-f", "named.yaml", "--prune", "--yes"]);
    expect([nameless.code, nameless.stderr]).toEqual([2, expect.stringContaining("managedBy: NAME")]);
    expect((await view("named-b")).name).toBe("named-b");
    save("named.yaml", [wanted("named-a")], { managedBy: "team/search" });
    const input = Object.assign(Readable.from([Buffer.from("n\n")]), { isTTY: true });
    const asked = await run(["apply", "-f", "named.yaml", "--prune"], { input });
    expect(asked.stderr).toContain(
      'delete what file:team/search manages and the file does not have: "named-b"?',
    );
    expect(await planOf("named.yaml", "--prune")).toEqual(["unchanged named-a", "delete named-b"]);
  });

  it("reads standard input, under a name that is given", async () => {
    const file = { connections: [wanted("piped")], managedBy: "pipe" };
    const nameless = { input: JSON.stringify({ connections: file.connections }) };
    expect(await run(["apply", "-f", "-", "--yes"], nameless)).toMatchObject({ code: 2, stdout: "" });
    const unasked = await run(["apply", "-f", "-"], { input: JSON.stringify(file) });
    expect([unasked.code, unasked.stderr]).toEqual([2, expect.stringContaining("--yes")]);
    expect((await run(["apply", "-f", "-", "--yes"], { input: JSON.stringify(file) })).code).toBe(0);
    expect((await view("piped")).managed_by).toBe("file:pipe");
    const broken = await run(["apply", "-f", "-", "--yes"], { input: "a: [" });
    expect([broken.code, broken.stderr]).toEqual([
      1,
      expect.stringContaining("standard input is not valid YAML"),
    ]);
  });

  it("names the variables that it reads here before it asks, and refuses what is nearly a reference", async () => {
    const by = (username: string, more = {}) =>
      wanted("read", { credential: { username, password: secret }, ...more });
    save("read.yaml", [by("${client-env:MY_NAME}")]);
    const input = Object.assign(Readable.from([Buffer.from("n\n")]), { isTTY: true });
    const { stderr } = await run(["apply", "-f", "read.yaml"], { input, env: { MY_NAME: "ada" } });
    expect(stderr).toMatch(/whose values are sent: MY_NAME \(read\)\.\n.*Apply this\?/);
    for (const entry of [
      by("x${client-env:MY_NAME}"),
      by("${env:A"),
      by("${Client-Env:MY_NAME}"),
      by("ada", { endpoint: "https://a.example/${client-env:MY_NAME}" }),
      by("ada", { options: { "transport-type": "${client-env:MY_NAME}" } }),
      by("ada", { comment: "x${file:a}" }),
    ]) {
      save("read.yaml", [entry]);
      const refused = await run(["apply", "-f", "read.yaml", "--dry-run"], {
        env: { MY_NAME: "canary-value" },
      });
      expect([refused.code, refused.stderr]).toEqual([
        1,
        expect.stringMatching(/connections\[0\].*a reference in it/),
      ]);
      expect(refused.stderr).not.toContain("canary-value");
    }
  });

  it("finds the server refusing what only this command resolves, at a creation and at a rotation", async () => {
    const body = (username: string) => ({
      name: "planting",
      spec: {
        connection_type: "ELASTIC",
        endpoint: "https://evil.example",
        auth_data: { data: JSON.stringify({ USERNAME: username, PASSWORD: secret }) },
      },
    });
    const codes = async (...args: Parameters<typeof cli.api.send>) =>
      (await cli.api.send(...args)).json.errors?.[0].code;
    for (const username of ["${client-env:HOME}", "a${client-env:HOME}", "${client-env:HOME"]) {
      expect(await codes("POST", `${sqlV1}/connections`, body(username))).toBe("secret_reference_invalid");
    }
    expect(await codes("POST", `${sqlV1}/connections`, body("ada"))).toBeUndefined();
    for (const query of ["", "?merge=true"]) {
      const path = `${sqlV1}/connections/planting${query}`;
      expect(await codes("PUT", path, body("${client-env:HOME}"))).toBe("secret_reference_invalid");
    }
  });

  it("overwrites nothing that somebody changed after it was compared", async () => {
    const names = ["race-rotate", "race-replace", "race-delete", "race-adopt"];
    save(
      "race.yaml",
      names.map((name) => wanted(name)),
      { managedBy: "race" },
    );
    await run(["apply", "-f", "race.yaml", "--yes"]);
    const cases = [
      [wanted("race-rotate", { credential: { "api-key": secret } })],
      [wanted("race-replace", { endpoint: "https://other.example.com" })],
      [],
      [wanted("race-adopt")],
    ];
    for (const [index, name] of names.entries()) {
      const body = {
        spec: { auth_data: { data: JSON.stringify({ USERNAME: "eve", PASSWORD: `${index}-other` }) } },
      };
      const input = Object.assign(
        Readable.from(
          (async function* () {
            await cli.api.send("PUT", `${sqlV1}/connections/${name}`, body);
            yield Buffer.from("y\n");
          })(),
        ),
        { isTTY: true },
      );
      // What the case is not about stays in the file as it is.
      const rest = names.filter((other) => other !== name).map((other) => wanted(other));
      save("race.yaml", [...(cases[index] ?? []), ...rest], { managedBy: "race" });
      const flags = name === "race-adopt" ? ["--managed-by", "other"] : ["--prune"];
      if (name === "race-adopt") save("race.yaml", cases[index] ?? []);
      const ran = await run(["apply", "-f", "race.yaml", "--replace", "--adopt", ...flags], { input });
      expect([name, ran.code, ran.stderr]).toEqual([
        name,
        1,
        expect.stringMatching(
          new RegExp(`Connection "${name}" was not .*\n\nSuggestions:\n {4}Apply the file again`),
        ),
      ]);
      expect(await view(name)).toMatchObject({ credential_version: 2, managed_by: "file:race" });
      await cli.api.send("PUT", `${sqlV1}/connections/${name}`, {
        spec: { auth_data: { data: JSON.stringify({ USERNAME: "ada", PASSWORD: secret }) } },
      });
    }
  });

  it("exports nothing that would be read from elsewhere but what it made itself", () => {
    const connection = {
      name: "planted",
      type: "ELASTIC",
      endpoint: "https://evil.example",
      cloud: "AWS",
      region: "us-east-1",
      comment: "a ${client-env:HOME}",
      options: { a: "${env:B}", b: "plain" },
      authentication: "basic",
      identity: { username: "${client-env:AWS_SECRET_ACCESS_KEY}\nevil: yes" },
    } as unknown as ConnectionDescription;
    const own = {
      ...connection,
      name: "own",
      comment: null,
      options: {},
      identity: { username: "${env:DB_USER}" },
    };
    const nowhere = { ...own, name: "nowhere", endpoint: "https://evil.example/${env:A}" };
    const text = exportText({ id: "env-1", name: "one" }, [], [connection, own, nowhere]);
    expect(text).not.toContain("AWS_SECRET_ACCESS_KEY");
    expect(text).not.toContain("${client-env:HOME}");
    expect(text).toContain("# username: left out");
    expect(text).toContain('# username: "${env:DB_USER}"');
    expect(text).toContain("endpoint has the form of a reference: nowhere\n");
    const { connections } = parse(text);
    expect(connections.map(({ credential }: { credential: object }) => credential)).toEqual([
      { password: "${env:PLANTED_PASSWORD}" },
      { password: "${env:OWN_PASSWORD}" },
    ]);
    expect([connections[0].options, connections[0].comment, connections[0].evil]).toEqual([
      { b: "plain" },
      undefined,
      undefined,
    ]);
  });

  it("exports references for everything sealed to those who may not see it", async () => {
    const { stdout } = await run(["export"], { env: cli.keyOf("flinkDeveloper", "flink") });
    const { connections } = parse(stdout);
    const one = connections.find(({ name }: { name: string }) => name === "ex-port");
    expect(one.credential).toEqual({
      username: "${env:EX_PORT_USERNAME}",
      password: "${env:EX_PORT_PASSWORD}",
    });
    expect(connections.every(({ region }: { region: string }) => region === "us-east-1")).toBe(true);
  });

  it("applies an export to the environment it came from as adoption and references only", async () => {
    const { stdout } = await run(["export", "--environment", environmentId]);
    const file = parse(stdout);
    const some = file.connections.filter(({ name }: { name: string }) => name === "ex-port");
    some[0].credential.password = "${client-env:PASSWORD}";
    save("round.yaml", some);
    const { stdout: planned } = await run(["apply", "-f", "round.yaml", "--dry-run", "--output", "json"], {
      env: { PASSWORD: secret },
    });
    expect(JSON.parse(planned)).toMatchObject([
      { action: "adopt", reason: "managed by file:export.yaml so far" },
    ]);
  });
});

describe("the page on connections in a file", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/apply.md"), "utf8");
  const blocks = [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)];
  const commands = blocks
    .filter(([, language]) => language === "sh")
    .flatMap(([, , text = ""]) => text.trimEnd().split("\n"));

  it("has a file and commands that do what it says", async () => {
    const cli = await openCommandLine({ env: { OPENAI_KEY: secret } });
    const file = blocks.find(([, language]) => language === "yaml")?.[2] ?? "";
    writeFileSync(join(cli.folder, "connections.yaml"), file);
    const printed: string[] = [];
    for (const command of commands) {
      const [program, ...args] = command.split(" ");
      expect(program).toBe("keymoor");
      const env = { ...cli.keyOf("organizationAdmin"), SEARCH_PASSWORD: secret };
      const { code, stdout, stderr } = await cli.run(args, { env });
      expect([command, code, stderr]).toEqual([command, 0, stderr]);
      printed.push(stdout + stderr);
    }
    expect(printed[0]).toContain("2 to create.");
    expect(printed[1]).toContain('Connection "search" created.');
    expect(printed[2]).toContain("2 unchanged.");
    expect(printed.join("")).not.toContain(secret);
    expect(parse(readFileSync(join(cli.folder, "exported.yaml"), "utf8")).connections).toHaveLength(2);
    await cli.close();
  });

  it("lists every action, and none that does not exist", () => {
    const actions = [...page.matchAll(/^\| `([a-z]+)` \| [^|]+ \| [^|]+ \|$/gm)].map(([, action]) => action);
    expect(actions.toSorted()).toEqual(["adopt", "create", "delete", "replace", "rotate", "unchanged"]);
  });
});
