import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ConnectionRecord } from "./records.ts";
import type { ConnectionListFilter, ConnectionOrder, Store } from "./store.ts";
import { place, sampleConnection, sampleCreate, sampleCredential, sampleRotation } from "./test-records.ts";

const orders: readonly ConnectionOrder["by"][] = [
  "name",
  "type",
  "status",
  "created_at",
  "rotated_at",
  "last_used_at",
];

/** What every implementation of the store must do with lists of connections; `open` gives an empty one. */
export function testConnectionLists(
  name: string,
  open: () => Promise<{ store: Store; discard: () => Promise<void> }>,
): void {
  describe(`lists of connections on ${name}`, () => {
    let store: Store;
    let discard: () => Promise<void>;
    beforeEach(async () => {
      ({ store, discard } = await open());
    });
    afterEach(() => discard());

    const page = (filter: Partial<ConnectionListFilter>, after?: string, limit = 100) =>
      store.read.connections({ environmentId: place.environmentId, ...filter }, after, limit);
    const names = async (filter: Partial<ConnectionListFilter>) =>
      (await page(filter)).items.map((item) => item.name);
    const write = async (...changes: (Partial<ConnectionRecord> & { name: string })[]) => {
      await store.write(changes.map((change) => sampleCreate(change.name, change)));
    };
    /** Every page from the first to the last. */
    const walk = async (filter: Partial<ConnectionListFilter>, limit: number) => {
      const seen: ConnectionRecord[] = [];
      let after: string | undefined;
      do {
        const { items, next } = await page(filter, after, limit);
        seen.push(...items);
        after = next;
      } while (after !== undefined);
      return seen;
    };

    it("are found by a part of the name or the endpoint, in any case, where % and _ are themselves", async () => {
      await write(
        { name: "Sales_EU", endpoint: "https://a.example" },
        { name: "salesXeu", endpoint: "https://b.example" },
        { name: "other", endpoint: "https://SALES.example/100%25?x=\\" },
        { name: "none", endpoint: "https://\u00c9.example" },
      );
      expect(await names({ search: "sales" })).toStrictEqual(["Sales_EU", "other", "salesXeu"]);
      expect(await names({ search: "SALES_E" })).toStrictEqual(["Sales_EU"]);
      expect(await names({ search: "100%2" })).toStrictEqual(["other"]);
      expect(await names({ search: "%" })).toStrictEqual(["other"]);
      expect(await names({ search: "\\" })).toStrictEqual(["other"]);
      expect(await names({ search: "'" })).toStrictEqual([]);
      expect(await names({ search: "\u00c9.EX" })).toStrictEqual(["none"]);
    });

    it("are filtered by several types and phases, by cloud, by region, and by all of these at once", async () => {
      const ready = { phase: "READY", detail: "", checkedAt: null } as const;
      await write(
        { name: "a", type: "openai", status: ready },
        { name: "b", type: "rest", region: "eu-west-1" },
        { name: "c", type: "mongodb", cloud: "gcp", status: { ...ready, phase: "UNREACHABLE" } },
        { name: "d", type: "elastic", region: "eu-west-1", status: { ...ready, phase: "INVALID_AUTH" } },
      );
      expect(await names({ types: ["openai", "mongodb", "elastic"] })).toStrictEqual(["a", "c", "d"]);
      expect(await names({ phases: ["PENDING"] })).toStrictEqual(["b"]);
      expect(await names({ phases: ["READY", "UNREACHABLE", "INVALID_AUTH"] })).toStrictEqual([
        "a",
        "c",
        "d",
      ]);
      expect(await names({ in: { cloud: "aws" } })).toStrictEqual(["a", "b", "d"]);
      expect(await names({ in: { region: "us-east-1" } })).toStrictEqual(["a", "c"]);
      const all = { types: ["rest", "elastic"], in: { cloud: "aws", region: "eu-west-1" }, search: "openai" };
      expect(await names({ ...all, phases: ["INVALID_AUTH"] })).toStrictEqual(["d"]);
      expect(await names({ ...all, search: "nothing" })).toStrictEqual([]);
    });

    it("come in every order, from either end, each item once, on pages of any size", async () => {
      const phases = ["READY", "PENDING", "UNREACHABLE"] as const;
      const hour = (i: number) => `2026-11-${String(10 + (i % 3)).padStart(2, "0")}T10:00:00.000Z`;
      await write(
        ...Array.from({ length: 14 }, (_, i) => ({
          name: `c${(i * 5) % 14}`,
          type: ["rest", "openai"][i % 2] ?? "",
          region: ["us-east-1", "eu-west-1"][i % 2] ?? "",
          createdAt: hour(i),
          rotatedAt: hour(i + 1),
          lastUsedAt: i % 4 === 0 ? null : hour(i + 2),
          status: { phase: phases[i % 3] ?? "READY", detail: "", checkedAt: null },
        })),
      );
      const keyOf: Record<ConnectionOrder["by"], (item: ConnectionRecord) => string> = {
        name: (item) => item.name,
        type: (item) => `${item.type} ${item.name}`,
        status: (item) => `${item.status.phase} ${item.name}`,
        created_at: (item) => item.createdAt,
        rotated_at: (item) => item.rotatedAt,
        last_used_at: (item) => `${item.lastUsedAt ?? ""} ${item.createdAt}`,
      };
      for (const by of orders) {
        const up = await walk({ order: { by, isDescending: false } }, 100);
        const keys = up.map(keyOf[by]);
        expect([by, keys]).toStrictEqual([by, [...keys].sort()]);
        for (const limit of [1, 3, 14]) {
          const again = await walk({ order: { by, isDescending: false } }, limit);
          expect([by, limit, again.map(({ uid }) => uid)]).toStrictEqual([
            by,
            limit,
            up.map(({ uid }) => uid),
          ]);
          const down = await walk({ order: { by, isDescending: true } }, limit);
          expect(down.map(({ uid }) => uid)).toStrictEqual(up.map(({ uid }) => uid).reverse());
        }
        const some = { types: ["rest"], phases: ["READY", "PENDING"] as const, search: "c" };
        const wanted = up.filter(({ type, status }) => type === "rest" && status.phase !== "UNREACHABLE");
        expect(await walk({ ...some, order: { by, isDescending: false } }, 2)).toStrictEqual(wanted);
      }
    });

    it("are counted to the end by type, cloud and region, and to 1000 by phase and search", async () => {
      await write(
        ...Array.from({ length: 1001 }, (_, i) => ({
          name: `c${i}`,
          type: i < 3 ? "rest" : i < 5 ? "elastic" : "openai",
          region: i < 4 ? "eu-west-1" : "us-east-1",
        })),
      );
      const total = async (filter: Partial<ConnectionListFilter>) =>
        (await page(filter, undefined, 2)).totalSize;
      expect(await total({})).toBe(1001);
      expect(await total({ types: ["rest", "elastic", "none", "rest"] })).toBe(5);
      expect(await total({ in: { region: "eu-west-1" } })).toBe(4);
      expect(await total({ in: { cloud: "aws" } })).toBe(1001);
      expect(await total({ types: ["elastic"], in: { cloud: "aws", region: "us-east-1" } })).toBe(1);
      expect(await total({ phases: ["PENDING"] })).toBeUndefined();
      expect(await total({ search: "c" })).toBeUndefined();
      expect(await total({ search: "c", types: ["rest"] })).toBe(3);
      const [gone] = (await page({ search: "c1000" })).items;
      await store.write([{ do: "delete_connection", uid: gone?.uid ?? "" }]);
      expect(await total({ phases: ["PENDING"] })).toBe(1000);
      const first = await page({ search: "c" }, undefined, 600);
      expect(await page({ search: "c" }, first.next, 600)).toMatchObject({
        totalSize: 1000,
        next: undefined,
      });
    });

    it("know when the credential was changed last, and when a version was taken back to", async () => {
      const connection = sampleConnection({ name: "c1" });
      const { uid } = connection;
      const [second, third] = ["2026-11-21T10:00:00.000Z", "2026-11-22T10:00:00.000Z"];
      const rotatedAt = async () => (await store.read.connection(place, "c1"))?.rotatedAt;
      await store.write([{ do: "insert_connection", connection, credential: sampleCredential(uid) }]);
      expect(await rotatedAt()).toBe(connection.createdAt);
      await store.write([sampleRotation(uid, { version: 2, createdAt: second }, 1)]);
      await store.write([sampleRotation(uid, { version: 3, createdAt: third }, 2)]);
      expect(await rotatedAt()).toBe(third);
      const back = { do: "activate_credential", uid, updatedAt: third, updatedBy: "u" } as const;
      await store.write([{ ...back, version: 2, expectedResourceVersion: 3 }]);
      expect(await rotatedAt()).toBe(second);
    });

    it("know the last use of each connection, whoever made it, and none after it was replaced", async () => {
      await write({ name: "c1" });
      const before = await store.read.connection(place, "c1");
      expect(before?.lastUsedAt).toBeNull();
      const use = { note: "use", uid: before?.uid ?? "", useTokenId: null } as const;
      store.note({ ...use, principal: "u-1", at: "2026-11-20T10:30:00.000Z" });
      store.note({ ...use, principal: "u-2", at: "2026-11-20T10:20:00.000Z" });
      await store.flush();
      expect((await store.read.connection(place, "c1"))?.lastUsedAt).toBe("2026-11-20T10:30:00.000Z");
      expect((await store.read.connection(place, "c1"))?.resourceVersion).toBe(1);
      await store.write([{ ...sampleCreate("c1"), replaces: before?.uid ?? "" }]);
      expect((await store.read.connection(place, "c1"))?.lastUsedAt).toBeNull();
    });
  });
}
