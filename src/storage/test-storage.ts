import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newApiKey, newComputePool, newEnvironment, newRoleBinding, newUser } from "./new-records.ts";
import type { Step, Store } from "./store.ts";
import {
  at,
  later,
  organizationId,
  place,
  sampleConnection,
  sampleCreate,
  sampleCredential,
  sampleEvent,
  sampleRotation,
  sampleStatement,
  sampleUseToken,
} from "./test-records.ts";

/** What every implementation of the store must do; `open` gives an empty one. */
export function testStorage(
  name: string,
  open: () => Promise<{ store: Store; discard: () => Promise<void> }>,
): void {
  describe(`a store on ${name}`, () => {
    let store: Store;
    let discard: () => Promise<void>;
    beforeEach(async () => {
      ({ store, discard } = await open());
    });
    afterEach(() => discard());

    const list = (filter: object = {}, after?: string, limit = 100) =>
      store.read.connections({ environmentId: place.environmentId, in: place, ...filter }, after, limit);
    const names = async (...args: Parameters<typeof list>) =>
      (await list(...args)).items.map((item) => item.name);
    const createdUid = async (connectionName: string) => {
      const found = await store.read.connection(place, connectionName);
      expect(found).toBeDefined();
      return found?.uid ?? "";
    };

    describe("connections", () => {
      it("come back as they were written", async () => {
        const connection = sampleConnection({
          name: "my-openai",
          options: { "transport-type": "SSE" },
          comment: "it's \ud83d\ude80 'here'",
          status: { phase: "UNREACHABLE", detail: "Connection refused", checkedAt: later },
        });
        await store.write([
          { do: "insert_connection", connection, credential: sampleCredential(connection.uid) },
        ]);
        expect(await store.read.connection(place, "my-openai")).toStrictEqual(connection);
        expect((await list()).items).toStrictEqual([connection]);
        const credential = await store.read.credential(connection.uid, 1);
        expect(credential).toMatchObject({ version: 1, authMethod: "api-key", options: {} });
        expect([...(credential?.sealed ?? [])]).toStrictEqual([1, 2, 3]);
        expect(await store.read.connection({ ...place, region: "eu-west-1" }, "my-openai")).toBeUndefined();
        expect(await store.read.connection(place, "My-Openai")).toBeUndefined();
      });

      it("are not found, and not made, by a name cut off at a NUL", async () => {
        await store.write([sampleCreate("c1")]);
        await expect(store.read.connection(place, "c1\0x")).rejects.toMatchObject({
          code: "invalid_request",
        });
        await expect(store.write([sampleCreate("c2\0x")])).rejects.toMatchObject({ code: "invalid_request" });
        expect(await names()).toStrictEqual(["c1"]);
      });

      it("have a name once per region, and of many who want it at once exactly one gets it", async () => {
        const attempts = await Promise.allSettled(
          Array.from({ length: 20 }, () => store.write([sampleCreate("c1")])),
        );
        expect(attempts.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
        for (const attempt of attempts) {
          if (attempt.status === "rejected") {
            expect(attempt.reason).toMatchObject({ name: "KeymoorError", code: "resource_already_exists" });
          }
        }
        await store.write([sampleCreate("c1", { region: "eu-west-1" })]);
        expect(
          (await store.read.connectionsNamed(place.environmentId, "c1")).map((item) => item.region),
        ).toStrictEqual(["eu-west-1", "us-east-1"]);
        expect((await list()).totalSize).toBe(1);
        expect(
          (await store.read.connections({ environmentId: place.environmentId }, undefined, 9)).totalSize,
        ).toBe(2);
      });

      it("are listed in byte order, whatever order they came in", async () => {
        for (const each of ["b", "a.b", "a-b", "B", "a", "a_b", "Z9", "0"]) {
          await store.write([sampleCreate(each)]);
        }
        const sorted = ["0", "B", "Z9", "a", "a-b", "a.b", "a_b", "b"];
        expect(await names()).toStrictEqual(sorted);
        expect(await store.read.connectionNames(place)).toStrictEqual(sorted);
      });

      it("are paged by key, to the end and no further, also while others come and go", async () => {
        await store.write(
          Array.from({ length: 25 }, (_, i) => sampleCreate(`c${String(i).padStart(2, "0")}`)),
        );
        const first = await list({}, undefined, 10);
        expect(first).toMatchObject({ next: "c09", totalSize: 25 });
        await store.write([{ do: "delete_connection", uid: await createdUid("c09") }, sampleCreate("c09x")]);
        const second = await list({}, first.next, 10);
        expect(second.items.map((item) => item.name).slice(0, 2)).toStrictEqual(["c09x", "c10"]);
        const third = await list({}, second.next, 6);
        expect(third.items.at(-1)?.name).toBe("c24");
        expect(third.next).toBeUndefined();
        expect(await list({}, "c24", 10)).toMatchObject({ items: [], next: undefined, totalSize: 25 });
      });

      it("are paged over all regions by name, cloud and region", async () => {
        for (const region of ["us-east-1", "eu-west-1", "ap-south-1"]) {
          await store.write([sampleCreate("a", { region }), sampleCreate("b", { region })]);
        }
        const seen: string[] = [];
        let after: string | undefined;
        do {
          const page = await store.read.connections({ environmentId: place.environmentId }, after, 4);
          seen.push(...page.items.map((item) => `${item.name} ${item.region}`));
          after = page.next;
        } while (after !== undefined);
        expect(seen).toStrictEqual([
          "a ap-south-1",
          "a eu-west-1",
          "a us-east-1",
          "b ap-south-1",
          "b eu-west-1",
          "b us-east-1",
        ]);
        const foreign = store.read.connections({ environmentId: place.environmentId }, "no-such-key", 4);
        await expect(foreign).rejects.toMatchObject({ code: "invalid_page_token" });
      });

      it("are counted per type without counting", async () => {
        await store.write([sampleCreate("a"), sampleCreate("b", { type: "rest" }), sampleCreate("c")]);
        expect(await list({ types: ["openai"] }, undefined, 1)).toMatchObject({ totalSize: 2, next: "a" });
        expect(await names({ types: ["openai"] }, "a")).toStrictEqual(["c"]);
        expect(await list({ types: ["nope"] })).toMatchObject({ totalSize: 0, items: [] });
        await store.write([{ do: "delete_connection", uid: await createdUid("a") }]);
        expect(await list({ types: ["openai"] })).toMatchObject({ totalSize: 1 });
        expect(await list()).toMatchObject({ totalSize: 2 });
      });

      it("are replaced in one transaction", async () => {
        await store.write([sampleCreate("c1")]);
        const uid = await createdUid("c1");
        await store.write([{ do: "delete_connection", uid }, sampleCreate("c1", { type: "rest" })]);
        expect(await store.read.connection(place, "c1")).toMatchObject({ type: "rest" });
        expect(await store.read.credential(uid, 1)).toBeUndefined();
      });

      it("that are gone are not found by later changes", async () => {
        for (const step of [
          { do: "delete_connection", uid: "gone" },
          sampleRotation("gone", { version: 2 }, 1),
          {
            do: "activate_credential",
            uid: "gone",
            expectedResourceVersion: 1,
            version: 1,
            updatedAt: at,
            updatedBy: "u",
          },
        ] satisfies Step[]) {
          await expect(store.write([step])).rejects.toMatchObject({ code: "connection_not_found" });
        }
      });
    });

    describe("rotation", () => {
      it("appends a version, moves the pointer, and keeps as many versions as it is told", async () => {
        await store.write([sampleCreate("c1")]);
        const uid = await createdUid("c1");
        for (const version of [2, 3, 4]) {
          await store.write([
            sampleRotation(uid, { version, authMethod: "basic", options: { v: `${version}` } }, version - 1),
          ]);
        }
        expect(await store.read.connection(place, "c1")).toMatchObject({
          resourceVersion: 4,
          credentialVersion: 4,
          authMethod: "basic",
          options: { v: "4" },
          updatedAt: later,
          updatedBy: "u-other",
          createdBy: "u-yo9j87",
        });
        const kept = await store.read.credentialVersions(uid);
        expect(kept.map(({ version }) => version)).toStrictEqual([4, 3, 2]);
        expect(kept[0]).not.toHaveProperty("sealed");
        await store.write([sampleRotation(uid, { version: 5 }, 4, 1)]);
        expect(await store.read.credentialVersions(uid)).toHaveLength(1);
      });

      it("pushes out only what its author made in a row, when it is told so", async () => {
        await store.write([sampleCreate("c1")]);
        const uid = await createdUid("c1");
        const authors = ["u-1", "server", "server", "u-2", "server", "server", "server", "server"];
        for (const [index, createdBy] of authors.entries()) {
          const rotation = sampleRotation(uid, { version: index + 2, createdBy }, index + 1, 99);
          const own = { ...rotation, keepVersions: 2, keepOf: "same_author" } as const;
          await store.write([createdBy === "server" ? own : rotation]);
        }
        const kept = await store.read.credentialVersions(uid);
        expect(kept.map(({ version }) => version)).toStrictEqual([9, 8, 5, 4, 3, 2, 1]);
      });

      it("forgets what a check found out with the version before, and so does taking it back", async () => {
        const checked = { phase: "UNREACHABLE", detail: "Refused", checkedAt: at } as const;
        const pending = { phase: "PENDING", detail: "", checkedAt: null };
        const connection = sampleConnection({ name: "c1", status: checked });
        const { uid } = connection;
        const credential = sampleCredential(uid);
        await store.write([{ do: "insert_connection", connection, credential }]);
        await store.write([sampleRotation(uid, { version: 2 }, 1)]);
        expect((await store.read.connection(place, "c1"))?.status).toStrictEqual(pending);

        const other = sampleConnection({ name: "c2", status: checked });
        await store.write([
          { do: "insert_connection", connection: other, credential: sampleCredential(other.uid) },
          {
            do: "activate_credential",
            uid: other.uid,
            expectedResourceVersion: 1,
            version: 1,
            updatedAt: later,
            updatedBy: "u-back",
          },
        ]);
        expect((await store.read.connection(place, "c2"))?.status).toStrictEqual(pending);
      });

      it("is refused when someone else was faster", async () => {
        await store.write([sampleCreate("c1")]);
        const uid = await createdUid("c1");
        const attempts = await Promise.allSettled(
          [0, 1, 2, 3].map((i) => store.write([sampleRotation(uid, { version: 2, createdBy: `u-${i}` }, 1)])),
        );
        expect(attempts.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
        await expect(store.write([sampleRotation(uid, { version: 2 }, 2)])).rejects.toMatchObject({
          code: "resource_version_conflict",
        });
        expect(await store.read.connection(place, "c1")).toMatchObject({ resourceVersion: 2 });
      });

      it("can be taken back to a version that is still sealed", async () => {
        await store.write([sampleCreate("c1", { options: {} })]);
        const uid = await createdUid("c1");
        await store.write([sampleRotation(uid, { version: 2, options: { v: "2" } }, 1)]);
        const back = { do: "activate_credential", uid, updatedAt: later, updatedBy: "u-back" } as const;
        await store.write([{ ...back, version: 1, expectedResourceVersion: 2 }]);
        expect(await store.read.connection(place, "c1")).toMatchObject({
          credentialVersion: 1,
          resourceVersion: 3,
          options: {},
          updatedBy: "u-back",
        });
        await expect(
          store.write([{ ...back, version: 9, expectedResourceVersion: 3 }]),
        ).rejects.toMatchObject({ code: "credential_version_not_found" });
        await expect(
          store.write([{ ...back, version: 2, expectedResourceVersion: 2 }]),
        ).rejects.toMatchObject({ code: "resource_version_conflict" });
      });
    });

    describe("writes", () => {
      it("hold as a whole or leave nothing", async () => {
        await store.write([sampleCreate("taken")]);
        const before = await store.read.auditEvents({ organizationId }, undefined, 100);
        await expect(
          store.write([
            sampleCreate("new"),
            { do: "append_audit", event: sampleEvent() },
            sampleCreate("taken"),
          ]),
        ).rejects.toMatchObject({ code: "resource_already_exists" });
        expect(await names()).toStrictEqual(["taken"]);
        expect((await list()).totalSize).toBe(1);
        expect(await store.read.auditEvents({ organizationId }, undefined, 100)).toStrictEqual(before);
      });

      it("that fail do not fail those that share their commit", async () => {
        await store.write([sampleCreate("taken")]);
        const results = await Promise.allSettled(
          Array.from({ length: 60 }, (_, i) =>
            store.write([
              sampleCreate(i % 3 === 0 ? "taken" : `c${i}`),
              { do: "append_audit", event: sampleEvent({ resourceName: `c${i}` }) },
            ]),
          ),
        );
        results.forEach((result, i) => {
          expect(result.status).toBe(i % 3 === 0 ? "rejected" : "fulfilled");
        });
        expect(await list()).toMatchObject({ totalSize: 41 });
        expect(await store.read.auditEvents({ organizationId }, undefined, 1)).toMatchObject({
          totalSize: 40,
        });
      });

      it("are seen by every read that begins after they are acknowledged", async () => {
        await Promise.all(
          Array.from({ length: 50 }, async (_, i) => {
            await store.write([sampleCreate(`c${i}`)]);
            expect(await store.read.connection(place, `c${i}`)).toBeDefined();
          }),
        );
      });

      it("after closing are refused, while those before are kept", async () => {
        const last = store.write([sampleCreate("last")]);
        const closed = store.close();
        await expect(store.write([sampleCreate("late")])).rejects.toMatchObject({ code: "stopping" });
        await Promise.all([last, closed]);
      });
    });

    describe("numbers for monitoring", () => {
      it("count connections by type and phase, and messages that wait", async () => {
        await store.write([
          sampleCreate("a"),
          sampleCreate("b", { region: "eu-west-1" }),
          sampleCreate("c", { type: "rest", status: { phase: "READY", detail: "", checkedAt: at } }),
          {
            do: "insert_webhook",
            record: {
              id: "w",
              connectionUid: "c",
              createdAt: at,
              body: "{}",
              attempts: 0,
              dueAt: at,
              claimedUntil: null,
            },
          },
        ]);
        expect(await store.read.connectionCounts()).toStrictEqual([
          { type: "openai", phase: "PENDING", count: 2 },
          { type: "rest", phase: "READY", count: 1 },
        ]);
        expect(await store.read.pendingWebhooks()).toBe(1);
      });

      it("have the last certificate that each connection's checks saw, page by page", async () => {
        await store.write([
          sampleCreate("a", { uid: "uid-1" }),
          sampleCreate("b", { uid: "uid-2" }),
          sampleCreate("c", { uid: "uid-3" }),
        ]);
        const check = (id: string, certificateExpiresAt: string | null): Step => ({
          do: "record_check",
          check: {
            connectionUid: "uid-2",
            id,
            at,
            trigger: "asked",
            outcome: "accepted",
            phase: "PENDING",
            detail: "",
            credentialVersion: 1,
            durationMs: 1,
            certificateExpiresAt,
            steps: [],
          },
          expectedPhase: "PENDING",
          statusDetail: "",
          dueAt: null,
          failures: 0,
          unfinished: 0,
          refused: false,
        });
        for (const [id, expiresAt] of [
          ["1", later],
          ["2", at],
          ["3", null],
        ] as const) {
          await store.write([check(id, expiresAt)]);
        }
        expect(await store.read.certificatesAfter("", 2)).toStrictEqual([
          { uid: "uid-1", ...place, name: "a", expiresAt: null },
          { uid: "uid-2", ...place, name: "b", expiresAt: at },
        ]);
        expect(await store.read.certificatesAfter("uid-2", 2)).toMatchObject([{ uid: "uid-3" }]);
      });
    });

    describe("statements", () => {
      it("come back with their rows, in pages of any size", async () => {
        const record = sampleStatement("s1", {
          properties: { "sql.current-catalog": "default" },
          traits: {
            sqlKind: "SHOW_CONNECTIONS",
            isBounded: true,
            isAppendOnly: true,
            columns: [],
            connectionRefs: [],
          },
          labels: { team: "a" },
          stopped: true,
        });
        const rows = Array.from({ length: 250 }, (_, i) => [`c${i}`, null]);
        await store.write([{ do: "insert_statement", record, rows }]);
        expect(await store.read.statement(place.environmentId, "s1")).toStrictEqual(record);
        for (const [offset, limit] of [
          [0, 250],
          [95, 10],
          [100, 100],
          [249, 5],
          [250, 5],
          [0, 1],
        ] as const) {
          expect(await store.read.statementRows(place.environmentId, "s1", offset, limit)).toStrictEqual({
            rows: rows.slice(offset, offset + limit),
            total: 250,
          });
        }
        expect(await store.read.statementRows(place.environmentId, "nope", 0, 5)).toStrictEqual({
          rows: [],
          total: 0,
        });
      });

      it("of one principal come newest first, page by page, those of one second too", async () => {
        const times = ["2026-11-20T09:00:00.000Z", "2026-11-20T09:00:01.000Z", "2026-11-20T09:00:01.000Z"];
        const records = times.map((createdAt, index) => sampleStatement(`s${index + 1}`, { createdAt }));
        const others = [
          sampleStatement("s4", { principal: "sa-other" }),
          sampleStatement("s5", { region: "eu-west-1" }),
        ];
        await store.write(
          [...records, ...others].map((record) => ({ do: "insert_statement", record, rows: [] })),
        );
        const names: string[] = [];
        let after: string | undefined;
        do {
          const page = await store.read.recentStatements(place, "u-yo9j87", after, 1);
          names.push(...page.items.map(({ name }) => name));
          after = page.next;
        } while (after !== undefined);
        expect([names.slice(0, 2).sort(), names.slice(2)]).toStrictEqual([["s2", "s3"], ["s1"]]);
      });

      it("are filtered by compute pool and labels, and counted", async () => {
        const insert = (
          name: string,
          computePoolId: string | null,
          labels: Record<string, string>,
        ): Step => ({
          do: "insert_statement",
          record: sampleStatement(name, { computePoolId, labels }),
          rows: [],
        });
        await store.write([
          insert("s1", "p1", { team: "a", tier: "x" }),
          insert("s2", "p1", { team: "b" }),
          insert("s3", null, { team: "a" }),
        ]);
        const found = async (filter: object) => {
          const page = await store.read.statements(
            { environmentId: place.environmentId, in: place, ...filter },
            undefined,
            1,
          );
          return [page.items[0]?.name, page.totalSize];
        };
        expect(await found({})).toStrictEqual(["s1", 3]);
        expect(await found({ computePoolId: "p1" })).toStrictEqual(["s1", 2]);
        expect(await found({ labels: { team: "a" } })).toStrictEqual(["s1", 2]);
        expect(await found({ labels: { team: "a", tier: "x" } })).toStrictEqual(["s1", 1]);
        expect(await found({ labels: { team: "b" }, computePoolId: "p1" })).toStrictEqual(["s2", 1]);
        const uid = (await store.read.statement(place.environmentId, "s3"))?.uid ?? "";
        await store.write([
          {
            do: "update_statement",
            uid,
            expectedResourceVersion: 1,
            change: { computePoolId: "p1", labels: { team: "c" }, stopped: true, phase: "STOPPED" },
            updatedAt: later,
          },
        ]);
        expect(await found({ computePoolId: "p1" })).toStrictEqual(["s1", 3]);
        expect(await found({ labels: { team: "c" } })).toStrictEqual(["s3", 1]);
        expect(await store.read.statement(place.environmentId, "s3")).toMatchObject({
          stopped: true,
          phase: "STOPPED",
          resourceVersion: 2,
          updatedAt: later,
        });
        await store.write([{ do: "delete_statement", uid }]);
        expect(await found({})).toStrictEqual(["s1", 2]);
      });

      it("refuse a taken name, a stale version and a missing statement", async () => {
        const { environmentId } = place;
        const record = sampleStatement("s1");
        const insert: Step = { do: "insert_statement", record, rows: [] };
        await store.write([insert]);
        await expect(
          store.write([{ ...insert, record: sampleStatement("s1", { region: "eu-west-1" }) }]),
        ).rejects.toMatchObject({ code: "statement_already_exists" });
        const update = { do: "update_statement", change: { stopped: true }, updatedAt: later } as const;
        await expect(
          store.write([{ ...update, uid: record.uid, expectedResourceVersion: 7 }]),
        ).rejects.toMatchObject({ code: "resource_version_conflict" });
        for (const step of [
          { ...update, uid: "gone", expectedResourceVersion: 1 },
          { do: "delete_statement", uid: "gone" },
        ] satisfies Step[]) {
          await expect(store.write([step])).rejects.toMatchObject({ code: "statement_not_found" });
        }
        expect(await store.read.statement(environmentId, "s1")).toStrictEqual(record);
      });

      it("made anew under the name of one that is gone are not touched by changes meant for that one", async () => {
        const [old, fresh] = [sampleStatement("s1"), sampleStatement("s1")];
        await store.write([{ do: "insert_statement", record: old, rows: [["old"]] }]);
        await store.write([{ do: "delete_statement", uid: old.uid }]);
        await store.write([{ do: "insert_statement", record: fresh, rows: [["fresh"]] }]);
        for (const step of [
          {
            do: "update_statement",
            uid: old.uid,
            expectedResourceVersion: 1,
            change: { stopped: true, phase: "STOPPED" },
            updatedAt: later,
          },
          { do: "delete_statement", uid: old.uid },
        ] satisfies Step[]) {
          await expect(store.write([step])).rejects.toMatchObject({ code: "statement_not_found" });
        }
        expect(await store.read.statement(place.environmentId, "s1")).toStrictEqual(fresh);
        expect(await store.read.statementRows(place.environmentId, "s1", 0, 9)).toStrictEqual({
          rows: [["fresh"]],
          total: 1,
        });
      });
    });

    describe("access", () => {
      it("records come back as they were written, and none is overwritten", async () => {
        const organization = { id: organizationId, name: "Acme", createdAt: at };
        const environment = newEnvironment({ id: place.environmentId, organizationId, name: "default" }, at);
        const regions = [
          { cloud: "aws", region: "us-east-1", endpoint: null, listen: null, position: 0 },
          {
            cloud: "aws",
            region: "eu-west-1",
            endpoint: "https://eu.example.com",
            listen: "0.0.0.0:1",
            position: 1,
          },
        ];
        const pool = newComputePool({ ...place, id: "lfcp-x7rgx1", name: "pool1" }, at);
        const user = newUser(
          { id: "u-1", name: "Dev", email: "d@example.com", passwordHash: "$scrypt$" },
          at,
        );
        const binding = newRoleBinding(
          { id: "rb-1", principalId: "u-1", role: "FlinkAdmin", organizationId },
          at,
        );
        const apiKey = newApiKey(
          { id: "foo", secretMac: new Uint8Array([9]), ownerId: "u-1", name: "k" },
          at,
        );
        const ringKey = { id: "r-1", purpose: "audit", sealed: new Uint8Array([8]), createdAt: at };
        const steps: Step[] = [
          { do: "insert_organization", record: organization },
          { do: "insert_environment", record: environment },
          ...regions.map((record): Step => ({ do: "insert_region", record })),
          { do: "insert_compute_pool", record: pool },
          { do: "insert_principal", record: user },
          { do: "insert_role_binding", record: binding },
          { do: "insert_api_key", record: apiKey },
          { do: "insert_ring_key", record: ringKey },
          { do: "mark_seeded", kind: "user", key: "u-1" },
        ];
        await store.write(steps);
        expect(await store.read.organizations()).toStrictEqual([organization]);
        expect(await store.read.environments()).toStrictEqual([environment]);
        expect(await store.read.environment(place.environmentId)).toStrictEqual(environment);
        expect(await store.read.regions()).toStrictEqual(regions);
        const moved = { endpoint: "http://localhost:8092", listen: "localhost:8092" };
        for (const [position, { cloud, region }] of regions.entries()) {
          await store.write([{ do: "set_region_origin", record: { cloud, region, ...moved } }]);
          expect((await store.read.regions())[position]).toStrictEqual({ cloud, region, position, ...moved });
        }
        expect(await store.read.computePools(place.environmentId)).toStrictEqual([pool]);
        expect(await store.read.principal("u-1")).toStrictEqual(user);
        expect(await store.read.principals()).toStrictEqual([user]);
        expect(await store.read.roleBindings("u-1")).toStrictEqual([binding]);
        expect(await store.read.apiKey("foo")).toMatchObject({ ownerId: "u-1", environmentId: null });
        expect((await store.read.ringKeys()).some(({ id }) => id === "r-1")).toBe(true);
        expect(await store.read.isSeeded("user", "u-1")).toBe(true);
        expect(await store.read.isSeeded("user", "u-2")).toBe(false);
        for (const step of steps) {
          if (step.do === "mark_seeded") await store.write([step]);
          else await expect(store.write([step])).rejects.toMatchObject({ code: "resource_already_exists" });
        }
      });

      it("use tokens are listed to the one who made them alone, where that is asked for", async () => {
        const { environmentId } = place;
        for (const [id, createdBy] of [
          ["t1", "u-1"],
          ["t2", "u-2"],
          ["t3", "u-1"],
          ["t4", "u-2"],
          ["t5", "u-1"],
        ] as const) {
          await store.write([{ do: "insert_use_token", record: sampleUseToken(id, { createdBy }) }]);
        }
        const found = async (filter: object) => {
          const { items, next, totalSize } = await store.read.useTokens({
            environmentId,
            limit: 2,
            ...filter,
          });
          return [items.map(({ id }) => id), next, totalSize];
        };
        expect(await found({})).toStrictEqual([["t1", "t2"], "t2", 5]);
        expect(await found({ createdBy: "u-1" })).toStrictEqual([["t1", "t3"], "t3", 3]);
        expect(await found({ createdBy: "u-1", after: "t3" })).toStrictEqual([["t5"], undefined, 3]);
        expect(await found({ createdBy: "u-2" })).toStrictEqual([["t2", "t4"], undefined, 2]);
        expect(await found({ createdBy: "u-3" })).toStrictEqual([[], undefined, 0]);
      });

      it("use tokens are listed, revoked once, and show their last use", async () => {
        const { environmentId } = place;
        await store.write(
          ["t1", "t2", "t3"].map((id): Step => ({ do: "insert_use_token", record: sampleUseToken(id) })),
        );
        const page = await store.read.useTokens({ environmentId, limit: 2 });
        expect(page).toMatchObject({ next: "t2", totalSize: 3 });
        expect(page.items[0]?.connections).toStrictEqual(["c1", "c2"]);
        expect((await store.read.useTokens({ environmentId, after: "t2", limit: 2 })).items).toHaveLength(1);
        await store.write([{ do: "revoke_use_token", environmentId, id: "t1", at }]);
        await store.write([{ do: "revoke_use_token", environmentId, id: "t1", at: later }]);
        store.note({ note: "use", uid: "gone", at: later, principal: "u-1", useTokenId: "t1" });
        await store.flush();
        expect(await store.read.useToken("t1")).toMatchObject({ revokedAt: at, lastUsedAt: later });
        await expect(
          store.write([{ do: "revoke_use_token", environmentId: "env-other", id: "t1", at }]),
        ).rejects.toMatchObject({ code: "use_token_not_found" });
      });
    });

    describe("notes", () => {
      it("count uses per day and principal, and die with their connection", async () => {
        await store.write([sampleCreate("c1")]);
        const uid = await createdUid("c1");
        const use = (time: string, principal: string) =>
          store.note({ note: "use", uid, at: time, principal, useTokenId: null });
        use("2026-11-18T10:00:00.000Z", "u-1");
        use("2026-11-19T10:00:00.000Z", "u-1");
        use("2026-11-19T11:00:00.000Z", "u-1");
        await store.flush();
        use("2026-11-19T12:00:00.000Z", "u-1");
        use("2026-11-19T11:30:00.000Z", "u-2");
        await store.flush();
        expect(await store.read.usage(uid, "2026-11-19")).toStrictEqual({
          last: { at: "2026-11-19T12:00:00.000Z", principal: "u-1" },
          days: [
            { day: "2026-11-19", principal: "u-1", calls: 3 },
            { day: "2026-11-19", principal: "u-2", calls: 1 },
          ],
        });
        await store.write([{ do: "delete_connection", uid }]);
        use("2026-11-19T13:00:00.000Z", "u-1");
        await store.flush();
        expect(await store.read.usage(uid, "2026-01-01")).toStrictEqual({ last: undefined, days: [] });
      });

      it("of like events within a second become one that says how many", async () => {
        for (let i = 0; i < 5; i++) {
          store.note({
            note: "counted_event",
            event: sampleEvent({ action: "connection.get", requestId: `r${i}` }),
          });
        }
        store.note({
          note: "counted_event",
          event: sampleEvent({ action: "connection.get", address: "10.0.0.1" }),
        });
        store.note({ note: "event", event: sampleEvent({ action: "connection.call" }) });
        await store.flush();
        const { items } = await store.read.auditEvents(
          { organizationId, action: "connection.get" },
          undefined,
          9,
        );
        expect(items.map(({ count }) => count).sort()).toStrictEqual([1, 5]);
        expect((await store.read.auditEvents({ organizationId }, undefined, 9)).items).toHaveLength(3);
      });

      it("are written by closing", async () => {
        store.note({ note: "event", event: sampleEvent() });
        await store.close();
      });
    });

    describe("audit events", () => {
      const minute = (i: number) => `2026-11-20T10:${String(i).padStart(2, "0")}:00.000Z`;
      beforeEach(() =>
        store.write(
          Array.from(
            { length: 20 },
            (_, i): Step => ({
              do: "append_audit",
              event: sampleEvent({
                at: minute(i),
                resourceName: `c${i % 2}`,
                environmentId: i < 15 ? place.environmentId : null,
              }),
            }),
          ),
        ),
      );

      it("are paged newest first, also when many have the same time", async () => {
        await store.write(
          Array.from(
            { length: 7 },
            (): Step => ({ do: "append_audit", event: sampleEvent({ at: minute(50) }) }),
          ),
        );
        const seen: number[] = [];
        let after: string | undefined;
        do {
          const page = await store.read.auditEvents({ organizationId }, after, 4);
          expect(page.totalSize).toBe(27);
          seen.push(...page.items.map(({ sequence }) => sequence));
          after = page.next;
        } while (after !== undefined);
        const newest = seen[0] ?? 0;
        expect(seen).toStrictEqual(Array.from({ length: 27 }, (_, i) => newest - i));
      });

      it("are filtered", async () => {
        const found = async (filter: object) =>
          (await store.read.auditEvents({ organizationId, ...filter }, undefined, 100)).items.length;
        expect(await found({ resourceName: "c1" })).toBe(10);
        expect(await found({ environmentId: place.environmentId, resourceName: "c0" })).toBe(8);
        expect(await found({ from: minute(3), to: minute(5) })).toBe(2);
        expect(await found({ action: "connection.drop" })).toBe(0);
        expect(await found({ principal: "u-yo9j87", outcome: "done" })).toBe(20);
        expect(await found({ organizationId: "another" })).toBe(0);
        const { totalSize } = await store.read.auditEvents(
          { organizationId, environmentId: place.environmentId },
          undefined,
          1,
        );
        expect(totalSize).toBe(15);
      });

      it("have a total size only under filters that it is kept for", async () => {
        const { environmentId } = place;
        const sizes = async (filter: object) =>
          (await store.read.auditEvents({ organizationId, ...filter }, undefined, 1)).totalSize;
        expect([await sizes({}), await sizes({ environmentId })]).toStrictEqual([20, 15]);
        for (const filter of [
          { action: "connection.create" },
          { principal: "u-yo9j87" },
          { resourceName: "c1" },
          { outcome: "done" },
          { from: minute(3) },
          { to: minute(5) },
        ]) {
          expect(await sizes({ environmentId, ...filter })).toBeUndefined();
        }
      });
    });
  });
}
