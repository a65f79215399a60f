import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { listenOnLoopback } from "./fixtures/loopback.ts";
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

const rotatePath = "/keymoor/v1/master-key/rotate";

interface Rotated {
  readonly key_id: string;
  readonly previous_key_id: string;
  readonly credentials: number;
  readonly unopened: number;
}

/** A service that says which key it was called with, backwards, because an echo would be withheld. */
const service = createServer((request, response) => {
  response.end(JSON.stringify({ data: [], key: backwards(request.headers.authorization ?? "") }));
});
const backwards = (text: string) => [...text].reverse().join("");
let endpoint = "";

beforeAll(async () => {
  endpoint = `${(await listenOnLoopback(service)).url}/v1/chat/completions`;
});
afterAll(() => {
  service.closeAllConnections();
  service.close();
});

const body = (name: string, secret: string) => connectionBody(name, secret, "OPENAI", endpoint);

async function keyOf(server: RunningServer, name: string): Promise<unknown> {
  const answer = await server.send("POST", `${keymoorV1}/connections/${name}/call`, {}, seeded.flinkKey);
  return answer.status === 200 ? backwards((answer.json as { key: string }).key) : answer.text;
}

/** Every sealed row of the database, and the part of it that a master key wraps: behind format, key id and length. */
function wrappedKeys(data: string): readonly Buffer[] {
  const database = new DatabaseSync(join(data, "keymoor.db"));
  const rows = database.prepare("select sealed from credential union all select sealed from ring_key").all();
  database.close();
  return rows.map(({ sealed }) => {
    const bytes = Buffer.from(sealed as Uint8Array);
    const idEnd = 2 + (bytes[1] ?? 0);
    return bytes.subarray(idEnd + 2, idEnd + 2 + bytes.readUInt16BE(idEnd));
  });
}

function keyIds(data: string): readonly string[] {
  const database = new DatabaseSync(join(data, "keymoor.db"));
  const rows = database.prepare("select sealed from credential union all select sealed from ring_key").all();
  database.close();
  const ids = rows.map(({ sealed }) => {
    const bytes = Buffer.from(sealed as Uint8Array);
    return bytes.toString("latin1", 2, 2 + (bytes[1] ?? 0));
  });
  return [...new Set(ids)];
}

describe("a master key rotated twice while the server is written to and called through", () => {
  const { folder, remove } = makeFolder();
  const data = join(folder, "data");
  const keyFile = join(data, "master.key");
  let server: RunningServer;
  /** The secret that the last acknowledged rotation of each connection gave. */
  const secrets = new Map<string, string>();
  const rotations: Rotated[] = [];
  const oldKeys: string[] = [];
  const failures: unknown[] = [];
  const backups: string[] = [];
  let requests = 0;
  let wrappedBefore: readonly Buffer[] = [];

  beforeAll(async () => {
    server = await startServer(folder);
    for (let n = 0; n < 150; n += 1) await create(`first-${n}`, `sk-first-${n}`);
    wrappedBefore = wrappedKeys(data);
    let isDone = false;
    const writers = Array.from({ length: 3 }, async (_, writer) => {
      for (let n = 0; !isDone; n += 1) {
        const name = `c-${writer}-${n}`;
        await create(name, `sk-1-${name}`);
        await rotate(name, `sk-2-${name}`);
        await rotate(`first-${(n * 3 + writer) % 150}`, `sk-again-${writer}-${n}`);
        expectOk(await server.send("PATCH", `${sqlV1}/connections/${name}`, patch(`sk-3-${name}`)));
        secrets.set(name, `sk-3-${name}`);
        const key = await keyOf(server, name);
        if (key !== `Bearer sk-3-${name}`) failures.push(key);
        requests += 1;
      }
    });
    for (let n = 0; n < 2; n += 1) {
      const before = requests;
      while (requests < before + 10) await new Promise((resolve) => setTimeout(resolve, 5));
      oldKeys.push(readFileSync(keyFile, "latin1"));
      const backup = runProgram(["admin", "backup", "--data", data, "--output", join(folder, `${n}.db`)]);
      const answer = await server.send("POST", rotatePath, undefined);
      backups.push((await backup).stdout);
      if (answer.status !== 200) failures.push(answer.text);
      rotations.push(answer.json as Rotated);
    }
    isDone = true;
    await Promise.all(writers);
  }, 120_000);

  afterAll(async () => {
    await server.end("SIGKILL");
    remove();
  });

  const patch = (secret: string) => ({ spec: { auth_data: { data: JSON.stringify({ API_KEY: secret }) } } });
  const expectOk = (answer: { readonly status: number; readonly text: string }) => {
    if (answer.status !== 200 && answer.status !== 201) failures.push(answer.text);
  };
  async function create(name: string, secret: string) {
    expectOk(await server.send("POST", `${sqlV1}/connections`, body(name, secret)));
    secrets.set(name, secret);
  }
  async function rotate(name: string, secret: string) {
    // Two writers may take turns on one: which was last is not known.
    expectOk(await server.send("PUT", `${sqlV1}/connections/${name}`, body(name, secret)));
    if (name.startsWith("first-")) secrets.delete(name);
    else secrets.set(name, secret);
  }

  it("fails no request", () => {
    expect(failures).toEqual([]);
    expect(requests).toBeGreaterThanOrEqual(20);
  });

  it("says which keys, how many, and ends with a new key file and no other", () => {
    const [first, second] = rotations;
    expect(first?.credentials).toBeGreaterThanOrEqual(150);
    expect(second?.previous_key_id).toBe(first?.key_id);
    expect(new Set([first?.previous_key_id, first?.key_id, second?.key_id]).size).toBe(3);
    expect(rotations.map(({ unopened }) => unopened)).toEqual([0, 0]);
    expect(keyIds(data)).toEqual([second?.key_id]);
    expect(readdirSync(data).filter((name) => name.startsWith("master.key"))).toEqual(["master.key"]);
    expect(oldKeys).not.toContain(readFileSync(keyFile, "latin1"));
  });

  it("lets a backup be made meanwhile, which needs one key", async () => {
    for (const [n, output] of backups.entries()) {
      const [keyId = ""] = /mk-[0-9a-f]{16}/.exec(output) ?? [];
      const ids = [rotations[n]?.previous_key_id, rotations[n]?.key_id];
      expect(ids).toContain(keyId);
      const restored = join(folder, `restored-${n}`);
      const keyFiles = [join(folder, "old.key"), keyFile];
      writeFileSync(join(folder, "old.key"), oldKeys[n] ?? "", { mode: 0o600 });
      const last = n === rotations.length - 1;
      const [old = "", current = ""] = keyFiles;
      if (keyId === ids[1] && !last) continue;
      const result = await runProgram([
        "admin",
        "restore",
        join(folder, `${n}.db`),
        "--data",
        restored,
        "--master-key-file",
        keyId === ids[0] ? old : current,
      ]);
      expect([result.code, result.stderr]).toEqual([0, ""]);
      expect(keyIds(restored)).toEqual([keyId]);
    }
  });

  it("leaves nothing that an old key could open in any file", () => {
    expect(wrappedBefore.length).toBeGreaterThanOrEqual(150);
    for (const name of ["keymoor.db", "keymoor.db-wal", "keymoor.db-shm"]) {
      if (!existsSync(join(data, name))) continue;
      const bytes = readFileSync(join(data, name));
      for (const wrapped of wrappedBefore) expect(bytes.includes(wrapped)).toBe(false);
      for (const { previous_key_id } of rotations) {
        const isAudited = bytes.includes(previous_key_id);
        // The trail names the first new key, which is the second old one; nothing is sealed under it.
        if (isAudited) expect(previous_key_id).toBe(rotations[0]?.key_id);
      }
    }
  });

  it("leaves every credential usable, after a restart too, and every version", async () => {
    await server.end();
    server = await startServer(folder);
    for (const [name, secret] of secrets)
      expect([name, await keyOf(server, name)]).toEqual([name, `Bearer ${secret}`]);
    const [name = ""] = [...secrets.keys()].filter((key) => key.startsWith("c-"));
    const back = await server.send("POST", `${keymoorV1}/connections/${name}/versions/1/activate`, undefined);
    expect([back.status, await keyOf(server, name)]).toEqual([200, `Bearer sk-1-${name}`]);
  }, 60_000);

  it("an old key opens nothing any more", async () => {
    await server.end();
    for (const old of oldKeys) {
      const result = await runProgram(["audit", "verify"], {
        KEYMOOR_DATA: data,
        KEYMOOR_MASTER_KEY: old.trim(),
      });
      expect([result.code, result.stderr]).toEqual([1, expect.stringContaining(rotations[1]?.key_id ?? "-")]);
      const started = await startServer(folder, { KEYMOOR_MASTER_KEY: old.trim() }).catch(
        (error: Error) => error,
      );
      expect(started).toBeInstanceOf(Error);
    }
    server = await startServer(folder);
  }, 60_000);

  it("stands in the audit trail, which verifies", async () => {
    const { json } = await server.get("/keymoor/v1/audit-events?action=master_key.rotate");
    const events = (json as { data: { outcome: string; principal: string; resource_name: string }[] }).data;
    expect(
      events.map(({ outcome, principal, resource_name }) => [outcome, principal, resource_name]),
    ).toEqual([
      ["done", "u-admin1", rotations[1]?.key_id],
      ["done", "u-admin1", rotations[0]?.key_id],
    ]);
    const verdict = await runProgram(["audit", "verify"], { KEYMOOR_DATA: data });
    expect([verdict.code, verdict.stdout]).toEqual([0, expect.stringContaining("unbroken")]);
  });

  it("is asked for by the command line, which says what was done", async () => {
    const [id = "", secret = ""] = seeded.cloudKey.split(":");
    const profile = {
      KEYMOOR_URL: server.url,
      KEYMOOR_API_KEY: id,
      KEYMOOR_API_SECRET: secret,
      HOME: folder,
    };
    const result = await runProgram(["admin", "rotate-master-key", "--yes", "--output", "json"], profile);
    const rotated = JSON.parse(result.stdout) as Rotated;
    expect(rotated.previous_key_id).toBe(rotations[1]?.key_id);
    expect(result.stderr).toContain(`still need ${rotated.previous_key_id}`);
    expect(keyIds(data)).toEqual([rotated.key_id]);
  });

  it("is refused to anyone but an OrganizationAdmin with a Cloud key", async () => {
    const before = readFileSync(keyFile, "latin1");
    for (const key of [seeded.developerKey, seeded.flinkKey]) {
      const answer = await server.send("POST", rotatePath, undefined, key);
      expect([answer.status, answer.text]).toEqual([403, expect.stringContaining("OrganizationAdmin")]);
    }
    expect(readFileSync(keyFile, "latin1")).toBe(before);
  });
});

describe("a server that ends while its master key is rotated", () => {
  const { folder, remove } = makeFolder();
  const data = join(folder, "data");
  const keyFile = join(data, "master.key");
  const previous = `${keyFile}.previous`;
  const connections = 600;
  let server: RunningServer | undefined;
  /** How many kills left both keys on disk. */
  let inTheMiddle = 0;

  beforeAll(async () => {
    server = await startServer(folder);
    const running = server;
    await Promise.all(
      Array.from({ length: connections }, async (_, n) => {
        const made = await running.send("POST", `${sqlV1}/connections`, body(`c-${n}`, `sk-${n}`));
        expect(made.status).toBe(201);
      }),
    );
  }, 60_000);

  afterAll(async () => {
    await server?.end("SIGKILL");
    remove();
  });

  /** Each moment is waited for by looking at the files and rows that the rotation changes. */
  const moments: readonly (readonly [NodeJS.Signals, string, () => boolean])[] = [
    ["SIGKILL", "at once", () => true],
    ["SIGKILL", "when the previous key is on disk", () => existsSync(previous)],
    ["SIGKILL", "when the first rows are sealed anew", () => keyIds(data).length === 2],
    ["SIGTERM", "when the first rows are sealed anew", () => keyIds(data).length === 2],
    ["SIGKILL", "a little later", () => existsSync(previous) && later(3)],
    ["SIGKILL", "later", () => existsSync(previous) && later(10)],
    ["SIGKILL", "when the previous key is gone again", () => !existsSync(previous) && later(30)],
  ];
  let sinceMs: number | undefined;
  function later(ms: number): boolean {
    sinceMs ??= performance.now();
    return performance.now() - sinceMs > ms;
  }

  it.each(moments)(
    "by %s %s, opens everything after its next start, and then needs one key only",
    async (signal, _moment, hasCome) => {
      sinceMs = undefined;
      const running = server ?? (await startServer(folder));
      const started = keyIds(data);
      const answer = running.send("POST", rotatePath, undefined).catch(() => undefined);
      const untilMs = performance.now() + 2_000;
      while (!hasCome() && performance.now() < untilMs) await new Promise((resolve) => setImmediate(resolve));
      await running.end(signal);
      await answer;
      expect(started).toHaveLength(1);
      if (existsSync(previous)) inTheMiddle += 1;

      server = await startServer(folder);
      for (let n = 0; n < connections; n += 7) expect(await keyOf(server, `c-${n}`)).toBe(`Bearer sk-${n}`);
      while (existsSync(previous) || keyIds(data).length > 1)
        await new Promise((resolve) => setTimeout(resolve, 10));
      await server.end();
      server = await startServer(folder);
      for (let n = 0; n < connections; n += 11) expect(await keyOf(server, `c-${n}`)).toBe(`Bearer sk-${n}`);
      const verdict = await runProgram(["audit", "verify"], { KEYMOOR_DATA: data });
      expect([verdict.code, verdict.stdout]).toEqual([0, expect.stringContaining("unbroken")]);
    },
    60_000,
  );

  it("was met in the middle at least once, with both keys on disk", () => {
    expect(inTheMiddle).toBeGreaterThan(0);
  });
});

describe("a master key that the server cannot replace", () => {
  let made: ReturnType<typeof makeFolder>;
  let server: RunningServer | undefined;
  const key = (byte: number) => Buffer.alloc(32, byte).toString("base64");

  afterEach(async () => {
    await server?.end("SIGKILL");
    server = undefined;
    made.remove();
  });

  it("from the environment is refused with the way to do it, which one start with both keys does", async () => {
    made = makeFolder();
    const { folder } = made;
    const data = join(folder, "data");
    server = await startServer(folder, { KEYMOOR_MASTER_KEY: key(1) });
    await server.send("POST", `${sqlV1}/connections`, body("one", "sk-one"));
    const refused = await server.send("POST", rotatePath, undefined);
    expect([refused.status, refused.text]).toEqual([
      409,
      expect.stringContaining("KEYMOOR_PREVIOUS_MASTER_KEY"),
    ]);
    await server.end();

    server = await startServer(folder, { KEYMOOR_MASTER_KEY: key(2), KEYMOOR_PREVIOUS_MASTER_KEY: key(1) });
    expect(await keyOf(server, "one")).toBe("Bearer sk-one");
    while (!server.output().includes("Remove KEYMOOR_PREVIOUS_MASTER_KEY"))
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(keyIds(data)).toHaveLength(1);
    const { json } = await server.get("/keymoor/v1/audit-events?action=master_key.rotate");
    expect((json as { data: { outcome: string; principal: string }[] }).data).toMatchObject([
      { outcome: "done", principal: "keymoor:server" },
      { outcome: "refused", principal: "u-admin1" },
    ]);
    await server.end();

    server = await startServer(folder, { KEYMOOR_MASTER_KEY: key(2) });
    expect(await keyOf(server, "one")).toBe("Bearer sk-one");
    expect(server.output()).not.toContain(key(1));
    await server.end();
    const old = await startServer(folder, { KEYMOOR_MASTER_KEY: key(1) }).catch((error: Error) => error);
    expect(old).toBeInstanceOf(Error);
    server = undefined;
  }, 60_000);

  it("from a file that is read-only is refused before anything is changed, and exchanged by a new file", async () => {
    made = makeFolder();
    const { folder } = made;
    const keys = mkdtempSync(join(tmpdir(), "keymoor-key-files-"));
    try {
      const [old, next] = [join(keys, "old.key"), join(keys, "next.key")];
      writeFileSync(old, key(3), { mode: 0o400 });
      writeFileSync(next, key(4), { mode: 0o400 });
      server = await startServer(folder, { KEYMOOR_MASTER_KEY_FILE: old });
      await server.send("POST", `${sqlV1}/connections`, body("one", "sk-one"));
      const refused = await server.send("POST", rotatePath, undefined);
      expect([refused.status, refused.text]).toEqual([409, expect.stringContaining("cannot be replaced")]);
      expect(readdirSync(keys).sort()).toEqual(["next.key", "old.key"]);
      expect(readFileSync(old, "latin1")).toBe(key(3));
      await server.end();

      const both = { KEYMOOR_MASTER_KEY_FILE: next, KEYMOOR_PREVIOUS_MASTER_KEY_FILE: old };
      server = await startServer(folder, both);
      while (!server.output().includes("Remove KEYMOOR_PREVIOUS_MASTER_KEY_FILE"))
        await new Promise((resolve) => setTimeout(resolve, 10));
      expect(await keyOf(server, "one")).toBe("Bearer sk-one");
      await server.end();
      copyFileSync(next, join(keys, "copy.key"));
      rmSync(old);
      server = await startServer(folder, { KEYMOOR_MASTER_KEY_FILE: join(keys, "copy.key") });
      expect(await keyOf(server, "one")).toBe("Bearer sk-one");
    } finally {
      rmSync(keys, { recursive: true, force: true });
    }
  }, 60_000);
});

describe("a connection that is checked before it is saved", () => {
  const { folder, remove } = makeFolder();
  let server: RunningServer;

  afterAll(async () => {
    await server.end("SIGKILL");
    remove();
  });

  it("is sealed under the key of the moment in which it is stored", async () => {
    server = await startServer(folder);
    let answerSlowly: () => void = () => {};
    const asked = new Promise<void>((resolveAsked) => {
      const slow = createServer((_request, response) => {
        answerSlowly = () => {
          response.end('{"data":[]}');
          slow.close();
        };
        resolveAsked();
      });
      void listenOnLoopback(slow).then(async ({ url }) => {
        const slowBody = connectionBody("slow", "sk-slow", "OPENAI", `${url}/v1/chat/completions`);
        saving = server.send("POST", `${sqlV1}/connections?if=verified`, slowBody);
      });
    });
    let saving: ReturnType<RunningServer["send"]> | undefined;
    await asked;
    expect((await server.send("POST", rotatePath, undefined)).status).toBe(200);
    answerSlowly();
    expect((await saving)?.status).toBe(201);
    expect(keyIds(join(folder, "data"))).toHaveLength(1);
  }, 60_000);
});
