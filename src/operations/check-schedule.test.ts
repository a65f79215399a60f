import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FakeCheck, fakeCheck, found, hanging } from "../../test/fixtures/checks.ts";
import { type ApiFixture, keymoorV1, openApi, openaiBody, sqlV1 } from "../../test/fixtures/services.ts";
import { CheckLine } from "./check-line.ts";
import { createCheckSchedule } from "./check-schedule.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

let fake: FakeCheck;
let api: ApiFixture;
let secretsDir: string;
let logged: object[];
beforeEach(async () => {
  secretsDir = mkdtempSync(join(tmpdir(), "keymoor-secrets-"));
  fake = fakeCheck();
  logged = [];
  api = await openApi({ check: fake.check, secretsDir });
});
afterEach(async () => {
  await api.close();
  rmSync(secretsDir, { recursive: true });
});

const log = {
  warn: (facts: object) => void logged.push(facts),
  error: (facts: object) => void logged.push(facts),
};
/** As another server of the same database has it: nothing is shared but the store. */
const schedule = () => createCheckSchedule({ ...api.services, checks: new CheckLine() }, log);
const settle = () => schedule().settle();
const create = async (name: string, secret = "sk-secret-0123456789") => {
  expect((await api.send("POST", `${sqlV1}/connections`, openaiBody(name, secret))).status).toBe(201);
};
const rotate = async (name: string, secret: string) => {
  const spec = { auth_data: { data: JSON.stringify({ API_KEY: secret }) } };
  expect((await api.send("PUT", `${sqlV1}/connections/${name}`, { spec })).status).toBe(200);
};
const view = async (name: string) => (await api.send("GET", `${keymoorV1}/connections/${name}`)).json;
const checks = async (name: string) =>
  (await api.send("GET", `${keymoorV1}/connections/${name}/checks`)).json.data;

/** A check that goes on until so many were under way at once, however slow the machine is. */
function untilRunning(count: number) {
  let begun = 0;
  let letGo = () => {};
  const enough = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  return async () => {
    begun += 1;
    if (begun === count) letGo();
    await enough;
    return found("accepted");
  };
}

/** How often the service is asked while the clock moves in small steps. */
async function dialledWithin(ms: number): Promise<number> {
  const before = fake.seen.length;
  for (let passed = 0; passed < ms; passed += 4 * minuteMs) {
    api.advance(4 * minuteMs);
    await settle();
  }
  return fake.seen.length - before;
}

describe("the schedule of checks", () => {
  it("checks what was created, rotated or gone back to, once and at once, and says why", async () => {
    await create("c");
    await settle();
    await settle();
    await rotate("c", "sk-new-0123456789");
    await settle();
    await api.send("POST", `${keymoorV1}/connections/c/versions/1/activate`);
    await settle();
    expect(await checks("c")).toMatchObject([
      { trigger: "activated", credential_version: 1 },
      { trigger: "rotated", credential_version: 2 },
      { trigger: "created", credential_version: 1 },
    ]);
    expect((await view("c")).status.phase).toBe("READY");
    await api.services.store.flush();
    const { json } = await api.send("GET", "/keymoor/v1/audit-events?action=connection.status_changed");
    expect(json.data[0]).toMatchObject({
      principal: "keymoor:server",
      address: null,
      environment_id: "env-abc123",
      resource_name: "c",
    });
  });

  it("checks daily", async () => {
    await create("c");
    await settle();
    expect(await dialledWithin(21 * hourMs)).toBe(0);
    expect(await dialledWithin(6 * hourMs)).toBe(1);
    expect(await checks("c")).toMatchObject([{ trigger: "scheduled" }, { trigger: "created" }]);
    expect(await dialledWithin(54 * hourMs)).toBe(2);
  });

  it("backs off from a service that cannot be reached", async () => {
    fake.find = () => found("unreachable");
    await create("c");
    await settle();
    // After 5 minutes, 15, an hour, four, and from then on daily.
    expect(await dialledWithin(10 * minuteMs)).toBe(1);
    expect(await dialledWithin(16 * minuteMs)).toBe(1);
    expect(await dialledWithin(74 * minuteMs)).toBe(1);
    expect(await dialledWithin(5 * hourMs)).toBe(1);
    expect(await dialledWithin(20 * hourMs)).toBe(0);
    expect((await view("c")).status).toMatchObject({
      phase: "UNREACHABLE",
      detail: "Lookup failed: api.openai.com",
    });
  });

  it("does not show a refused credential again until it is another", async () => {
    fake.find = () => found("refused");
    await create("c");
    await settle();
    expect(await dialledWithin(72 * hourMs)).toBe(0);
    expect((await view("c")).status.phase).toBe("INVALID_AUTH");
    fake.find = () => found("accepted");
    await rotate("c", "sk-right-0123456789");
    await settle();
    expect((await view("c")).status.phase).toBe("READY");
  });

  it("shows a refused credential again once the value behind its reference is another", async () => {
    const file = join(secretsDir, "key");
    writeFileSync(file, "sk-wrong-0123456789", { mode: 0o600 });
    fake.find = () => found("refused");
    await create("c", "${file:key}");
    await settle();
    expect(await dialledWithin(48 * hourMs)).toBe(0);
    rmSync(file);
    expect(await dialledWithin(hourMs)).toBe(0);
    fake.find = () => found("accepted");
    writeFileSync(file, "sk-right-0123456789", { mode: 0o600 });
    expect(await dialledWithin(20 * minuteMs)).toBe(1);
    expect(fake.seen.at(-1)?.credential.values["api-key"]?.reveal()).toBe("sk-right-0123456789");
    expect((await view("c")).status.phase).toBe("READY");
  });

  it("tries again while a reference cannot be read", async () => {
    const file = join(secretsDir, "key");
    writeFileSync(file, "sk-right-0123456789", { mode: 0o600 });
    await create("c", "${file:key}");
    rmSync(file);
    await settle();
    expect((await view("c")).status).toMatchObject({
      phase: "INVALID_AUTH",
      detail: 'The reference in option "api-key" cannot be read',
    });
    writeFileSync(file, "sk-right-0123456789", { mode: 0o600 });
    expect(await dialledWithin(10 * minuteMs)).toBe(1);
    expect((await view("c")).status.phase).toBe("READY");
  });

  it("checks nothing while the connection's switch is off, and at once when it is on again", async () => {
    const path = `${keymoorV1}/connections/c/verification`;
    await create("c");
    await api.send("PUT", path, { enabled: false });
    await rotate("c", "sk-new-0123456789");
    expect(await dialledWithin(48 * hourMs)).toBe(0);
    await api.send("PUT", path, { enabled: true });
    await settle();
    expect(fake.seen).toHaveLength(1);
  });

  it("looks again after the switch was off whether a refused reference leads to another value", async () => {
    const path = `${keymoorV1}/connections/c/verification`;
    const file = join(secretsDir, "key");
    writeFileSync(file, "sk-wrong-0123456789", { mode: 0o600 });
    fake.find = () => found("refused");
    await create("c", "${file:key}");
    await settle();
    await api.send("PUT", path, { enabled: false });
    expect((await api.send("PUT", path, { enabled: true })).json.next_check_at).not.toBeNull();
    expect(await dialledWithin(hourMs)).toBe(0);
    fake.find = () => found("accepted");
    writeFileSync(file, "sk-right-0123456789", { mode: 0o600 });
    expect(await dialledWithin(20 * minuteMs)).toBe(1);
    expect((await view("c")).status.phase).toBe("READY");
  });

  it("stays switched off for a connection that is replaced", async () => {
    await create("c");
    await api.send("PUT", `${keymoorV1}/connections/c/verification`, { enabled: false });
    const { status } = await api.send(
      "POST",
      `${sqlV1}/connections?replace=true`,
      openaiBody("c", "sk-other-0123"),
    );
    expect(status).toBe(201);
    await settle();
    expect(fake.seen).toHaveLength(0);
    expect((await view("c")).verification).toStrictEqual({ enabled: false, next_check_at: null });
  });

  it("leaves a check that has to wait in line to a server that has room", async () => {
    const checks = new CheckLine();
    await create("c");
    const byServer = { askedBy: undefined, signal: undefined };
    let end = () => {};
    const others = new Promise<void>((resolve) => {
      end = resolve;
    });
    // They come between the look at the plans and the check's turn.
    const find = api.services.store.read.dueChecks;
    const held: Promise<void>[] = [];
    const read = {
      ...api.services.store.read,
      dueChecks: async (at: string, limit: number) => {
        const plans = await find.call(api.services.store.read, at, limit);
        while (checks.free > 0) held.push(checks.run(byServer, () => others));
        return plans;
      },
    };
    const crowded = createCheckSchedule(
      { ...api.services, checks, store: { ...api.services.store, read } },
      log,
    ).settle();
    await settle();
    while (fake.seen.length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      await settle();
    }
    end();
    await Promise.all([crowded, ...held]);
    expect(fake.seen).toHaveLength(1);
    expect(logged).toStrictEqual([]);
  });

  it("drops what it found out about a credential that was rotated meanwhile", async () => {
    await create("c");
    fake.find = async () => {
      fake.find = () => found("accepted");
      await rotate("c", "sk-new-0123456789");
      return found("refused");
    };
    await settle();
    await settle();
    expect(await checks("c")).toMatchObject([
      { trigger: "rotated", outcome: "accepted", credential_version: 2 },
    ]);
    expect((await view("c")).status.phase).toBe("READY");
    expect(logged).toStrictEqual([]);
  });

  it("forgets a connection that is deleted while it is checked", async () => {
    await create("c");
    fake.find = async () => {
      await api.send("DELETE", `${sqlV1}/connections/c`);
      return found("accepted");
    };
    await settle();
    expect(fake.seen).toHaveLength(1);
    expect(logged).toStrictEqual([]);
  });

  it("is shared by servers of one database: each check is made once", async () => {
    for (let n = 0; n < 70; n += 1) await create(`c${n}`);
    // None ends before more are under way than one server runs.
    fake.find = untilRunning(33);
    await Promise.all([settle(), settle(), settle()]);
    expect(fake.seen).toHaveLength(70);
    expect(new Set(fake.seen.map(({ cacheKey }) => cacheKey)).size).toBe(70);
  });

  it("runs 32 at once on one server", async () => {
    for (let n = 0; n < 40; n += 1) await create(`c${n}`);
    const allRunning = untilRunning(32);
    let running = 0;
    let most = 0;
    fake.find = async () => {
      running += 1;
      most = Math.max(most, running);
      await allRunning();
      await new Promise((resolve) => setTimeout(resolve, 10)); // for one too many to begin
      running -= 1;
      return found("accepted");
    };
    await settle();
    expect([fake.seen.length, most]).toStrictEqual([40, 32]);
  });

  it("stops gently: what is under way is cut short, not recorded, and due at the next start", async () => {
    await create("c");
    fake.find = hanging;
    const stopped = schedule();
    stopped.start();
    while (fake.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    await stopped.stop();
    expect(await checks("c")).toStrictEqual([]);
    fake.find = () => found("accepted");
    await settle();
    expect(await checks("c")).toMatchObject([{ trigger: "created", outcome: "accepted" }]);
  });

  it("lets go of what it claims while it is stopped, which is no crash for the next start", async () => {
    await create("c");
    const { uid } = await view("c");
    const { store } = api.services;
    let stop = () => {};
    const write: typeof store.write = async (steps) => {
      if (steps[0]?.do === "claim_check") {
        stop();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await store.write(steps);
    };
    const slow = { ...api.services, checks: new CheckLine(), store: { ...store, read: store.read, write } };
    const stopped = createCheckSchedule(slow, log);
    const over = new Promise<void>((resolve) => {
      stop = () => {
        slow.checks.stop();
        resolve(stopped.stop());
      };
    });
    stopped.start();
    await over;
    expect(await store.read.checkPlan(uid)).toMatchObject({ trigger: "created", claimedUntil: null });
    await settle();
    expect(fake.seen).toHaveLength(1);
    expect(await checks("c")).toMatchObject([{ trigger: "created" }]);
  });

  it("leaves alone what somebody asks for, and is not held up by how many of them wait", async () => {
    for (let n = 0; n < 60; n += 1) await create(`c${n}`);
    const line = new CheckLine();
    const services = { ...api.services, checks: line };
    const asked: Promise<unknown>[] = [];
    // The oldest 40, of two who have four places each: most of them wait.
    for (let n = 0; n < 40; n += 1) {
      const { uid } = await view(`c${n}`);
      const turn = { askedBy: `u-${n % 2}`, signal: undefined };
      const held = (stopped: AbortSignal) =>
        new Promise<never>((_resolve, reject) => stopped.addEventListener("abort", reject));
      asked.push(line.share(`${uid}/1`, turn, held).catch(() => {}));
    }
    await createCheckSchedule(services, log).settle();
    expect(fake.seen).toHaveLength(20);
    line.stop();
    await Promise.all(asked);
    await settle();
    expect(fake.seen).toHaveLength(60);
    expect(logged).toStrictEqual([]);
  });

  it("tries a check soon again that got no turn, and keeps what is known meanwhile", async () => {
    await create("c");
    fake.find = () => found("cannot_tell", { isUndone: true });
    await settle();
    expect((await view("c")).status.phase).toBe("PENDING");
    expect(await checks("c")).toStrictEqual([]);
    fake.find = () => found("refused");
    expect(await dialledWithin(4 * minuteMs)).toBe(1);
    expect((await view("c")).status.phase).toBe("INVALID_AUTH");
    expect(logged).toStrictEqual([]);
  });

  it("does not take one crash for several because the service was away before", async () => {
    await create("c");
    const { uid } = await view("c");
    const { store } = api.services;
    fake.find = () => found("unreachable");
    await settle();
    await dialledWithin(30 * minuteMs);
    expect(await store.read.checkPlan(uid)).toMatchObject({ failures: 3, unfinished: 0 });
    const dueAt = (await store.read.checkPlan(uid))?.dueAt ?? "";
    api.advance(Date.parse(dueAt) - api.services.now().getTime());
    const now = api.services.now();
    const until = new Date(now.getTime() + minuteMs).toISOString();
    await store.write([{ do: "claim_check", uid, dueAt, at: now.toISOString(), until }]);
    api.advance(minuteMs);
    await settle();
    expect(await store.read.checkPlan(uid)).toMatchObject({ failures: 3, unfinished: 1 });
    expect((await view("c")).status.detail).toBe("Lookup failed: api.openai.com");
    expect(await dialledWithin(8 * minuteMs)).toBe(1);
    expect(await store.read.checkPlan(uid)).toMatchObject({ failures: 4, unfinished: 0 });
  });

  it("takes over from a server that is gone once its claim has ended", async () => {
    await create("c");
    const { uid } = await view("c");
    const now = api.services.now();
    const until = new Date(now.getTime() + minuteMs).toISOString();
    const dueAt = (await api.services.store.read.checkPlan(uid))?.dueAt ?? null;
    await api.services.store.write([{ do: "claim_check", uid, dueAt, at: now.toISOString(), until }]);
    await settle();
    expect(fake.seen).toHaveLength(0);
    api.advance(minuteMs);
    await settle();
    // It may be the check itself that the server did not survive, so that comes a little later.
    expect(fake.seen).toHaveLength(0);
    expect(await dialledWithin(5 * minuteMs)).toBe(1);
    expect((await view("c")).status.phase).toBe("READY");
  });

  it("waits a day, and says so, when its process died three times during the check", async () => {
    await create("c");
    const { uid } = await view("c");
    const { store } = api.services;
    const waits: number[] = [];
    for (let n = 0; n < 4; n += 1) {
      const due = (await store.read.checkPlan(uid))?.dueAt ?? "";
      waits.push(Date.parse(due) - api.services.now().getTime());
      api.advance(Math.max(0, Date.parse(due) - api.services.now().getTime()));
      const now = api.services.now();
      const until = new Date(now.getTime() + minuteMs).toISOString();
      // A server that is gone before it can record anything.
      await store.write([{ do: "claim_check", uid, dueAt: due, at: now.toISOString(), until }]);
      api.advance(minuteMs);
      await settle();
    }
    expect(fake.seen).toHaveLength(0);
    expect(waits.map((ms) => Math.round(ms / minuteMs)).slice(1, 3)).toStrictEqual([5, 15]);
    expect(waits[3]).toBeGreaterThan(21 * hourMs);
    expect((await view("c")).status).toMatchObject({
      phase: "PENDING",
      detail: "The check could not be finished: the server ended during it each time",
    });
    expect(await dialledWithin(27 * hourMs)).toBe(1);
    expect((await view("c")).status.phase).toBe("READY");
  });

  it("goes on after a fault of its own, says so in the log, and tries that one again later", async () => {
    await create("broken");
    await create("c");
    fake.find = ({ cacheKey }) => {
      if (cacheKey.startsWith(uid)) throw new Error("a fault of ours");
      return found("accepted");
    };
    const { uid } = await view("broken");
    await settle();
    expect((await view("c")).status.phase).toBe("READY");
    expect(logged).toHaveLength(1);
    fake.find = () => found("accepted");
    expect(await dialledWithin(50 * minuteMs)).toBe(0);
    expect(await dialledWithin(20 * minuteMs)).toBe(1);
    expect((await view("broken")).status.phase).toBe("READY");
  });
});
