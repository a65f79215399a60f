import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CheckRecord } from "./records.ts";
import type { Step, Store } from "./store.ts";
import { at, later, place, sampleCreate, sampleEvent, sampleRotation } from "./test-records.ts";

const latest = "2026-11-20T12:00:00.000Z";
/** A minute after `at`, as long as a claim lasts. */
const soon = "2026-11-20T10:01:00.000Z";

/** What every implementation of the store must do with checks and with the outbox; `open` gives an empty one. */
export function testCheckStorage(
  name: string,
  open: () => Promise<{ store: Store; discard: () => Promise<void> }>,
): void {
  describe(`checks on ${name}`, () => {
    let store: Store;
    let discard: () => Promise<void>;
    let uid: string;
    beforeEach(async () => {
      ({ store, discard } = await open());
      await store.write([sampleCreate("c1")]);
      uid = (await store.read.connection(place, "c1"))?.uid ?? "";
    });
    afterEach(() => discard());

    const connection = () => store.read.connection(place, "c1");
    const plan = () => store.read.checkPlan(uid);
    const due = async (time: string) =>
      (await store.read.dueChecks(time, 9)).map(({ connectionUid }) => connectionUid);
    const check = (change: Partial<CheckRecord> = {}): CheckRecord => ({
      connectionUid: uid,
      id: crypto.randomUUID(),
      at: later,
      trigger: "asked",
      outcome: "accepted",
      phase: "READY",
      detail: "Accepted",
      credentialVersion: 1,
      durationMs: 12,
      certificateExpiresAt: null,
      steps: [{ name: "lookup", outcome: "passed", durationMs: 3, detail: "" }],
      ...change,
    });
    const record = (
      change: Partial<CheckRecord> = {},
      more: Partial<Extract<Step, { do: "record_check" }>> = {},
    ): Step => ({
      do: "record_check",
      check: check(change),
      expectedPhase: "PENDING",
      statusDetail: change.detail ?? "Accepted",
      dueAt: latest,
      failures: 0,
      unfinished: 0,
      refused: false,
      ...more,
    });

    const switched = (
      enabled: boolean,
      change: Partial<Extract<Step, { do: "switch_checks" }>> = {},
    ): Step => ({ do: "switch_checks", uid, enabled, hasReference: false, at, ...change });

    it("are planned at once for a new connection", async () => {
      expect(await plan()).toStrictEqual({
        connectionUid: uid,
        enabled: true,
        dueAt: at,
        trigger: "created",
        failures: 0,
        unfinished: 0,
        refused: false,
        claimedUntil: null,
      });
      expect(await due(at)).toStrictEqual([uid]);
      expect(await due("2026-11-20T09:59:59.999Z")).toStrictEqual([]);
    });

    it("give the status, and leave the resource version as it is", async () => {
      const one = check({ certificateExpiresAt: latest });
      await store.write([
        {
          do: "record_check",
          check: one,
          expectedPhase: "PENDING",
          statusDetail: "All is well",
          dueAt: latest,
          failures: 2,
          unfinished: 0,
          refused: true,
        },
      ]);
      expect(await store.read.checks(uid)).toStrictEqual([one]);
      expect(await connection()).toMatchObject({
        resourceVersion: 1,
        updatedAt: at,
        status: { phase: "READY", detail: "All is well", checkedAt: later },
      });
      expect(await plan()).toMatchObject({ dueAt: latest, trigger: "scheduled", failures: 2, refused: true });
      expect(await store.read.connectionByUid(uid)).toStrictEqual(await connection());
    });

    it("are kept ten to a connection, newest first", async () => {
      await store.write([sampleCreate("c2")]);
      for (let n = 0; n < 13; n += 1) {
        await store.write([record({ detail: `n${n}` }, { expectedPhase: n === 0 ? "PENDING" : "READY" })]);
      }
      const kept = (await store.read.checks(uid)).map(({ detail }) => detail);
      expect(kept).toStrictEqual(["n12", "n11", "n10", "n9", "n8", "n7", "n6", "n5", "n4", "n3"]);
      const other = (await store.read.connection(place, "c2"))?.uid ?? "";
      expect(await store.read.checks(other)).toStrictEqual([]);
    });

    it("say nothing of another credential: with one rotated meanwhile nothing is written", async () => {
      await store.write([sampleRotation(uid, { version: 2 }, 1)]);
      const audit: Step = { do: "append_audit", event: sampleEvent({ action: "connection.status_changed" }) };
      await expect(store.write([record(), audit])).rejects.toMatchObject({
        code: "resource_version_conflict",
      });
      await expect(
        store.write([record({ credentialVersion: 2 }, { expectedPhase: "READY" })]),
      ).rejects.toMatchObject({ code: "resource_version_conflict" });
      expect(await store.read.checks(uid)).toStrictEqual([]);
      expect((await connection())?.status.phase).toBe("PENDING");
      expect(await plan()).toMatchObject({ trigger: "rotated" });
    });

    it("begin anew with another credential, whatever was found out before", async () => {
      const claim: Step = { do: "claim_check", uid, dueAt: at, at, until: latest };
      await store.write([claim, record({}, { dueAt: null, failures: 3, unfinished: 2, refused: true })]);
      expect(await due(latest)).toStrictEqual([]);
      const fresh = {
        enabled: true,
        dueAt: later,
        failures: 0,
        unfinished: 0,
        refused: false,
        claimedUntil: null,
      };
      await store.write([sampleRotation(uid, { version: 2 }, 1)]);
      expect(await plan()).toMatchObject({ ...fresh, trigger: "rotated" });
      await store.write([
        record({ credentialVersion: 2 }, { dueAt: null, refused: true }),
        {
          do: "activate_credential",
          uid,
          expectedResourceVersion: 2,
          version: 1,
          updatedAt: later,
          updatedBy: "u-1",
        },
      ]);
      expect(await plan()).toMatchObject({ ...fresh, trigger: "activated" });
      expect((await connection())?.status.phase).toBe("PENDING");
    });

    it("are claimed by one of many, until the claim ends", async () => {
      const claim: Step = { do: "claim_check", uid, dueAt: at, at, until: soon };
      const tries = await Promise.allSettled(Array.from({ length: 8 }, () => store.write([claim])));
      expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      expect(await due(at)).toStrictEqual([]);
      expect(await due(later)).toStrictEqual([uid]);
      await store.write([{ do: "claim_check", uid, dueAt: at, at: later, until: latest }]);
      await store.write([{ do: "release_check", uid }]);
      expect(await due(later)).toStrictEqual([uid]);
      await store.write([{ do: "release_check", uid, dueAt: latest }]);
      expect(await due(later)).toStrictEqual([]);
      await expect(store.write([claim])).rejects.toMatchObject({ code: "resource_version_conflict" });
    });

    it("are claimed only as the plan that was found: by then it may be for another credential", async () => {
      const found = (await store.read.dueChecks(latest, 9))[0]?.dueAt ?? null;
      await store.write([sampleRotation(uid, { version: 2 }, 1)]);
      const claim = (dueAt: string | null): Step => ({
        do: "claim_check",
        uid,
        dueAt,
        at: latest,
        until: latest,
      });
      await expect(store.write([claim(found)])).rejects.toMatchObject({ code: "resource_version_conflict" });
      await expect(store.write([claim(null)])).rejects.toMatchObject({ code: "resource_version_conflict" });
      await store.write([claim(later)]);
    });

    it("are due when a clock that ran ahead has planned or claimed them", async () => {
      const ahead = "2031-01-01T00:00:00.000Z";
      await store.write([
        { do: "claim_check", uid, dueAt: at, at: ahead, until: "2031-01-01T00:01:00.000Z" },
      ]);
      expect(await due(at)).toStrictEqual([uid]);
      await store.write([{ do: "claim_check", uid, dueAt: at, at, until: soon }]);
      expect(await due(at)).toStrictEqual([]);
      await store.write([{ do: "release_check", uid, dueAt: ahead }]);
      expect(await due(at)).toStrictEqual([uid]);
      await store.write([{ do: "claim_check", uid, dueAt: ahead, at, until: soon }]);
      expect(await due(at)).toStrictEqual([]);
      // A day and its jitter is no such thing.
      await store.write([{ do: "release_check", uid, dueAt: "2026-11-21T12:59:00.000Z", unfinished: 2 }]);
      expect(await due(at)).toStrictEqual([]);
      expect(await plan()).toMatchObject({ failures: 0, unfinished: 2, claimedUntil: null });
    });

    it("are not due while the switch is off, whatever happens", async () => {
      await store.write([switched(false)]);
      await store.write([record()]);
      await store.write([sampleRotation(uid, { version: 2 }, 1), { do: "release_check", uid, dueAt: at }]);
      expect(await plan()).toMatchObject({ enabled: false, dueAt: null });
      expect(await due(latest)).toStrictEqual([]);
      await store.write([switched(true, { at: later })]);
      expect(await plan()).toMatchObject({ enabled: true, dueAt: later });
      await store.write([record({ credentialVersion: 2 }, { dueAt: null, refused: true })]);
      await store.write([switched(false)]);
      await store.write([switched(true)]);
      expect(await plan()).toMatchObject({ enabled: true, dueAt: null });
      // The value behind a reference may have changed while nobody looked.
      await store.write([switched(false)]);
      await store.write([switched(true, { hasReference: true, at: latest })]);
      expect(await plan()).toMatchObject({ enabled: true, dueAt: latest, refused: true });
    });

    it("stay switched off when their connection is replaced, and are due at once when they are on", async () => {
      const replace = async (replaces: string) => {
        await store.write([{ ...sampleCreate("c1"), replaces }]);
        expect(await store.read.checkPlan(replaces)).toBeUndefined();
        expect(await store.read.connectionByUid(replaces)).toBeUndefined();
        uid = (await connection())?.uid ?? "";
      };
      await store.write([record()]);
      await replace(uid);
      expect(await plan()).toMatchObject({ enabled: true, dueAt: at });
      await store.write([switched(false)]);
      await replace(uid);
      expect(await plan()).toMatchObject({ enabled: false, dueAt: null });
      expect(await due(latest)).toStrictEqual([]);
      await expect(store.write([{ ...sampleCreate("c1"), replaces: "gone" }])).rejects.toMatchObject({
        code: "connection_not_found",
      });
      expect((await connection())?.uid).toBe(uid);
    });

    it("go with their connection", async () => {
      await store.write([record(), { do: "delete_connection", uid }]);
      expect(await store.read.checks(uid)).toStrictEqual([]);
      expect(await plan()).toBeUndefined();
      expect(await store.read.connectionByUid(uid)).toBeUndefined();
      await expect(store.write([record()])).rejects.toMatchObject({ code: "resource_version_conflict" });
      const mark: Step = { do: "set_managed_by", uid, managedBy: null };
      for (const step of [switched(false), mark]) {
        await expect(store.write([step])).rejects.toMatchObject({ code: "connection_not_found" });
      }
    });

    it("the mark of a managing file changes nothing else", async () => {
      const before = await connection();
      await store.write([{ do: "set_managed_by", uid, managedBy: "file:a.yaml" }]);
      expect(await connection()).toStrictEqual({ ...before, managedBy: "file:a.yaml" });
      await store.write([{ do: "set_managed_by", uid, managedBy: null }]);
      expect(await connection()).toStrictEqual(before);
    });

    it("a message for the webhook is claimed, tried again, and forgotten when it is delivered", async () => {
      const message = {
        id: "msg_1",
        connectionUid: uid,
        createdAt: at,
        body: '{"type":"x"}',
        attempts: 0,
        dueAt: at,
        claimedUntil: null,
      };
      await store.write([{ do: "insert_webhook", record: message }]);
      expect(await store.read.dueWebhooks(at, 9)).toStrictEqual([message]);
      const claim: Step = { do: "claim_webhook", id: "msg_1", at, until: soon };
      await store.write([claim]);
      await expect(store.write([claim])).rejects.toMatchObject({ code: "resource_version_conflict" });
      expect(await store.read.dueWebhooks(at, 9)).toStrictEqual([]);
      expect(await store.read.dueWebhooks(later, 9)).toHaveLength(1);
      await store.write([{ do: "finish_webhook", id: "msg_1", dueAt: latest }]);
      expect(await store.read.dueWebhooks(later, 9)).toStrictEqual([]);
      expect(await store.read.dueWebhooks(latest, 9)).toStrictEqual([
        { ...message, attempts: 1, dueAt: latest },
      ]);
      await store.write([{ do: "finish_webhook", id: "msg_1", dueAt: null }]);
      expect(await store.read.dueWebhooks(latest, 9)).toStrictEqual([]);
    });

    it("only the newest message about a connection waits for the webhook", async () => {
      const message = (id: string, connectionUid: string): Step => ({
        do: "insert_webhook",
        record: { id, connectionUid, createdAt: at, body: "{}", attempts: 0, dueAt: at, claimedUntil: null },
      });
      const waiting = async (time: string) => (await store.read.dueWebhooks(time, 9)).map(({ id }) => id);
      await store.write([message("msg_1", "c-1"), message("msg_2", "c-2")]);
      await store.write([{ do: "claim_webhook", id: "msg_1", at, until: soon }]);
      await store.write([message("msg_3", "c-1")]);
      // The one that is being sent is forgotten too: it is not tried again.
      await store.write([{ do: "finish_webhook", id: "msg_1", dueAt: latest }]);
      expect(await waiting(latest)).toStrictEqual(["msg_2", "msg_3"]);
      await store.write([{ do: "finish_webhook", id: "msg_2", dueAt: latest }]);
      expect(await waiting(at)).toStrictEqual(["msg_3"]);
      await store.write([{ do: "hurry_webhooks", at }]);
      expect(await waiting(at)).toStrictEqual(["msg_2", "msg_3"]);
    });

    it("a message is due when a clock that ran ahead has planned or claimed it", async () => {
      const ahead = "2031-01-01T00:00:00.000Z";
      const until = "2031-01-01T00:01:00.000Z";
      const record = {
        id: "m",
        connectionUid: uid,
        createdAt: at,
        body: "{}",
        attempts: 0,
        claimedUntil: null,
      };
      await store.write([{ do: "insert_webhook", record: { ...record, dueAt: ahead } }]);
      expect(await store.read.dueWebhooks(at, 9)).toHaveLength(1);
      await store.write([{ do: "claim_webhook", id: "m", at: ahead, until }]);
      expect(await store.read.dueWebhooks(at, 9)).toHaveLength(1);
      await store.write([{ do: "claim_webhook", id: "m", at, until: soon }]);
      expect(await store.read.dueWebhooks(at, 9)).toStrictEqual([]);
    });
  });
}
