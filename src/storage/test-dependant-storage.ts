import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newEnvironment } from "./new-records.ts";
import type { DefinitionChange } from "./records.ts";
import type { Step, Store } from "./store.ts";
import { at, organizationId, place, sampleCreate, sampleStatement } from "./test-records.ts";

/** What every implementation of the store must do with what definitions name, and with who calls; `open` gives an empty one. */
export function testDependantStorage(
  name: string,
  open: () => Promise<{ store: Store; discard: () => Promise<void> }>,
): void {
  describe(`dependants on ${name}`, () => {
    let store: Store;
    let discard: () => Promise<void>;
    let statements: number;
    beforeEach(async () => {
      ({ store, discard } = await open());
      statements = 0;
    });
    afterEach(() => discard());

    /** A definition of a table in a statement of its own: `s1`, `s2` ... `named` are connections by what names them. */
    const record = async (
      objectName: string,
      change: DefinitionChange,
      named: Readonly<Record<string, string>> = {},
      more: { readonly region?: string; readonly objectKind?: string } = {},
    ): Promise<string> => {
      statements += 1;
      const { objectKind = "TABLE", region = place.region } = more;
      const statement = sampleStatement(`s${statements}`, { region });
      const steps: Step[] = [
        { do: "insert_statement", record: statement, rows: [] },
        {
          do: "record_definition",
          object: { ...place, region, objectKind, objectName },
          statementName: statement.name,
          change,
          named: Object.entries(named).map(([namedBy, connectionName]) => ({ namedBy, connectionName })),
        },
      ];
      await store.write(steps);
      return statement.uid;
    };
    const define: DefinitionChange = { kind: "define", ifNotExists: false };
    const found = async (connection: string, region = place.region) =>
      (await store.read.dependants({ ...place, region }, connection, undefined, 9)).items.map(
        ({ objectName, namedBy, statementName }) => `${objectName} ${namedBy} ${statementName}`,
      );

    it("are found by the connection, with their statement's facts", async () => {
      await record("orders", define, { "mongodb.connection": "c1", "USING CONNECTION": "c2" });
      await record("orders", define, { "x.connection": "c1" }, { objectKind: "MODEL" });
      expect(await store.read.dependants(place, "c1", undefined, 9)).toStrictEqual({
        items: [
          {
            objectKind: "TABLE",
            objectName: "orders",
            namedBy: "mongodb.connection",
            statementName: "s1",
            number: 0,
            principal: "u-yo9j87",
            createdAt: at,
          },
          {
            objectKind: "MODEL",
            objectName: "orders",
            namedBy: "x.connection",
            statementName: "s2",
            number: 0,
            principal: "u-yo9j87",
            createdAt: at,
          },
        ],
        next: undefined,
        totalSize: undefined,
      });
      expect(await found("c2")).toStrictEqual(["orders USING CONNECTION s1"]);
      expect(await found("c3")).toStrictEqual([]);
    });

    it("come page by page, one statement's in the order in which they stand", async () => {
      await record("t", define, { "a.connection": "c", "b.connection": "c", "c.connection": "c" });
      await record("u", define, { "a.connection": "c" });
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page = await store.read.dependants(place, "c", after, 1);
        seen.push(...page.items.map(({ objectName, namedBy }) => `${objectName} ${namedBy}`));
        after = page.next;
      } while (after !== undefined);
      expect(seen).toStrictEqual(["t a.connection", "t b.connection", "t c.connection", "u a.connection"]);
    });

    it("of another region are others", async () => {
      await record("t", define, { "a.connection": "c" });
      await record("t", define, { "a.connection": "c" }, { region: "eu-west-1" });
      await record("t", { kind: "drop" });
      expect(await found("c")).toStrictEqual([]);
      expect(await found("c", "eu-west-1")).toStrictEqual(["t a.connection s2"]);
    });

    it("go when their object is defined anew, and stay when it is created only if it is not there", async () => {
      await record("t", define, { "a.connection": "c", "b.connection": "d" });
      await record("t", { kind: "define", ifNotExists: true }, { "a.connection": "e" });
      expect([await found("c"), await found("e")]).toStrictEqual([["t a.connection s1"], []]);
      await record("t", define, { "a.connection": "e" });
      expect([await found("c"), await found("d"), await found("e")]).toStrictEqual([
        [],
        [],
        ["t a.connection s3"],
      ]);
      await record("u", { kind: "define", ifNotExists: true }, { "a.connection": "c" });
      expect(await found("c")).toStrictEqual(["u a.connection s4"]);
    });

    it("change by key", async () => {
      await record("t", define, { "a.connection": "c", "b.connection": "c" });
      await record("t", { kind: "alter" }, { "a.connection": "d" });
      expect([await found("c"), await found("d")]).toStrictEqual([
        ["t b.connection s1"],
        ["t a.connection s2"],
      ]);
      await record("t", { kind: "reset", keys: ["a.connection", "z.connection"] });
      expect([await found("c"), await found("d")]).toStrictEqual([["t b.connection s1"], []]);
    });

    it("follow a new name and end with a drop", async () => {
      await record("t", define, { "a.connection": "c" });
      await record("u", define, { "a.connection": "d" });
      await record("t", { kind: "rename", to: "t" });
      await record("t", { kind: "rename", to: "u" });
      expect([await found("c"), await found("d")]).toStrictEqual([["u a.connection s1"], []]);
      await record("t", { kind: "drop" });
      expect(await found("c")).toStrictEqual(["u a.connection s1"]);
      await record("u", { kind: "drop" });
      expect(await found("c")).toStrictEqual([]);
    });

    it("go with the statement that brought them", async () => {
      const uid = await record("t", define, { "a.connection": "c" });
      await record("t", { kind: "alter" }, { "b.connection": "c" });
      await store.write([{ do: "delete_statement", uid }]);
      expect(await found("c")).toStrictEqual(["t b.connection s2"]);
    });

    it("go with their environment, so that nothing of them meets the next one of its id", async () => {
      const environment = (id: string): Step => ({
        do: "insert_environment",
        record: newEnvironment({ id, organizationId, name: id }, at),
      });
      await store.write([environment("env-other1"), environment(place.environmentId)]);
      await record("t", define, { "a.connection": "c" });
      await store.write([{ do: "delete_environment", id: place.environmentId }]);
      await store.write([environment(place.environmentId)]);
      statements = 0;
      await record("u", define, { "a.connection": "c" });
      expect(await found("c")).toStrictEqual(["u a.connection s1"]);
    });

    it("outlive the connection that they name, and are there for the next of its name", async () => {
      await store.write([sampleCreate("c")]);
      const uid = (await store.read.connection(place, "c"))?.uid ?? "";
      await record("t", define, { "a.connection": "c" });
      await store.write([{ do: "delete_connection", uid }]);
      expect(await found("c")).toStrictEqual(["t a.connection s1"]);
    });

    it("by calls are the callers, each of their use tokens apart, the last one first", async () => {
      await store.write([sampleCreate("c")]);
      const uid = (await store.read.connection(place, "c"))?.uid ?? "";
      const use = (day: number, principal: string, useTokenId: string | null) =>
        store.note({ note: "use", uid, at: `2026-11-${day}T10:00:00.000Z`, principal, useTokenId });
      use(17, "u-0", null);
      use(18, "u-1", null);
      use(18, "u-1", "t1");
      use(19, "u-1", "t1");
      use(20, "u-2", null);
      await store.flush();
      const callers = [
        { principal: "u-2", useTokenId: "", calls: 1, lastAt: "2026-11-20T10:00:00.000Z" },
        { principal: "u-1", useTokenId: "t1", calls: 2, lastAt: "2026-11-19T10:00:00.000Z" },
        { principal: "u-1", useTokenId: "", calls: 1, lastAt: "2026-11-18T10:00:00.000Z" },
      ];
      expect(await store.read.callers(uid, "2026-11-18", 9)).toStrictEqual(callers);
      expect(await store.read.callers(uid, "2026-11-18", 2)).toStrictEqual(callers.slice(0, 2));
    });
  });
}
