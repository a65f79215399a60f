import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listenOnLoopback } from "./fixtures/loopback.ts";
import { program } from "./fixtures/program.ts";
import { runProgram } from "./fixtures/run-program.ts";
import {
  connectionBody,
  keymoorV1,
  makeFolder,
  type RunningServer,
  seeded,
  sqlV1,
  startServer,
} from "./fixtures/server-process.ts";
import { keys, openTerminal } from "./fixtures/terminal.ts";

const canary = "sk-canary-in-a-backup-0123456789";

/** The story of one data folder: written to while it is backed up, and restored in another place. */
describe("a backup made while the server is written to", () => {
  const { folder, remove } = makeFolder();
  const data = join(folder, "data");
  const backup = join(folder, "backup.db");
  const restored = join(folder, "restored");
  const shown: (string | undefined)[] = [];
  const service = createServer((request, response) => {
    shown.push(request.headers.authorization);
    response.end('{"data":[]}');
  });
  let server: RunningServer;
  let endpoint = "";
  /** Resource version of each connection that was acknowledged before the backup began. */
  const before = new Map<string, string>();
  let output = "";

  const admin = (...args: readonly string[]) => runProgram(["admin", ...args]);
  const body = (name: string, secret: string) => connectionBody(name, secret, "OPENAI", endpoint);

  beforeAll(async () => {
    endpoint = `${(await listenOnLoopback(service)).url}/v1/chat/completions`;
    server = await startServer(folder);
    let isDone = false;
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      for (let n = 0; !isDone; n += 1) {
        const name = `c-${writer}-${n}`;
        const made = await server.send("POST", `${sqlV1}/connections`, body(name, `${canary}-1`));
        const rotated = await server.send("PUT", `${sqlV1}/connections/${name}`, body(name, `${canary}-2`));
        expect([made.status, rotated.status]).toEqual([201, 200]);
        if (!existsSync(backup)) before.set(name, "2");
      }
    });
    while (before.size < 100) await new Promise((resolve) => setTimeout(resolve, 5));
    const sure = new Map(before);
    const made = await admin("backup", "--data", data, "--output-file", backup);
    isDone = true;
    await Promise.all(writers);
    before.clear();
    for (const [name, version] of sure) before.set(name, version);
    expect(made).toMatchObject({ code: 0, stderr: "" });
    output = made.stdout;
  }, 120_000);

  afterAll(async () => {
    await server.end("SIGKILL");
    service.closeAllConnections();
    service.close();
    remove();
  });

  it("says what is in it and which key it needs, is the owner's alone, and holds no value and no key", () => {
    expect(output).toContain(`Backup: ${backup}`);
    expect(output).toMatch(/^Connections: \d+, with \d+ sealed credential versions$/m);
    expect(output).toMatch(/^Audit events: \d+, unbroken$/m);
    expect(output).toMatch(/^Master key: mk-[0-9a-f]{16}, which is not in it/m);
    expect(statSync(backup).mode & 0o777).toBe(0o600);
    const bytes = readFileSync(backup);
    expect(bytes.includes(canary)).toBe(false);
    const key = readFileSync(join(data, "master.key"), "latin1").trim();
    expect(bytes.includes(key)).toBe(false);
    expect(bytes.includes(Buffer.from(key, "base64"))).toBe(false);
    expect(readdirSync(folder).filter((name) => name.includes("partial"))).toEqual([]);
  });

  it("overwrites nothing, and leaves nothing when it fails", async () => {
    const bytes = readFileSync(backup);
    const again = await admin("backup", "--data", data, "--output", backup);
    expect([again.code, again.stdout]).toEqual([1, ""]);
    expect(again.stderr).toContain("overwrites nothing");
    expect(again.stderr).toContain("--output-file");
    expect(readFileSync(backup).equals(bytes)).toBe(true);
    const nowhere = await admin("backup", "--data", data, "--output", join(folder, "no/such/folder/b.db"));
    expect([nowhere.code, nowhere.stderr]).toEqual([1, expect.stringContaining("cannot be written")]);
    const empty = join(folder, "empty");
    mkdirSync(empty);
    const missing = await admin("backup", "--data", empty, "--output", join(empty, "b.db"));
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining("no Keymoor database")]);
    expect(readdirSync(empty)).toEqual([]);
  });

  it("without its master key it is made all the same, and says that the trail was not verified", async () => {
    const elsewhere = join(folder, "without-key");
    mkdirSync(elsewhere);
    copyFileSync(backup, join(elsewhere, "keymoor.db"));
    const made = await admin("backup", "--data", elsewhere, "--output", join(folder, "unverified.db"));
    expect([made.code, made.stderr]).toEqual([0, expect.stringContaining("not verified")]);
    expect(existsSync(join(elsewhere, "master.key"))).toBe(false);
  });

  describe("is refused, and the folder is not touched, by a restore", () => {
    const refused: readonly (readonly [string, string, () => readonly string[]])[] = [
      [
        "with another master key",
        "is sealed under master key",
        () => [backup, "--master-key-file", key("wrong.key")],
      ],
      ["without a master key", "needs master key", () => [backup]],
      ["of a damaged copy", "", () => [damagedCopy(), "--master-key-file", join(data, "master.key")]],
      ["of a copy that is cut off", "", () => [cutCopy(), "--master-key-file", join(data, "master.key")]],
      [
        "of what is no backup",
        "",
        () => [join(folder, "seed.yaml"), "--master-key-file", join(data, "master.key")],
      ],
      [
        "of another program's database",
        "not a backup of Keymoor",
        () => [otherDatabase(), "--master-key-file", join(data, "master.key")],
      ],
      ["of no file", "cannot be read (it does not exist)", () => [join(folder, "nope.db")]],
      [
        "of a newer version's schema",
        "does not know",
        () => [newerCopy(), "--master-key-file", join(data, "master.key")],
      ],
      [
        "of a file with a log beside it",
        "log beside it",
        () => [copyWithLog(), "--master-key-file", join(data, "master.key")],
      ],
    ];

    it.each(refused)("%s", async (_what, sentence, args) => {
      const target = join(folder, "refused");
      const given = args();
      const result = await admin("restore", ...given, "--data", target);
      expect([result.code, result.stdout]).toEqual([1, ""]);
      expect(result.stderr).toContain(sentence);
      expect(existsSync(target)).toBe(false);
    });

    const key = (name: string) => {
      const path = join(folder, name);
      writeFileSync(path, `${Buffer.alloc(32, 7).toString("base64")}\n`, { mode: 0o600 });
      return path;
    };
    const copy = (name: string) => {
      const path = join(folder, name);
      copyFileSync(backup, path);
      return path;
    };
    function damagedCopy() {
      const path = copy("damaged.db");
      const bytes = readFileSync(path);
      bytes.fill(0xaa, Math.floor(bytes.length / 2), Math.floor(bytes.length / 2) + 8192);
      writeFileSync(path, bytes);
      return path;
    }
    function cutCopy() {
      const path = copy("cut.db");
      truncateSync(path, Math.floor(statSync(path).size / 2));
      return path;
    }
    function copyWithLog() {
      const path = copy("with-log.db");
      writeFileSync(`${path}-wal`, "not empty");
      return path;
    }
    function otherDatabase() {
      const path = join(folder, "other.db");
      rmSync(path, { force: true });
      const database = new DatabaseSync(path);
      database.exec("create table t (x)");
      database.close();
      return path;
    }
    function newerCopy() {
      const path = copy("newer.db");
      const database = new DatabaseSync(path);
      database.exec("insert into schema_migration (name, timestamp) values ('9999-later', '2030-01-01')");
      database.close();
      return path;
    }
  });

  it("is not restored over a database, whether a server uses it or not", async () => {
    const inUse = await admin("restore", backup, "--data", data);
    expect([inUse.code, inUse.stderr]).toEqual([1, expect.stringContaining("in use")]);
    const held = join(folder, "without-key");
    const bytes = readFileSync(join(held, "keymoor.db"));
    const there = await admin(
      "restore",
      backup,
      "--data",
      held,
      "--master-key-file",
      join(data, "master.key"),
    );
    expect([there.code, there.stderr]).toEqual([1, expect.stringContaining("overwrites nothing")]);
    expect(readFileSync(join(held, "keymoor.db")).equals(bytes)).toBe(true);
  });

  it("needs its key beside it, and says how to give it", async () => {
    const { code, stderr } = await admin("restore", backup, "--data", join(folder, "keyless"));
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/needs master key "mk-\w+", and \S+keyless has none\.\n(.|\n)*--master-key-file/),
    ]);
    expect(existsSync(join(folder, "keyless"))).toBe(false);
  });

  it("restored elsewhere, the connections are the same, a call works, and the audit trail goes on", async () => {
    const keyFile = join(folder, "kept.key");
    copyFileSync(join(data, "master.key"), keyFile);
    const result = await admin("restore", backup, "--data", restored, "--master-key-file", keyFile);
    expect(result).toMatchObject({ code: 0, stderr: "" });
    expect(statSync(join(restored, "keymoor.db")).mode & 0o777).toBe(0o600);
    expect(statSync(restored).mode & 0o777).toBe(0o700);
    const settings = { KEYMOOR_DATA: restored, KEYMOOR_MASTER_KEY_FILE: keyFile, KEYMOOR_SEED: "" };
    const other = await startServer(folder, settings);
    try {
      expect(before.size).toBeGreaterThanOrEqual(100);
      for (const [name, version] of before) {
        const { json } = await other.get(`${sqlV1}/connections/${name}`);
        expect([
          name,
          (json as { metadata: { resource_version: string } }).metadata.resource_version,
        ]).toEqual([name, version]);
      }
      const [name = ""] = before.keys();
      const call = await other.send("POST", `${keymoorV1}/connections/${name}/call`, {}, seeded.flinkKey);
      expect(call.status).toBe(200);
      expect(shown.at(-1)).toBe(`Bearer ${canary}-2`);
      expect((await other.send("POST", `${sqlV1}/connections`, body("after", "sk-after"))).status).toBe(201);
    } finally {
      await other.end();
    }
    const verdict = await runProgram(["audit", "verify"], settings);
    expect([verdict.code, verdict.stdout]).toEqual([
      0,
      expect.stringMatching(/^Instance \S+: \d+ events, 1 to \d+, unbroken\.\n$/),
    ]);
    const events = (text: string) => Number(/(\d+) events/.exec(text)?.[1]);
    expect(events(verdict.stdout)).toBeGreaterThan(Number(/^Audit events: (\d+)/m.exec(output)?.[1]));
  }, 60_000);

  it("of a trail that is broken is made, and says so", async () => {
    const broken = join(folder, "broken");
    mkdirSync(broken);
    copyFileSync(backup, join(broken, "keymoor.db"));
    copyFileSync(join(data, "master.key"), join(broken, "master.key"));
    const database = new DatabaseSync(join(broken, "keymoor.db"));
    database.exec("delete from audit_event where sequence = 5");
    database.close();
    const made = await admin("backup", "--data", broken, "--output", join(folder, "broken.db"));
    expect([made.code, made.stderr]).toEqual([1, expect.stringContaining("audit trail is broken")]);
    expect(existsSync(join(folder, "broken.db"))).toBe(true);
  });
});

describe("a lost password", () => {
  const { folder, remove } = makeFolder();
  const data = join(folder, "data");
  const settings = { KEYMOOR_DATA: data };
  const passwords = () => {
    const database = new DatabaseSync(join(data, "keymoor.db"));
    const rows = database.prepare("select id, password_hash from principal where kind = 'user'").all();
    database.close();
    return String(rows[0]?.password_hash);
  };

  const sessions = () => {
    const database = new DatabaseSync(join(data, "keymoor.db"));
    const row = database.prepare("select count(*) as count from session").get();
    database.close();
    return row?.count;
  };

  afterAll(remove);

  it("cannot be reset while a server serves from the folder", async () => {
    const server = await startServer(folder);
    const signedIn = await fetch(`${server.url}/api/sessions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"email":"dev@example.com","password":"a-long-password-1"}',
    });
    expect([signedIn.status, (await signedIn.text()).length > 0]).toEqual([200, true]);
    const result = await runProgram(["admin", "reset-password", "u-admin1", "--generate"], settings);
    await server.end();
    expect([result.code, result.stdout]).toEqual([1, ""]);
    expect(result.stderr).toContain("in use by another Keymoor server");
    expect(result.stderr).toContain("Stop that server");
  });

  it("is invented and printed once, opens, and has ended the sessions of the old one", async () => {
    const before = passwords();
    expect(sessions()).toBe(1);
    const result = await runProgram(["admin", "reset-password", "DEV@example.com", "--generate"], settings);
    expect(result.code).toBe(0);
    const after = passwords();
    expect(after).not.toBe(before);
    expect(await opens(result.stdout.trim(), after)).toBe(true);
    expect(sessions()).toBe(0);
    expect(await opens("a-long-password-1", after)).toBe(false);
  });

  it("is read from a file or from standard input", async () => {
    const file = join(folder, "password");
    writeFileSync(file, "from-a-file-0123456\n");
    const byFile = await runProgram(
      ["admin", "reset-password", "u-admin1", "--password-file", file],
      settings,
    );
    expect([byFile.code, byFile.stdout]).toEqual([0, ""]);
    expect(await opens("from-a-file-0123456", passwords())).toBe(true);
    const args = ["admin", "reset-password", "u-admin1", "--password-file", "-"];
    const byInput = await runProgram(args, settings, { input: "from-input-0123456\n" });
    expect([byInput.code, byInput.stdout]).toEqual([0, ""]);
    expect(await opens("from-input-0123456", passwords())).toBe(true);
  });

  it("is asked for twice on a terminal, which does not show it", async () => {
    const env = { PATH: process.env.PATH ?? "", ...settings };
    const args = [program, "admin", "reset-password", "u-admin1"];
    const before = passwords();
    const unlike = openTerminal(process.execPath, args, { env, cwd: folder });
    await unlike.until(/New password of u-admin1/);
    unlike.type(`typed-by-hand-0123${keys.enter}`);
    await unlike.until(/The same once more/);
    unlike.type(`typed-otherwise-0123${keys.enter}`);
    expect(await unlike.ended).toBe(1);
    expect(unlike.text()).toContain("The two passwords differ.");
    expect(passwords()).toBe(before);

    const alike = openTerminal(process.execPath, args, { env, cwd: folder });
    await alike.until(/New password of u-admin1/);
    alike.type(`typed-by-hand-0123${keys.enter}`);
    await alike.until(/The same once more/);
    alike.type(`typed-by-hand-0123${keys.enter}`);
    expect(await alike.ended).toBe(0);
    expect(alike.raw()).not.toContain("typed-by-hand");
    expect(await opens("typed-by-hand-0123", passwords())).toBe(true);
  });

  it("of nobody known, or too short, or from nowhere, is refused without repeating it", async () => {
    const before = passwords();
    const unknown = await runProgram(["admin", "reset-password", "nobody", "--generate"], settings);
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining("u-admin1 dev@example.com")]);
    const account = await runProgram(["admin", "reset-password", "sa-dev123", "--generate"], settings);
    expect(account.code).toBe(1);
    const args = ["admin", "reset-password", "u-admin1", "--password-file", "-"];
    const short = await runProgram(args, settings, { input: "canary-1" });
    expect([short.code, short.stderr]).toEqual([1, expect.not.stringContaining("canary")]);
    const nowhere = await runProgram(["admin", "reset-password", "u-admin1"], settings);
    expect([nowhere.code, nowhere.stderr]).toEqual([2, expect.stringContaining("--password-file")]);
    expect(passwords()).toBe(before);
  });

  it("leaves an event for each in the same chain, which verifies", async () => {
    const verdict = await runProgram(["audit", "verify"], settings);
    expect([verdict.code, verdict.stdout]).toEqual([0, expect.stringContaining("unbroken")]);
    const database = new DatabaseSync(join(data, "keymoor.db"));
    const rows = database
      .prepare("select principal, resource_name from audit_event where action = 'user.reset_password'")
      .all();
    database.close();
    expect(rows.map(({ principal, resource_name }) => [principal, resource_name])).toEqual(
      Array.from({ length: 4 }, () => ["keymoor:admin", "u-admin1"]),
    );
  });
});

async function opens(password: string, hash: string): Promise<boolean> {
  const { createPasswords } = await import("../src/secrets/password.ts");
  const { Secret } = await import("../src/secret.ts");
  return createPasswords().verify(new Secret(password), hash);
}
