import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DatabaseSync } from "@photostructure/sqlite";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { bundle } from "../../test/fixtures/bundle.ts";
import { writerFile } from "../../test/fixtures/writer-file.ts";
import { KeymoorError } from "../errors.ts";
import { auditKeyOf } from "./audit-chain.ts";
import { auditEvents } from "./audit-reads.ts";
import { connections } from "./connection-list-reads.ts";
import { newComputePool, newServiceAccount } from "./new-records.ts";
import type { Ask } from "./query.ts";
import { verifySqliteAudit } from "./sqlite-audit.ts";
import { emptyLog, openDatabase, sqliteQueryBuilder } from "./sqlite-database.ts";
import { SqliteRunner } from "./sqlite-runner.ts";
import { openSqliteStore, type SqliteStoreOptions } from "./sqlite-store.ts";
import type { Step } from "./store.ts";
import { testCheckStorage } from "./test-check-storage.ts";
import { testConnectionLists } from "./test-connection-lists.ts";
import { testControlPlaneStorage } from "./test-control-plane-storage.ts";
import { testDependantStorage } from "./test-dependant-storage.ts";
import {
  at,
  auditKey,
  later,
  organizationId,
  place,
  sampleConnection,
  sampleCreate,
  sampleCredential,
  sampleEvent,
  sampleRotation,
  sampleUseToken,
} from "./test-records.ts";
import { testStorage } from "./test-storage.ts";
import {
  type AuditVerdict,
  eventsPerPart,
  type Verifying,
  verifyAuditPart,
  verifyingStart,
} from "./verify-audit.ts";

let writer: URL;
let folder: string;
let opened: { close: () => Promise<void> }[];

beforeAll(async () => {
  writer = await writerFile();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "keymoor-store-"));
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map((store) => store.close()));
  rmSync(folder, { recursive: true });
});

async function open(change: Partial<SqliteStoreOptions> = {}) {
  const store = await openSqliteStore({
    folder,
    writerFile: writer,
    unlock: (_, isNew) => ({ auditKey, add: isNew ? [ringKey] : [] }),
    auditRetentionDays: 400,
    ...change,
  });
  opened.push(store);
  return store;
}

const ringKey = { id: "ring-1", purpose: "audit", sealed: new Uint8Array([5]), createdAt: "2026-11-20" };

/** Makes a database one of the version before dependants; the use that it counted is lost. */
const undoDependants = `drop table dependant; drop table usage_day;
  create table usage_day (connection_uid text not null, day text not null, principal text not null, calls integer not null,
    last_at text not null, primary key (connection_uid, day, principal));
  create index usage_day_by_day on usage_day (day);
  delete from schema_migration where name = '0003-dependants'`;

/** Changes the database behind the server's back. */
function meddle(sql: string): void {
  const database = new DatabaseSync(join(folder, "keymoor.db"));
  database.exec(sql);
  database.close();
}

const verify = () => verifySqliteAudit(folder, () => ({ auditKey }));
const audit = (change: Parameters<typeof sampleEvent>[0] = {}): Step => ({
  do: "append_audit",
  event: sampleEvent(change),
});

testStorage("SQLite", async () => ({ store: await open(), discard: async () => {} }));
testCheckStorage("SQLite", async () => ({ store: await open(), discard: async () => {} }));
testConnectionLists("SQLite", async () => ({ store: await open(), discard: async () => {} }));

describe("a page of connections", () => {
  it("is read from where it begins, whatever the order: nothing is sorted and no more than it is looked at", async () => {
    await open();
    const database = openDatabase(join(folder, "keymoor.db"), "read");
    for (const by of ["name", "type", "status", "created_at", "rotated_at", "last_used_at"] as const) {
      for (const isDescending of [false, true]) {
        const filter = { environmentId: place.environmentId, order: { by, isDescending } };
        const after = "a b c d".split(" ").slice(0, keyLengths[by]).join(" ");
        const asked = connections(filter, after, 100).next().value as Ask;
        const { sql } = asked.query.compile(sqliteQueryBuilder());
        const plan = database.prepare(`explain query plan ${sql}`).all() as { readonly detail: string }[];
        expect([by, plan.map(({ detail }) => detail)]).toStrictEqual([
          by,
          [
            expect.stringMatching(
              /^SEARCH connection USING INDEX \w+ \(environment_id=\? AND \(.*\)[<>]\(.*\)\)$/,
            ),
          ],
        ]);
      }
    }
    database.close();
  });
});

describe("a page of audit events", () => {
  it("about one thing is read where it begins, however many lie between", async () => {
    await open();
    const database = openDatabase(join(folder, "keymoor.db"), "read");
    const filter = { organizationId, resourceKind: "connection", resourceName: "c1" };
    const asked = auditEvents(filter, `${at} i 1`, 100).next().value as Ask;
    const { sql } = asked.query.compile(sqliteQueryBuilder());
    expect(database.prepare(`explain query plan ${sql}`).all()).toMatchObject([
      {
        detail: expect.stringMatching(
          /^SEARCH audit_event USING INDEX audit_event_by_resource \(organization_id=\? AND resource_name=\? AND \(.*\)<\(.*\)\)$/,
        ),
      },
    ]);
    database.close();
  });
});

/** Columns by which the lists are told apart. */
const keyLengths = { name: 3, type: 4, status: 4, created_at: 2, rotated_at: 2, last_used_at: 3 } as const;
testDependantStorage("SQLite", async () => ({ store: await open(), discard: async () => {} }));
testControlPlaneStorage("SQLite", async () => ({ store: await open(), discard: async () => {} }));

describe("the data folder", () => {
  it("keeps what was acknowledged over a restart, notes included", async () => {
    const first = await open();
    await first.write([sampleCreate("c1"), audit()]);
    first.note({ note: "event", event: sampleEvent() });
    await first.close();
    const second = await open();
    expect(await second.read.connection(place, "c1")).toBeDefined();
    expect(await second.read.auditEvents({ organizationId }, undefined, 9)).toMatchObject({ totalSize: 2 });
    expect(second.instance).toBe(first.instance);
  });

  it("keeps over a restart which checks and messages are due, and who is at them", async () => {
    const first = await open();
    await first.write([sampleCreate("c1"), sampleCreate("c2")]);
    const uid = (await first.read.connection(place, "c1"))?.uid ?? "";
    const body = JSON.stringify({ type: "x" });
    const soon = "2026-11-20T10:01:00.000Z";
    const message = {
      id: "msg_1",
      connectionUid: uid,
      createdAt: at,
      body,
      attempts: 3,
      dueAt: at,
      claimedUntil: null,
    };
    await first.write([
      { do: "claim_check", uid, dueAt: at, at, until: soon },
      { do: "insert_webhook", record: message },
    ]);
    await first.close();
    const second = await open();
    expect(await second.read.dueWebhooks(at, 9)).toStrictEqual([message]);
    expect(await second.read.dueChecks(at, 9)).toHaveLength(1);
    expect(await second.read.dueChecks(soon, 9)).toHaveLength(2);
  });

  it("of the version before checks is brought to this one: every connection waits for its first check", async () => {
    const first = await open();
    await first.write([sampleCreate("c1")]);
    const before = await first.read.connection(place, "c1");
    await first.close();
    meddle(beforeConnectionOrders);
    meddle(beforeControlPlane);
    meddle(
      `${undoDependants}; drop table connection_check; drop table check_plan; drop table webhook_delivery;
       alter table connection drop column managed_by; delete from schema_migration where name = '0002-checks'`,
    );
    const second = await open();
    expect(await second.read.connection(place, "c1")).toStrictEqual(before);
    expect(await second.read.dueChecks(new Date().toISOString(), 9)).toMatchObject([
      { connectionUid: before?.uid, enabled: true, trigger: "scheduled", failures: 0, refused: false },
    ]);
  });

  it("of the version before the control plane is brought to this one, with times for what had none", async () => {
    const first = await open();
    await first.write([
      { do: "insert_principal", record: newServiceAccount({ id: "sa-1", name: "app" }, at) },
      { do: "insert_compute_pool", record: newComputePool({ ...place, id: "lfcp-1", name: "pool" }, at) },
    ]);
    await first.close();
    meddle(beforeConnectionOrders);
    meddle(beforeControlPlane);
    const { read } = await open();
    expect(await read.principal("sa-1")).toStrictEqual(newServiceAccount({ id: "sa-1", name: "app" }, at));
    expect(await read.computePool("lfcp-1")).toStrictEqual(
      newComputePool({ ...place, id: "lfcp-1", name: "pool" }, at),
    );
  });

  it("of the version before lists had an order is brought to this one, with what each connection went through", async () => {
    const first = await open();
    const plain = sampleCreate("plain");
    const busy = sampleCreate("busy");
    const { uid } = busy.connection;
    await first.write([plain, busy, sampleRotation(uid, { version: 2, createdAt: later }, 1)]);
    const use = { note: "use", uid, principal: "u-1", useTokenId: null } as const;
    first.note({ ...use, at: "2026-11-20T10:30:00.000Z" });
    first.note({ ...use, principal: "u-2", at: "2026-11-20T10:20:00.000Z" });
    await first.close();
    meddle(beforeConnectionOrders);
    const { read } = await open();
    expect(await read.connection(place, "plain")).toMatchObject({ rotatedAt: at, lastUsedAt: null });
    expect(await read.connection(place, "busy")).toMatchObject({
      rotatedAt: later,
      lastUsedAt: "2026-11-20T10:30:00.000Z",
    });
  });

  it("of the version before dependants is brought to this one, with the use that was counted", async () => {
    const first = await open();
    await first.write([sampleCreate("c1")]);
    const uid = (await first.read.connection(place, "c1"))?.uid ?? "";
    await first.close();
    meddle(beforeConnectionOrders);
    meddle(beforeControlPlane);
    meddle(`${undoDependants}; insert into usage_day values ('${uid}', '2026-11-19', 'u-1', 3, '${at}')`);
    const second = await open();
    second.note({ note: "use", uid, at: "2026-11-19T12:00:00.000Z", principal: "u-1", useTokenId: "t1" });
    await second.flush();
    expect(await second.read.usage(uid, "2026-11-19")).toStrictEqual({
      last: { at, principal: "u-1" },
      days: [{ day: "2026-11-19", principal: "u-1", calls: 4 }],
    });
  });

  it("belongs to one server at a time", async () => {
    const first = await open();
    await expect(open()).rejects.toMatchObject({
      code: "cannot_start",
      message: `The data folder ${folder} is in use by another Keymoor server.`,
    });
    await first.write([sampleCreate("c1")]);
    await first.close();
    await open();
  });

  it("holds files that nobody else may read", async () => {
    const store = await open();
    await store.write([sampleCreate("c1")]);
    const names = readdirSync(folder);
    expect(names).toEqual(expect.arrayContaining(["keymoor.db", "keymoor.db-wal", "keymoor.lock"]));
    for (const name of names) expect([name, statSync(join(folder, name)).mode & 0o077]).toEqual([name, 0]);
  });

  it("that cannot be written is refused by name", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    await expect(open({ folder: file })).rejects.toMatchObject({
      code: "cannot_start",
      message: `The data folder ${file} cannot be written.`,
    });
    await expect(open({ folder: join(file, "below") })).rejects.toMatchObject({ code: "cannot_start" });
  });

  it.skipIf(process.getuid?.() === 0)("without the right to write is refused by name", async () => {
    chmodSync(folder, 0o500);
    await expect(open()).rejects.toMatchObject({ code: "cannot_start" });
    chmodSync(folder, 0o700);
  });

  it("with a file that is no database is refused and left as it is", async () => {
    const path = join(folder, "keymoor.db");
    writeFileSync(path, "something else entirely, and longer than a header of SQLite would be".repeat(20));
    const before = readFileSync(path);
    await expect(open()).rejects.toMatchObject({
      code: "cannot_start",
      message: `The database ${path} is not a Keymoor database.`,
    });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it("with a newer schema is refused by the name of what is not known", async () => {
    await (await open()).close();
    meddle("insert into schema_migration values ('0099-from-the-future', '2030-01-01')");
    await expect(open()).rejects.toMatchObject({
      code: "cannot_start",
      message: expect.stringContaining('"0099-from-the-future"'),
    });
  });

  it("is unlocked with the keys of its ring, and is new only once", async () => {
    const seen: unknown[] = [];
    const unlock: SqliteStoreOptions["unlock"] = (rows, isNew) => {
      seen.push([rows.map(({ id, sealed }) => [id, [...sealed]]), isNew]);
      return { auditKey, add: isNew ? [ringKey] : [] };
    };
    await (await open({ unlock })).close();
    await (await open({ unlock })).close();
    expect(seen).toStrictEqual([
      [[], true],
      [[["ring-1", [5]]], false],
    ]);
  });

  it.each(["", "delete from audit_event; delete from audit_chain"])(
    "whose key ring was removed is not taken for a new one (%s)",
    async (alsoRemoved) => {
      const store = await open();
      await store.write([sampleCreate("c1"), audit()]);
      await store.close();
      meddle(`delete from ring_key; ${alsoRemoved}`);
      const seen: boolean[] = [];
      await open({
        unlock: (_, isNew) => {
          seen.push(isNew);
          return { auditKey, add: [] };
        },
      });
      expect(seen).toStrictEqual([false]);
    },
  );

  it("is free again after a start that was refused", async () => {
    const refuse = () => {
      throw new KeymoorError("cannot_start", "Wrong master key.");
    };
    await expect(open({ unlock: refuse })).rejects.toThrow("Wrong master key.");
    await expect(open({ writerFile: new URL("file:///no/such/writer.js") })).rejects.toMatchObject({
      code: "cannot_start",
    });
    await open();
  });

  it("holds nothing of a deleted credential, in no file, soon after the deletion", async () => {
    const store = await open();
    const secret = Buffer.from("sealed-bytes-that-must-vanish");
    const connection = sampleConnection({ name: "c1" });
    const credential = sampleCredential(connection.uid, { sealed: secret });
    await store.write([{ do: "insert_connection", connection, credential }]);
    const holds = () => readdirSync(folder).some((name) => readFileSync(join(folder, name)).includes(secret));
    expect(holds()).toBe(true);
    await store.write([{ do: "delete_connection", uid: connection.uid }]);
    await expect.poll(holds, { timeout: 10_000 }).toBe(false);
    expect(await store.read.connection(place, "c1")).toBeUndefined();
  });
});

describe("somebody who reads the database beside the server", () => {
  const path = () => join(folder, "keymoor.db");
  const logBytes = () => statSync(`${path()}-wal`).size;
  /** Holds a view of the database until it is closed. */
  const look = () => {
    const reader = openDatabase(path(), "read");
    reader.exec("begin; select count(*) from connection");
    return reader;
  };

  it("does not keep the log from being emptied once he has left, nor anyone from writing", async () => {
    const store = await open();
    const secret = Buffer.from("sealed-bytes-that-must-vanish");
    const connection = sampleConnection({ name: "c1" });
    const credential = sampleCredential(connection.uid, { sealed: secret });
    const organization = { id: organizationId, name: "Moved into the file", createdAt: "2026-11-20" };
    await store.write([
      { do: "insert_connection", connection, credential },
      { do: "insert_organization", record: organization },
    ]);
    const reader = look();
    try {
      await store.write([{ do: "delete_connection", uid: connection.uid }]);
      // A page that did not change since he came can be moved, which shows that it was tried.
      await expect
        .poll(() => readFileSync(path()).includes(organization.name), { timeout: 10_000 })
        .toBe(true);
      expect(logBytes()).toBeGreaterThan(0);
      await store.write([sampleCreate("c2")]);
    } finally {
      reader.close();
    }
    await expect.poll(logBytes, { timeout: 10_000 }).toBe(0);
    expect(readFileSync(path()).includes(secret)).toBe(false);
    expect(await store.read.connectionNames(place)).toStrictEqual(["c2"]);
  });

  it("is not waited for: the log is tried once, and left", async () => {
    const store = await open();
    await store.write([sampleCreate("c1")]);
    const reader = look();
    await store.write([sampleCreate("c2")]);
    // The store empties the log too, and would be in the way of the attempt below.
    await store.close();
    const database = openDatabase(path(), "write");
    const timeout = () => database.prepare("pragma busy_timeout").get();
    const usual = timeout();
    const said = [vi.spyOn(database, "exec"), vi.spyOn(database, "prepare")];
    try {
      expect(emptyLog(database)).toBe(false);
      const calls = said.flatMap(({ mock }) =>
        mock.calls.map(([sql], i) => [mock.invocationCallOrder[i] ?? 0, sql] as const),
      );
      expect(calls.sort(([a], [b]) => a - b).map(([, sql]) => sql)).toStrictEqual([
        "pragma busy_timeout = 0",
        "pragma wal_checkpoint(truncate)",
        "pragma busy_timeout = 5000",
      ]);
      expect(timeout()).toStrictEqual(usual);
      reader.close();
      expect(emptyLog(database)).toBe(true);
      expect(logBytes()).toBe(0);
    } finally {
      database.close();
    }
  });
});

describe("use tokens", () => {
  it("are removed, and no longer counted, when they ended longer ago than events are kept", async () => {
    const { environmentId } = place;
    const ago = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
    const first = await open();
    const records = [
      sampleUseToken("expired-long-ago", { expiresAt: ago(41) }),
      sampleUseToken("expired", { expiresAt: ago(39) }),
      sampleUseToken("revoked-long-ago", { expiresAt: ago(-9), revokedAt: ago(41), createdBy: "u-2" }),
      sampleUseToken("revoked", { expiresAt: ago(-9), revokedAt: ago(39), createdBy: "u-2" }),
      sampleUseToken("valid", { expiresAt: ago(-9), createdBy: "u-2" }),
      ...Array.from({ length: 600 }, (_, i) => sampleUseToken(`many-${i}`, { expiresAt: ago(50) })),
    ];
    await first.write(records.map((record): Step => ({ do: "insert_use_token", record })));
    await first.close();
    const store = await open({ auditRetentionDays: 40 });
    const list = (filter: object = {}) => store.read.useTokens({ environmentId, limit: 1000, ...filter });
    await expect.poll(async () => (await list()).totalSize).toBe(3);
    expect((await list()).items.map(({ id }) => id)).toStrictEqual(["expired", "revoked", "valid"]);
    expect([
      (await list({ createdBy: "u-1" })).totalSize,
      (await list({ createdBy: "u-2" })).totalSize,
    ]).toStrictEqual([1, 2]);
  });
});

describe("concurrent writes", () => {
  /** Frames of the log that end a commit: https://www.sqlite.org/fileformat2.html, section 4.1. */
  const commits = () => {
    const log = readFileSync(join(folder, "keymoor.db-wal"));
    const pageBytes = log.readUInt32BE(8);
    let count = 0;
    for (let frame = 32; frame < log.length; frame += 24 + pageBytes) {
      if (log.readUInt32BE(frame + 4) > 0) count += 1;
    }
    return count;
  };

  it("share a commit, and one that waits for its answer has one of its own", async () => {
    const store = await open();
    await store.write([sampleCreate("first")]);
    const before = commits();
    await Promise.all(Array.from({ length: 100 }, (_, i) => store.write([sampleCreate(`c${i}`), audit()])));
    expect(commits() - before).toBe(1);
    for (let i = 0; i < 3; i++) await store.write([sampleCreate(`d${i}`)]);
    expect(commits() - before).toBe(4);
  });
});

describe("a full disk", () => {
  const big = (name: string) => sampleCreate(name, { comment: "x".repeat(4000) });

  it("refuses what does not fit, keeps serving, and takes writes again once there is room", async () => {
    const store = await open({ maxPages: 150 });
    const names = Array.from({ length: 200 }, (_, i) => `c${i}`);
    const results = await Promise.allSettled(names.map((name) => store.write([big(name), audit()])));
    const stored = names.filter((_, i) => results[i]?.status === "fulfilled");
    expect(stored.length).toBeGreaterThan(5);
    expect(stored.length).toBeLessThan(200);
    for (const result of results) {
      if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "storage_full" });
    }
    const { items, totalSize } = await store.read.connections(
      { environmentId: place.environmentId },
      undefined,
      200,
    );
    expect(items.map(({ name }) => name)).toStrictEqual([...stored].sort());
    expect(totalSize).toBe(stored.length);
    for (const { uid } of items.slice(0, 5)) await store.write([{ do: "delete_connection", uid }]);
    await store.write([big("again"), audit()]);
    expect(verify()).toMatchObject({ status: "intact" });
  });

  it("keeps notes until there is room for them", async () => {
    const store = await open({ maxPages: 150 });
    for (let i = 0; ; i++) {
      const result = await store.write([big(`c${i}`)]).catch((error: unknown) => error);
      if (result instanceof KeymoorError) break;
    }
    for (let i = 0; i < 100; i++) store.note({ note: "event", event: sampleEvent() });
    await expect(store.flush()).rejects.toMatchObject({ code: "storage_full" });
    const { items } = await store.read.connections({ environmentId: place.environmentId }, undefined, 50);
    for (const { uid } of items) await store.write([{ do: "delete_connection", uid }]);
    await store.flush();
    expect(await store.read.auditEvents({ organizationId }, undefined, 1)).toMatchObject({ totalSize: 100 });
  });
});

describe("the writer's thread", () => {
  it("that dies rejects whoever waits, and the next write starts another", async () => {
    const flaky = new URL(
      `data:text/javascript,${encodeURIComponent(`
        import { parentPort } from "node:worker_threads";
        parentPort.postMessage({ kind: "ready" });
        parentPort.on("message", (message) => {
          if (message.kind === "close") process.exit();
          throw new Error("died");
        });`)}`,
    );
    const said: string[] = [];
    const log = {
      warn: (_: object, text: string) => said.push(text),
      error: (_: object, text: string) => said.push(text),
    };
    const store = await open({ writerFile: flaky, log });
    for (let i = 0; i < 2; i++) {
      await expect(store.write([sampleCreate("c1")])).rejects.toMatchObject({
        name: "KeymoorError",
        code: "internal_error",
      });
    }
    expect(said.join()).toContain("failed");
    expect(said.join()).toContain("again");
  });

  it("gets what can cross to it; a list that cannot fails alone", async () => {
    const store = await open();
    const stray: Step = sampleCreate("stray", { comment: (() => "") as unknown as string });
    const results = await Promise.allSettled([
      store.write([sampleCreate("a")]),
      store.write([stray]),
      store.write([sampleCreate("b")]),
    ]);
    expect(results.map(({ status }) => status)).toStrictEqual(["fulfilled", "rejected", "fulfilled"]);
  });
});

describe("kill -9 under concurrent writes", () => {
  it("loses nothing that was acknowledged, and the chain holds", { timeout: 60_000 }, async () => {
    const child = fileURLToPath(await bundle("test/fixtures/crash-writer.ts"));
    for (const round of ["r1", "r2", "r3"]) {
      const server = spawn(process.execPath, [child, folder, writer.href, round], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      let acknowledged = "";
      await new Promise<void>((resolve) => {
        server.stdout.on("data", (chunk: Buffer) => {
          acknowledged += chunk.toString();
          if (acknowledged.split("\n").length > 300) resolve();
        });
        server.once("exit", () => resolve());
      });
      server.kill("SIGKILL");
      await once(server.stdout, "close");
      const names = acknowledged.split("\n").slice(0, -1);
      expect(names.length).toBeGreaterThanOrEqual(300);
      const store = await open();
      const stored = new Set(await store.read.connectionNames(place));
      expect(names.filter((name) => !stored.has(name))).toStrictEqual([]);
      const { totalSize } = await store.read.auditEvents({ organizationId }, undefined, 1);
      expect(totalSize).toBe(stored.size);
      expect(verify()).toMatchObject({ status: "intact" });
      await store.close();
    }
  });
});

describe("the audit chain", () => {
  /** All of the trail, also what stands in no organization's list. */
  const storedEvents = () => {
    const database = new DatabaseSync(join(folder, "keymoor.db"));
    const rows = database
      .prepare(
        "select instance, sequence, action, outcome, principal, resource_name as resourceName from audit_event order by sequence",
      )
      .all() as { instance: string; sequence: number; action: string; resourceName: string | null }[];
    database.close();
    return rows;
  };

  /** A trail whose first event, which the start itself makes, is old enough to be removed. */
  const openIn2000 = async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2000, 0) });
    try {
      return await open({ auditRetentionDays: 100_000 });
    } finally {
      vi.useRealTimers();
    }
  };

  const tampered = async (sql: string) => {
    const store = await open();
    for (let i = 0; i < 10; i++) await store.write([audit({ resourceName: `c${i}` })]);
    expect(verify()).toStrictEqual({
      status: "intact",
      chains: [{ instance: store.instance, first: 1, last: 11 }],
    });
    await store.close();
    meddle(sql);
    return verify();
  };

  it.each([
    ["a changed event", "update audit_event set principal = 'u-else' where sequence = 4", 4],
    ["a changed count", "update audit_event set count = 2 where sequence = 1", 1],
    ["a removed event", "delete from audit_event where sequence = 5", 5],
    ["a removed first event", "delete from audit_event where sequence = 1", 1],
    ["a tail that was cut off", "delete from audit_event where sequence > 7", 8],
    ["all events removed", "delete from audit_event", 1],
    [
      "an inserted event",
      "update audit_event set sequence = sequence + 100 where sequence >= 6; update audit_event set sequence = sequence - 99 where sequence > 100; insert into audit_event select instance, 6, id, at, action, outcome, count, mac, code, principal, credential, address, request_id, organization_id, environment_id, cloud, region, resource_kind, resource_name from audit_event where sequence = 5",
      6,
    ],
    [
      "events in another order",
      "update audit_event set sequence = 99 where sequence = 3; update audit_event set sequence = 3 where sequence = 4; update audit_event set sequence = 4 where sequence = 99",
      3,
    ],
    [
      "an event added after the end",
      "insert into audit_event select instance, 12, id, at, action, outcome, count, mac, code, principal, credential, address, request_id, organization_id, environment_id, cloud, region, resource_kind, resource_name from audit_event where sequence = 11",
      12,
    ],
    [
      "an event added before the beginning",
      "insert into audit_event select instance, 0, id, at, action, outcome, count, mac, code, principal, credential, address, request_id, organization_id, environment_id, cloud, region, resource_kind, resource_name from audit_event where sequence = 10",
      0,
    ],
    ["an event of no chain", "update audit_event set instance = 'x' where sequence = 11", 11],
    [
      "a tail cut off together with the chain's record",
      "delete from audit_event where sequence > 7; update audit_chain set head_sequence = 7, head_mac = (select mac from audit_event where sequence = 7)",
      undefined,
    ],
    ["a chain's record that was removed", "delete from audit_chain", undefined],
  ])("shows %s, and where", async (_, sql, sequence) => {
    expect(await tampered(sql)).toMatchObject({ status: "broken", sequence });
  });

  it("is verified with its own key only", async () => {
    await (await open()).close();
    const verdict = verifySqliteAudit(folder, () => ({ auditKey: new Uint8Array(32) }));
    expect(verdict).toMatchObject({ status: "broken" });
  });

  it("begins anew after tampering and leaves the old one as evidence", async () => {
    await tampered("delete from audit_event where sequence > 7");
    const said: string[] = [];
    const store = await open({ log: { warn: () => {}, error: (_, text) => said.push(text) } });
    await store.write([audit()]);
    expect(said[0]).toContain("tampered");
    expect(verify()).toMatchObject({ status: "broken", sequence: 8 });
  });

  it("says in its first event that it began", async () => {
    await open();
    expect(storedEvents()).toMatchObject([
      { sequence: 1, action: "audit.chain_started", outcome: "done", principal: "keymoor:server" },
    ]);
  });

  it("that is removed with all its events is missed before the next start, and for good after it", async () => {
    const organization = { id: organizationId, name: "Acme", createdAt: "2026-11-20" };
    const first = await open();
    await first.write([{ do: "insert_organization", record: organization }, audit()]);
    await first.close();
    for (let round = 0; round < 2; round++) {
      meddle("delete from audit_event; delete from audit_chain");
      expect(verify()).toMatchObject({ status: "broken", instance: undefined });
      const said: string[] = [];
      const store = await open({ log: { warn: () => {}, error: (_, text) => said.push(text) } });
      expect(said[0]).toContain("tampered");
      const { items } = await store.read.auditEvents({ organizationId }, undefined, 9);
      expect(items).toMatchObject([{ action: "audit.chain_broken", outcome: "failed" }]);
      await store.write([audit()]);
      await store.close();
      await (await open()).close();
      expect(verify()).toMatchObject({
        status: "broken",
        instance: store.instance,
        because: expect.stringMatching(
          /^The trail was tampered with before 20\S+Z, when this chain began: every chain had been removed/,
        ),
      });
    }
  });

  it("that is removed before anything else was stored is missed by the key ring alone", async () => {
    await (await open()).close();
    meddle("delete from audit_event; delete from audit_chain");
    await (await open()).close();
    expect(verify()).toMatchObject({
      status: "broken",
      because: expect.stringContaining("every chain had been removed"),
    });
  });

  it("that took the place of one with a cut tail says so, also once that one is removed", async () => {
    const verdict = await tampered("delete from audit_event where sequence > 7");
    const before = verdict.status === "broken" ? verdict.instance : undefined;
    const store = await open();
    await store.write([audit()]);
    await store.close();
    expect(verify()).toMatchObject({ status: "broken", instance: before, sequence: 8 });
    meddle(`delete from audit_chain where instance = '${before}'`);
    const expected = {
      status: "broken",
      instance: store.instance,
      because: expect.stringMatching(
        `the end of the chain of instance ${before}, at event 11, had been changed or cut off\\. The chain of instance ${before} was removed since\\.$`,
      ),
    };
    expect(verify()).toMatchObject(expected);
    meddle(`delete from audit_event where instance = '${before}'`);
    expect(storedEvents()).toMatchObject([
      { instance: store.instance, sequence: 1, action: "audit.chain_broken", resourceName: before },
      { instance: store.instance, sequence: 2 },
    ]);
    for (let round = 0; round < 2; round++) {
      expect(verify()).toMatchObject(expected);
      const again = await open();
      expect(again.instance).toBe(store.instance);
      await again.close();
    }
  });

  it.each([
    ["its number", "number = 2"],
    ["why it began", "began = 'end_changed'"],
    ["what was before it", "predecessor = 'x', predecessor_sequence = 1, predecessor_mac = ''"],
  ])("shows that the record was changed in %s, and goes on as another that says so", async (_, change) => {
    expect(await tampered(`update audit_chain set ${change}`)).toMatchObject({
      status: "broken",
      because: "The record of where the chain begins and ends was changed.",
    });
    const store = await open();
    await store.close();
    meddle(
      `delete from audit_event where instance <> '${store.instance}'; delete from audit_chain where instance <> '${store.instance}'`,
    );
    expect(verify()).toMatchObject({
      status: "broken",
      because: expect.stringContaining("no record of an earlier chain could be believed"),
    });
  });

  it("cannot be made to look as it should by what it says of itself", async () => {
    await tampered("delete from audit_event where sequence > 7");
    const store = await open();
    await store.close();
    meddle(
      "delete from audit_event where sequence > 1; delete from audit_chain where number = 1; update audit_chain set number = 1, began = 'new_database', predecessor = null",
    );
    expect(verify()).toMatchObject({ status: "broken", instance: store.instance });
  });

  it("keeps events that somebody made look old, so that retention does not remove them", async () => {
    const first = await openIn2000();
    for (let i = 0; i < 5; i++) await first.write([audit({ at: new Date().toISOString() })]);
    await first.close();
    meddle("update audit_event set at = '2001-01-01T00:00:00.000Z' where sequence between 2 and 4");
    await open();
    await expect.poll(() => storedEvents().map(({ sequence }) => sequence)).toStrictEqual([2, 3, 4, 5, 6]);
    expect(verify()).toMatchObject({ status: "broken", sequence: 2 });
  });

  it("is not cut at its front beyond a gap", async () => {
    const store = await openIn2000();
    for (let i = 1; i < 6; i++) await store.write([audit({ at: `2001-01-0${i}T00:00:00.000Z` })]);
    await store.close();
    meddle("delete from audit_event where sequence = 3");
    const second = await open();
    await expect.poll(() => storedEvents().map(({ sequence }) => sequence)).toStrictEqual([4, 5, 6]);
    await second.close();
    expect(verify()).toMatchObject({ status: "broken", sequence: 3 });
  });

  it("is cut at its front by retention, and still holds", async () => {
    const first = await openIn2000();
    for (let i = 0; i < 5; i++) await first.write([audit({ at: `2001-01-0${i + 1}T00:00:00.000Z` })]);
    await first.write([audit({ at: new Date().toISOString() })]);
    await first.close();
    const second = await open({ auditRetentionDays: 400 });
    await expect
      .poll(async () => (await second.read.auditEvents({ organizationId }, undefined, 9)).totalSize)
      .toBe(1);
    await second.write([audit({ at: new Date().toISOString() })]);
    expect(verify()).toStrictEqual({
      status: "intact",
      chains: [{ instance: second.instance, first: 7, last: 8 }],
    });
    await second.close();
    meddle("delete from audit_event where sequence = 7");
    expect(verify()).toMatchObject({ status: "broken", sequence: 7 });
  });

  it("holds whatever characters a request brought in", async () => {
    const store = await open();
    await store.write([audit({ resourceName: "a\0b\ud800c \ud83d\ude80", requestId: "\udfff" })]);
    store.note({ note: "event", event: sampleEvent({ resourceName: "\0" }) });
    await store.flush();
    const { items } = await store.read.auditEvents({ organizationId }, undefined, 9);
    expect(items.map(({ resourceName }) => resourceName)).toStrictEqual([
      "\ufffd",
      "a\ufffdb\ufffdc \ud83d\ude80",
    ]);
    expect(verify()).toMatchObject({ status: "intact" });
  });

  it("is verified while a server writes it", async () => {
    const store = await open();
    const writing = Promise.all(Array.from({ length: 200 }, () => store.write([audit()])));
    expect(verify()).toMatchObject({ status: "intact" });
    await writing;
    expect(verify()).toMatchObject({ status: "intact" });
  });

  it("is verified in short views, between which a server writes and retention removes", async () => {
    const first = await openIn2000();
    const old = Array.from({ length: 2 * eventsPerPart }, () => audit({ at: "2001-01-01T00:00:00.000Z" }));
    await first.write(old);
    const runner = new SqliteRunner(openDatabase(join(folder, "keymoor.db"), "read"));
    const verifyPart = (before: Verifying) => runner.snapshot(verifyAuditPart(auditKeyOf(auditKey), before));
    try {
      const part = verifyPart(verifyingStart);
      expect(part).toMatchObject({ status: "verifying", chains: [], at: { sequence: eventsPerPart } });
      expect(runner.database.isTransaction).toBe(false);
      await first.write([audit({ at: new Date().toISOString() })]);
      await first.close();
      const second = await open();
      await expect.poll(() => storedEvents().length, { timeout: 10_000 }).toBe(1);
      await second.write([audit({ at: new Date().toISOString() })]);
      let found: AuditVerdict | Verifying = part;
      while (found.status === "verifying") found = verifyPart(found);
      const chain = { instance: second.instance, first: 2 * eventsPerPart + 2, last: 2 * eventsPerPart + 3 };
      expect(found).toStrictEqual({ status: "intact", chains: [chain] });
    } finally {
      runner.database.close();
    }
  });

  it.each([
    [
      "a changed event",
      `update audit_event set count = 2 where sequence = ${eventsPerPart + 5}`,
      eventsPerPart + 5,
    ],
    ["a removed event", `delete from audit_event where sequence = ${eventsPerPart + 1}`, eventsPerPart + 1],
  ])("shows %s behind the first part", async (_, sql, sequence) => {
    const store = await open();
    await store.write(Array.from({ length: 2 * eventsPerPart }, () => audit()));
    expect(verify()).toMatchObject({ status: "intact", chains: [{ last: 2 * eventsPerPart + 1 }] });
    await store.close();
    meddle(sql);
    expect(verify()).toMatchObject({ status: "broken", sequence });
  });

  it("of a folder without a database is an error that says so", () => {
    expect(verify).toThrow(`There is no Keymoor database in ${folder}.`);
  });
});

/** Takes away what the migration of the orders of connections, and the one after it, brought. */
const beforeConnectionOrders = `
  drop index connection_by_status; drop index connection_by_creation; drop index connection_by_rotation;
  drop index connection_by_use; drop index audit_event_by_resource; alter table connection drop column rotated_at;
  alter table connection drop column last_used_at;
  drop index statement_by_principal;
  delete from schema_migration where name in ('0005-connection-orders', '0006-recent-statements')`;

/** Takes away what the migration of the control plane brought. */
const beforeControlPlane = `
  drop index principal_by_kind; drop index principal_by_email; drop index api_key_by_owner;
  drop index api_key_by_environment; drop index role_binding_by_environment; drop index role_binding_by_role;
  drop table session; drop table one_time_link; drop table identity_pool;
  alter table environment drop column governance_package; alter table environment drop column updated_at; alter table compute_pool drop column updated_at;
  alter table compute_pool drop column max_cfu; alter table compute_pool drop column default_pool;
  alter table principal drop column updated_at; alter table principal drop column description;
  alter table principal drop column disabled_at; alter table api_key drop column updated_at;
  alter table api_key drop column description; alter table role_binding drop column cloud;
  alter table role_binding drop column region;
  delete from schema_migration where name = '0004-control-plane'`;
