import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FakeCheck, fakeCheck, found, hanging } from "../../../test/fixtures/checks.ts";
import {
  type ApiFixture,
  basicOf,
  keymoorV1,
  openApi,
  openaiBody,
  sqlV1,
} from "../../../test/fixtures/services.ts";

let fake: FakeCheck;
let api: ApiFixture;
beforeEach(async () => {
  fake = fakeCheck();
  api = await openApi({ check: fake.check, settings: { reportsStatus: true } });
  await create("c");
});
afterEach(() => api.close());

async function create(name: string, query = "", secret = "sk-secret-0123456789") {
  return await api.send("POST", `${sqlV1}/connections${query}`, openaiBody(name, secret));
}
const minuteMs = 60_000;
const verify = (name = "c") => api.send("POST", `${keymoorV1}/connections/${name}/verify`);
const view = async (name = "c") => (await api.send("GET", `${keymoorV1}/connections/${name}`)).json;
const checks = async (name = "c") =>
  (await api.send("GET", `${keymoorV1}/connections/${name}/checks`)).json.data;
const rotate = (secret: string, query = "", name = "c") =>
  api.send("PUT", `${sqlV1}/connections/${name}${query}`, {
    spec: { auth_data: { data: JSON.stringify({ API_KEY: secret }) } },
  });
const shown = () => fake.seen.map(({ credential }) => credential.values["api-key"]?.reveal());
const audit = async (action: string) => {
  await api.services.store.flush();
  return (await api.send("GET", `/keymoor/v1/audit-events?page_size=100&action=${action}`)).json.data;
};
const outbox = () => api.services.store.read.dueWebhooks("2100-01-01T00:00:00.000Z", 100);

describe("a check that somebody asks for", () => {
  it("shows the stored credential to the stored endpoint, and gives the status", async () => {
    expect((await view()).status).toStrictEqual({ phase: "PENDING", detail: "", checked_at: null });
    fake.find = () => found("accepted", { certificateExpiresAt: "2027-01-01T00:00:00.000Z" });
    const { status, json } = await verify();
    expect(status).toBe(200);
    expect(json).toStrictEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      at: expect.stringMatching(/Z$/),
      trigger: "asked",
      outcome: "accepted",
      phase: "READY",
      detail: "Accepted: GET /v1/models answered 200",
      credential_version: 1,
      duration_ms: expect.any(Number),
      certificate_expires_at: "2027-01-01T00:00:00.000Z",
      steps: [{ name: "lookup", outcome: "passed", duration_ms: 1, detail: "" }],
    });
    expect(fake.seen[0]).toMatchObject({
      endpoint: "https://api.openai.com/v1/chat/completions",
      type: { name: "openai" },
      region: "us-east-1",
    });
    expect(shown()).toStrictEqual(["sk-secret-0123456789"]);
    const { status: known, resource_version } = await view();
    expect(known).toStrictEqual({ phase: "READY", detail: json.detail, checked_at: json.at });
    expect(resource_version).toBe("1");
    expect(await checks()).toStrictEqual([json]);
    const { json: contract } = await api.send("GET", `${sqlV1}/connections/c`);
    expect(contract.status).toStrictEqual({ phase: "READY", detail: json.detail });
  });

  it.each([
    ["accepted", "READY"],
    ["refused", "INVALID_AUTH"],
    ["unreachable", "UNREACHABLE"],
    ["cannot_tell", "READY"],
  ] as const)("that is %s makes the connection %s", async (outcome, phase) => {
    fake.find = () => found(outcome);
    expect((await verify()).json).toMatchObject({ outcome, phase });
    expect((await view()).status.phase).toBe(phase);
  });

  it("works after a refusal, with the switch off, and when nothing is checked without being asked", async () => {
    fake.find = () => found("refused");
    await verify();
    await api.send("PUT", `${keymoorV1}/connections/c/verification`, { enabled: false });
    fake.find = () => found("accepted");
    api.advance(minuteMs);
    expect((await verify()).json.phase).toBe("READY");
    const off = await openApi({ check: fake.check, settings: { verifies: false } });
    await off.send("POST", `${sqlV1}/connections`, openaiBody("c"));
    expect((await off.send("POST", `${keymoorV1}/connections/c/verify`)).json.phase).toBe("READY");
    await off.close();
  });

  it("says that a credential was refused for as long as nothing accepted it", async () => {
    for (const outcome of ["refused", "unreachable", "cannot_tell"] as const) {
      fake.find = () => found(outcome);
      await verify();
      api.advance(minuteMs);
    }
    expect((await view()).status).toMatchObject({
      phase: "INVALID_AUTH",
      detail: "Refused by the service before; now: Reached; there is no harmless request that says more",
    });
    fake.find = () => found("accepted");
    await verify();
    fake.find = () => found("cannot_tell");
    expect((await verify()).json.phase).toBe("READY");
  });

  it("is one for two who ask at once", async () => {
    const [one, two] = await Promise.all([verify(), verify()]);
    expect(one.json).toStrictEqual(two.json);
    expect(fake.seen).toHaveLength(1);
    expect(await checks()).toHaveLength(1);
  });

  it("of a credential that is rotated meanwhile is dropped, and the new one is checked", async () => {
    fake.find = async () => {
      fake.find = () => found("accepted");
      expect((await rotate("sk-new-0123456789")).status).toBe(200);
      return found("refused");
    };
    expect((await verify()).json).toMatchObject({ phase: "READY", credential_version: 2 });
    expect(shown()).toStrictEqual(["sk-secret-0123456789", "sk-new-0123456789"]);
    expect(await checks()).toHaveLength(1);
    expect((await view()).status.phase).toBe("READY");
  });

  it("of a connection that is deleted meanwhile ends with that", async () => {
    fake.find = async () => {
      await api.send("DELETE", `${sqlV1}/connections/c`);
      return found("accepted");
    };
    const { status, json } = await verify();
    expect([status, json.errors[0].code]).toStrictEqual([404, "connection_not_found"]);
  });

  it("is recorded though the one who asked went away, and audited as done", async () => {
    let finish = () => {};
    const begun = new Promise<AbortSignal | undefined>((resolve) => {
      fake.find = async (_target, given) => {
        resolve(given);
        await new Promise<void>((done) => {
          finish = done;
        });
        return found("refused");
      };
    });
    const url = await api.app.listen({ host: "127.0.0.1", port: 0 });
    const caller = new AbortController();
    const answer = fetch(`${url}${keymoorV1}/connections/c/verify`, {
      method: "POST",
      headers: { authorization: basicOf("organizationAdmin") },
      signal: caller.signal,
    });
    const signal = await begun;
    caller.abort();
    await expect(answer).rejects.toThrow();
    expect(signal?.aborted).toBe(false);
    finish();
    await expect.poll(checks).toMatchObject([{ trigger: "asked", outcome: "refused" }]);
    expect((await view()).status.phase).toBe("INVALID_AUTH");
    await expect.poll(() => audit("connection.verify")).toMatchObject([{ outcome: "done", code: null }]);
  });

  it("of a refused credential is made once a minute, whoever asks and however", async () => {
    fake.find = () => found("refused");
    await verify();
    const admin = await verify();
    expect([admin.status, admin.json.errors[0].code]).toStrictEqual([429, "too_many_checks"]);
    expect(admin.json.errors[0].detail).toBe(
      'The credential of connection "c" was refused, and was checked less than a minute ago. Change it, or ask again in 60 seconds.',
    );
    expect(admin.headers["retry-after"]).toBe("60");
    const asDeveloper = { authorization: basicOf("flinkDeveloper") };
    const others = await Promise.all(
      Array.from({ length: 20 }, () =>
        api.send("POST", `${keymoorV1}/connections/c/verify`, undefined, asDeveloper),
      ),
    );
    expect(new Set(others.map(({ status }) => status))).toStrictEqual(new Set([429]));
    const statement = { name: "s-1", spec: { statement: "VALIDATE CONNECTION c" } };
    expect((await api.send("POST", `${sqlV1}/statements`, statement)).status).toBe(429);
    expect(fake.seen).toHaveLength(1);
    api.advance(minuteMs);
    expect((await verify()).status).toBe(200);
    expect((await verify()).status).toBe(429);
    // Another credential is not the one that was refused.
    await rotate("sk-new-0123456789");
    expect((await verify()).status).toBe(200);
  });

  it("takes no body but an empty object, and no parameter", async () => {
    const path = `${keymoorV1}/connections/c/verify`;
    for (const body of [{ name: "c" }, [], "{", '"x"', "true"]) {
      expect((await api.send("POST", path, body)).status).toBe(400);
    }
    expect((await api.send("POST", `${path}?force=true`)).status).toBe(400);
    expect(fake.seen).toStrictEqual([]);
    expect((await api.send("POST", path, {})).status).toBe(200);
  });

  it("says which option's reference cannot be read, and shows nothing to anybody", async () => {
    const secretsDir = mkdtempSync(join(tmpdir(), "keymoor-secrets-"));
    const file = join(secretsDir, "openai-key");
    writeFileSync(file, "sk-behind-a-file-1", { mode: 0o600 });
    await api.close();
    api = await openApi({ check: fake.check, secretsDir });
    expect((await create("r", "", "${file:openai-key}")).status).toBe(201);
    expect((await verify("r")).json.phase).toBe("READY");
    expect(shown()).toStrictEqual(["sk-behind-a-file-1"]);
    rmSync(file);
    const { json } = await verify("r");
    expect(json).toMatchObject({
      phase: "INVALID_AUTH",
      detail: 'The reference in option "api-key" cannot be read',
      steps: [],
    });
    expect(fake.seen).toHaveLength(1);
    // Another value behind it is another version, and that one is checked.
    writeFileSync(file, "sk-behind-a-file-2", { mode: 0o600 });
    expect((await verify("r")).json).toMatchObject({ phase: "READY", credential_version: 2 });
    expect(shown()).toStrictEqual(["sk-behind-a-file-1", "sk-behind-a-file-2"]);
    rmSync(secretsDir, { recursive: true });
  });
});

describe("a change of phase", () => {
  it("is audited and reported, by whom it was found, and what stays the same is not", async () => {
    const reports = [];
    for (const outcome of ["accepted", "accepted", "refused", "refused", "accepted"] as const) {
      fake.find = () => found(outcome);
      await verify();
      reports.push(...(await outbox()).map(({ body }) => JSON.parse(body)));
      for (const { id } of await outbox()) {
        await api.services.store.write([{ do: "finish_webhook", id, dueAt: null }]);
      }
      api.advance(minuteMs);
    }
    const events = await audit("connection.status_changed");
    expect(events).toHaveLength(3);
    expect(events[0]).toMatchObject({
      outcome: "done",
      principal: "u-orgadmin",
      resource_kind: "connection",
      resource_name: "c",
    });
    expect(reports.map(({ data }) => `${data.previous_phase} ${data.phase}`)).toStrictEqual([
      "PENDING READY",
      "READY INVALID_AUTH",
      "INVALID_AUTH READY",
    ]);
    const { uid } = await view();
    expect(reports[1]).toStrictEqual({
      type: "connection.status_changed",
      timestamp: expect.stringMatching(/Z$/),
      data: {
        organization_id: "1111aaaa-11aa-11aa-11aa-111111aaaaaa",
        environment_id: "env-abc123",
        cloud: "AWS",
        region: "us-east-1",
        connection: "c",
        connection_type: "OPENAI",
        uid,
        previous_phase: "READY",
        phase: "INVALID_AUTH",
        detail: "Refused by the service: 401 Unauthorized",
        checked_at: expect.stringMatching(/Z$/),
      },
    });
  });
});

describe("a check before anything is saved", () => {
  const unsaved = (body: object) => api.send("POST", `${keymoorV1}/connection-checks`, body);

  it("shows what was sent to where it would go, and keeps nothing", async () => {
    const { name: _, ...body } = openaiBody("x", "sk-sent-0123456789");
    const { status, json } = await unsaved(body);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      id: null,
      trigger: "before_saving",
      outcome: "accepted",
      phase: "READY",
      credential_version: null,
    });
    expect(shown()).toStrictEqual(["sk-sent-0123456789"]);
    expect((await api.send("GET", `${keymoorV1}/connections`)).json.data).toHaveLength(1);
    expect(await checks()).toStrictEqual([]);
  });

  it("never takes a stored secret, also under the name of a stored connection", async () => {
    const body = openaiBody("c");
    body.spec.endpoint = "https://elsewhere.example.com/v1/chat/completions";
    body.spec.auth_data.data = "{}";
    const { status, json } = await unsaved(body);
    expect([status, json.errors[0].code]).toStrictEqual([400, "option_missing"]);
    expect(fake.seen).toStrictEqual([]);
  });

  it.each([
    ["an unknown type", { connection_type: "OPENAPI" }, "unknown_connection_type"],
    ["an endpoint that is none", { endpoint: "ftp://x" }, "endpoint_invalid"],
    ["a mask", { auth_data: { data: "<REDACTED>" } }, "secret_is_mask"],
    [
      "an unreadable reference",
      { auth_data: { data: '{"API_KEY":"${env:NO_SUCH}"}' } },
      "secret_reference_invalid",
    ],
    ["an unknown field", { more: 1 }, "unknown_field"],
  ])("judges like a creation: %s", async (_what, change, code) => {
    const body = openaiBody("x");
    const { status, json } = await unsaved({ ...body, spec: { ...body.spec, ...change } });
    expect([status, json.errors[0].code]).toStrictEqual([400, code]);
    expect(fake.seen).toStrictEqual([]);
  });
});

describe("what is checked before it is saved", () => {
  const unsaved = (name: string, secret?: string) => {
    const body = openaiBody(name, secret);
    return api.send("POST", `${keymoorV1}/connection-checks`, body);
  };

  it("is in the audit trail before anything is dialled", async () => {
    const seen: unknown[] = [];
    fake.find = async () => {
      seen.push((await audit("connection.check_unsaved"))[0]);
      return found("accepted");
    };
    await unsaved("x");
    await create("v", "?if=verified");
    await rotate("sk-next-0123456789", "?if=verified");
    const event = { principal: "u-orgadmin", outcome: "done", count: 1, resource_kind: "connection" };
    expect(seen).toMatchObject(["x", "v", "c"].map((resource_name) => ({ ...event, resource_name })));
    expect(await audit("connection.check_unsaved")).toHaveLength(3);
  });

  it("ends when the one who asked goes away, which the audit trail says", async () => {
    const begun = new Promise<AbortSignal | undefined>((resolve) => {
      fake.find = (target, signal) => {
        resolve(signal);
        return hanging(target, signal);
      };
    });
    const url = await api.app.listen({ host: "127.0.0.1", port: 0 });
    const caller = new AbortController();
    const answer = fetch(`${url}${sqlV1}/connections?if=verified`, {
      method: "POST",
      headers: { authorization: basicOf("organizationAdmin"), "content-type": "application/json" },
      body: JSON.stringify(openaiBody("v")),
      signal: caller.signal,
    });
    await begun;
    caller.abort();
    await expect(answer).rejects.toThrow();
    const byName = async () =>
      (await audit("connection.create")).filter(
        ({ resource_name }: { resource_name: string }) => resource_name === "v",
      );
    await expect.poll(byName).toMatchObject([{ code: "caller_left" }]);
    expect(await audit("connection.check_unsaved")).toHaveLength(1);
  });

  it("is cut short by a stop, and who waits is told so", async () => {
    const begun = new Promise<void>((resolve) => {
      fake.find = (target, signal) => {
        resolve();
        return hanging(target, signal);
      };
    });
    const all = [unsaved("x"), verify(), ...Array.from({ length: 8 }, () => unsaved("y"))];
    await begun;
    await new Promise((resolve) => setImmediate(resolve));
    api.services.checks.stop();
    for (const { status, json } of await Promise.all(all)) {
      expect([status, json.errors[0].code]).toStrictEqual([503, "stopping"]);
    }
    expect(await checks()).toStrictEqual([]);
  });

  it("may use a reference only where the connection is to be saved", async () => {
    await api.close();
    api = await openApi({ check: fake.check, env: { OPENAI_KEY: "sk-operators-0123456789" } });
    const refused = await unsaved("x", "${env:OPENAI_KEY}");
    expect([refused.status, refused.json.errors[0].code]).toStrictEqual([400, "secret_reference_invalid"]);
    expect(fake.seen).toStrictEqual([]);
    expect((await create("v", "?if=verified", "${env:OPENAI_KEY}")).status).toBe(201);
    expect(shown()).toStrictEqual(["sk-operators-0123456789"]);
  });

  it("is limited to 30 a minute for one principal", async () => {
    for (let n = 0; n < 30; n += 1) expect((await unsaved("x")).status).toBe(200);
    for (const { status, json } of [await unsaved("x"), await create("v", "?if=verified")]) {
      expect([status, json.errors[0].code]).toStrictEqual([429, "too_many_checks"]);
    }
    expect(fake.seen).toHaveLength(30);
    api.advance(minuteMs);
    expect((await unsaved("x")).status).toBe(200);
  });

  it("is not dialled for a name that is taken, unless it is to be replaced", async () => {
    const taken = await create("c", "?if=verified");
    expect([taken.status, taken.json.errors[0].code]).toStrictEqual([409, "resource_already_exists"]);
    expect(taken.headers.location).toContain("/connections/c");
    expect(fake.seen).toStrictEqual([]);
    expect((await create("c", "?if=verified&replace=true")).status).toBe(201);
    // Taken meanwhile.
    fake.find = async () => {
      await create("v");
      return found("accepted");
    };
    expect((await create("v", "?if=verified")).status).toBe(409);
  });
});

it("a check that got no turn says nothing: 503, and all stays as it was", async () => {
  fake.find = () => found("refused");
  await verify();
  fake.find = () => found("cannot_tell", { isUndone: true });
  api.advance(2 * minuteMs);
  const answers = [
    await verify(),
    await create("v", "?if=verified"),
    await rotate("sk-next-0123456789", "?if=verified"),
    await api.send("POST", `${keymoorV1}/connection-checks`, openaiBody("x")),
  ];
  for (const { status, headers, json } of answers) {
    expect([status, json.errors[0].code]).toStrictEqual([503, "check_not_done"]);
    expect(headers["retry-after"]).toBe("30");
  }
  expect(await view()).toMatchObject({ credential_version: 1, status: { phase: "INVALID_AUTH" } });
  expect(await checks()).toHaveLength(1);
  expect((await api.send("GET", `${sqlV1}/connections/v`)).status).toBe(404);
});

describe("?if=verified", () => {
  it("shows a new credential three times at most when others change the connection meanwhile", async () => {
    let tries = 0;
    fake.find = async () => {
      tries += 1;
      expect((await rotate(`sk-other-${tries}-0123456789`)).status).toBe(200);
      return found("accepted");
    };
    const { status, json } = await rotate("sk-next-0123456789", "?if=verified");
    expect([status, json.errors[0].code, tries]).toStrictEqual([409, "resource_version_conflict", 3]);
  });

  it("creates what passes, with its first check", async () => {
    const { status, json } = await create("v", "?if=verified");
    expect([status, json.status]).toStrictEqual([
      201,
      { phase: "READY", detail: "Accepted: GET /v1/models answered 200" },
    ]);
    expect(await checks("v")).toMatchObject([{ trigger: "before_saving", credential_version: 1 }]);
    expect((await view("v")).status).toMatchObject({ phase: "READY" });
    const { next_check_at } = (await view("v")).verification;
    expect(Date.parse(next_check_at) - Date.now()).toBeGreaterThan(20 * 3_600_000);
    fake.find = () => found("cannot_tell");
    expect((await create("w", "?if=verified")).status).toBe(201);
  });

  it.each(["refused", "unreachable"] as const)("saves nothing of what is %s", async (outcome) => {
    fake.find = () => found(outcome);
    const { status, json } = await create("v", "?if=verified");
    expect([status, json.errors[0].code]).toStrictEqual([422, "verification_failed"]);
    expect(json.errors[0].detail).toBe(
      `${found(outcome).detail}. Nothing of connection "v" was saved or changed.`,
    );
    expect((await api.send("GET", `${sqlV1}/connections/v`)).status).toBe(404);
  });

  it("rotates to what passes at the stored endpoint, and leaves all as it was otherwise", async () => {
    await verify();
    fake.find = () => found("refused");
    const refused = await rotate("sk-wrong-0123456789", "?if=verified");
    expect([refused.status, refused.json.errors[0].code]).toStrictEqual([422, "verification_failed"]);
    expect(await view()).toMatchObject({
      credential_version: 1,
      resource_version: "1",
      status: { phase: "READY" },
    });
    fake.find = () => found("accepted");
    const { status, json } = await rotate("sk-right-0123456789", "?if=verified");
    expect([status, json.status.phase]).toStrictEqual([200, "READY"]);
    expect(fake.seen.at(-1)?.endpoint).toBe("https://api.openai.com/v1/chat/completions");
    expect(shown().slice(1)).toStrictEqual(["sk-wrong-0123456789", "sk-right-0123456789"]);
    expect(await checks()).toMatchObject([
      { trigger: "before_saving", credential_version: 2 },
      { trigger: "asked", credential_version: 1 },
    ]);
    // From READY to READY nothing changed that somebody should hear of.
    expect(await audit("connection.status_changed")).toHaveLength(1);
  });

  it("takes no other word, and no other parameter", async () => {
    for (const query of ["?if=verifed", "?fi=verified", "?if=verified&if=verified"]) {
      const { status, json } = await create("v", query);
      expect([query, status, json.errors[0].code]).toStrictEqual([query, 400, "invalid_request"]);
    }
    expect(fake.seen).toStrictEqual([]);
  });
});

describe("the switch of a connection", () => {
  const path = `${keymoorV1}/connections/c/verification`;

  it("is on at first, and says when the next check is", async () => {
    const { json } = await api.send("GET", path);
    expect(json).toStrictEqual({ enabled: true, next_check_at: expect.stringMatching(/Z$/) });
    expect((await view()).verification).toStrictEqual(json);
    expect((await api.send("PUT", path, { enabled: false })).json).toStrictEqual({
      enabled: false,
      next_check_at: null,
    });
    await api.send("PUT", path, { enabled: false });
    expect(
      (await audit("connection.switch_checks")).map((event: { outcome: string }) => event.outcome),
    ).toStrictEqual(["unchanged", "done"]);
  });

  it("takes nothing but true and false", async () => {
    for (const body of [{}, { enabled: "on" }, { enabled: null }, { enabled: true, more: 1 }, []]) {
      expect((await api.send("PUT", path, body)).status).toBe(400);
    }
    expect((await api.send("GET", path)).json.enabled).toBe(true);
  });

  it("plans nothing after a refusal", async () => {
    fake.find = () => found("refused");
    await verify();
    expect((await api.send("GET", path)).json).toStrictEqual({ enabled: true, next_check_at: null });
  });
});

describe("routes of a connection that does not exist", () => {
  it.each([
    ["POST", "verify", undefined],
    ["GET", "checks", undefined],
    ["GET", "verification", undefined],
    ["PUT", "verification", { enabled: true }],
  ])("%s %s answers so", async (method, path, body) => {
    for (const name of ["missing", "c%2F..", "%00"]) {
      const { status, json } = await api.send(method, `${keymoorV1}/connections/${name}/${path}`, body);
      expect([404, 400]).toContain(status);
      expect(["connection_not_found", "invalid_request"]).toContain(json.errors[0].code);
    }
  });
});

describe("the mark of the file that manages a connection", () => {
  it("is set by creation and rotation, and stays when it is not sent", async () => {
    expect((await view()).managed_by).toBeNull();
    await create("m", "?managed_by=file:a.yaml");
    expect((await view("m")).managed_by).toBe("file:a.yaml");
    await rotate("sk-1-0123456789", "", "m");
    expect((await view("m")).managed_by).toBe("file:a.yaml");
    await rotate("sk-2-0123456789", "?managed_by=file:b.yaml&compromised=true", "m");
    const { json } = await api.send("GET", `${keymoorV1}/connections`);
    expect(json.data.map((one: { managed_by: string }) => one.managed_by)).toStrictEqual([
      null,
      "file:b.yaml",
    ]);
    for (const query of ["?managed_by=", "?managed_by=me", "?managed_by=file:", "?managed_by=file:%0A"]) {
      expect((await create("n", query)).status).toBe(400);
    }
  });
});

describe("VALIDATE CONNECTION", () => {
  const run = async (statement: string) => {
    const name = `s-${crypto.randomUUID()}`;
    const created = await api.send("POST", `${sqlV1}/statements`, { name, spec: { statement } });
    const results = await api.send("GET", `${sqlV1}/statements/${name}/results`);
    return { created: created.json, rows: results.json?.results?.data };
  };

  it.each(["accepted", "refused"] as const)("ends COMPLETED with what was found: %s", async (outcome) => {
    fake.find = () => found(outcome);
    const { created, rows } = await run("VALIDATE CONNECTION `c`;");
    expect(created.status).toMatchObject({ phase: "COMPLETED", traits: { sql_kind: "VALIDATE_CONNECTION" } });
    const columns = created.status.traits.schema.columns.map(({ name }: { name: string }) => name);
    expect(columns).toStrictEqual(["Name", "Status", "Status Detail", "Checked At"]);
    const phase = outcome === "accepted" ? "READY" : "INVALID_AUTH";
    expect(rows).toMatchObject([{ row: ["c", phase, found(outcome).detail, expect.stringMatching(/Z$/)] }]);
    expect((await view()).status.phase).toBe(phase);
  });

  it("of a missing connection ends FAILED", async () => {
    const { created } = await run("VALIDATE CONNECTION missing");
    expect(created.status.phase).toBe("FAILED");
  });
});
