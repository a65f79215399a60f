import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { writerFile } from "../../test/fixtures/writer-file.ts";
import { openSqliteStore } from "./sqlite-store.ts";
import { auditKey, sampleCreate } from "./test-records.ts";

let root: string;
let folder: string;
let store: Awaited<ReturnType<typeof openSqliteStore>>;
const ringKey = { id: "ring-1", purpose: "audit", sealed: new Uint8Array([5]), createdAt: "2026-11-20" };
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "keymoor-rewrap-"));
  // Its path stands in a statement.
  folder = join(root, "somebody's data");
  mkdirSync(folder);
  store = await openSqliteStore({
    folder,
    writerFile: await writerFile(),
    unlock: () => ({ auditKey, add: [ringKey] }),
    auditRetentionDays: 400,
  });
});
afterEach(async () => {
  await store.close();
  rmSync(root, { recursive: true });
});

const start = { connectionUid: "", version: 0 };

it("credentials of all connections are read in pages, each with what it is bound to", async () => {
  await store.write(["c1", "c2", "c3"].map((name) => sampleCreate(name)));
  const [first, ...none] = await store.read.credentialsAfter(start, 1);
  if (first === undefined) throw new Error("there are three");
  const rest = await store.read.credentialsAfter({ connectionUid: first.uid, version: first.version }, 10);
  expect([none.length, rest.length]).toEqual([0, 2]);
  expect([first, ...rest].map(({ name }) => name).sort()).toEqual(["c1", "c2", "c3"]);
  const connection = await store.read.connection(first, first.name);
  expect(connection).toMatchObject({ uid: first.uid, endpoint: first.endpoint, type: first.type });
});

it("what is sealed is exchanged only where it is still what was read", async () => {
  await store.write([sampleCreate("c1")]);
  const [row] = await store.read.credentialsAfter(start, 10);
  if (row === undefined) throw new Error("there is one");
  const at = { connectionUid: row.uid, version: row.version };
  const to = new Uint8Array([7, 7]);
  const exchange = (from: Uint8Array, next: Uint8Array) =>
    store.write([
      {
        do: "rewrap",
        credentials: [{ ...at, from, to: next }],
        ringKeys: [{ id: ringKey.id, from: ringKey.sealed, to: next }],
      },
    ]);
  await exchange(row.sealed, to);
  await exchange(row.sealed, new Uint8Array([9]));
  expect([...((await store.read.credential(row.uid, row.version))?.sealed ?? [])]).toEqual([...to]);
  expect((await store.read.ringKeys()).map(({ sealed }) => [...sealed])).toEqual([[...to]]);
});

it("after it was compacted, no file holds what was overwritten", async () => {
  const marker = Buffer.from("sealed under a key of yesterday");
  await store.write([sampleCreate("c1")]);
  const [row] = await store.read.credentialsAfter(start, 10);
  if (row === undefined) throw new Error("there is one");
  const at = { connectionUid: row.uid, version: row.version };
  const holds = () => readdirSync(folder).filter((name) => readFileSync(join(folder, name)).includes(marker));
  await store.write([{ do: "rewrap", credentials: [{ ...at, from: row.sealed, to: marker }], ringKeys: [] }]);
  expect(holds()).not.toEqual([]);
  await store.write([{ do: "rewrap", credentials: [{ ...at, from: marker, to: row.sealed }], ringKeys: [] }]);
  await Promise.all([store.compact(), store.compact(), store.write([sampleCreate("c2")])]);
  expect(holds()).toEqual([]);
  expect((await store.read.credentialsAfter(start, 10)).length).toBe(2);
});
