import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse as parseYaml } from "yaml";
import { createServer as createApp } from "../src/api/server.ts";
import { Secret } from "../src/secret.ts";
import type { Step } from "../src/storage/store.ts";
import { version } from "../src/version.ts";
import { listenOnLoopback } from "./fixtures/loopback.ts";
import {
  type ApiFixture,
  basicOf,
  environmentId,
  keymoorV1,
  openApi,
  openaiBody,
  openGate,
  principals,
  sqlV1,
} from "./fixtures/services.ts";

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The text format as its page has it: every line must be one of its forms, and a sample follows its TYPE. */
function parseText(text: string): readonly Sample[] {
  expect(text.endsWith("\n")).toBe(true);
  const types = new Map<string, string>();
  const samples: Sample[] = [];
  for (const line of text.slice(0, -1).split("\n")) {
    if (line === "" || /^# HELP [a-zA-Z_:][\w:]* (?:[^\\]|\\[\\n])+$/.test(line)) continue;
    const type = /^# TYPE ([a-zA-Z_:][\w:]*) (counter|gauge|histogram|summary|untyped)$/.exec(line);
    if (type !== null) {
      expect(types.has(type[1] ?? "")).toBe(false);
      types.set(type[1] ?? "", type[2] ?? "");
      continue;
    }
    const sample =
      /^([a-zA-Z_:][\w:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\]|\\[\\"n])*",?)*)\})? ([+-]?(?:\d[\d.e+-]*|Inf)|NaN)(?: -?\d+)?$/.exec(
        line,
      );
    expect([line, sample !== null]).toEqual([line, true]);
    const [, name = "", labelText = "", value = ""] = sample ?? [];
    const family = types.has(name) ? name : name.replace(/_(?:bucket|sum|count)$/, "");
    expect([line, types.has(family)]).toEqual([line, true]);
    const pairs = [...labelText.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g)];
    const labels = Object.fromEntries(pairs.map(([, label, text]) => [label ?? "", text ?? ""]));
    samples.push({ name, labels, value: Number(value.replace("Inf", "Infinity")) });
  }
  const series = samples.map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`);
  expect(new Set(series).size).toBe(series.length);
  return samples;
}

describe("/metrics", () => {
  let api: ApiFixture;
  beforeAll(async () => {
    api = await openApi();
  });
  afterAll(() => api.close());

  async function read(): Promise<readonly Sample[]> {
    const { status, text, headers } = await api.send("GET", "/metrics");
    expect([status, headers["content-type"]]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8"]);
    return parseText(text);
  }

  async function valueIn(name: string, labels: Readonly<Record<string, string>> = {}) {
    const found = (await read()).find(
      (sample) =>
        sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
    );
    return found?.value;
  }

  it("has the server's own metrics and those of every Node program", async () => {
    const names = new Set((await read()).map(({ name }) => name));
    for (const name of [
      "keymoor_build_info",
      "keymoor_store_write_duration_seconds_bucket",
      "keymoor_store_writes_pending",
      "keymoor_certificate_soonest_expiry_timestamp_seconds",
      "keymoor_webhook_pending",
      "process_resident_memory_bytes",
      "process_start_time_seconds",
      "nodejs_eventloop_lag_seconds",
    ]) {
      expect([name, names.has(name)]).toEqual([name, true]);
    }
    expect(await valueIn("keymoor_build_info", { version, node: process.versions.node })).toBe(1);
    expect(await valueIn("keymoor_certificate_soonest_expiry_timestamp_seconds")).toBe(Infinity);
  });

  it("counts requests by route, and keeps unknown paths and odd methods together", async () => {
    const route = "/sql/v1/organizations/:organization_id/environments/:environment_id/connections/:name";
    await api.send("GET", `${sqlV1}/connections/missing-1`);
    await api.send("GET", `${sqlV1}/connections/missing-2`);
    await api.send("GET", "/no/such/path");
    await api.send("PROPFIND", "/c/missing-3");
    expect(await valueIn("keymoor_http_requests_total", { route, method: "GET", status: "4xx" })).toBe(2);
    expect(await valueIn("keymoor_http_request_duration_seconds_count", { route })).toBe(2);
    const buckets = (await read()).filter(
      ({ name, labels }) => name === "keymoor_http_request_duration_seconds_bucket" && labels.route === route,
    );
    const counts = buckets.map(({ value }) => value);
    expect(counts.toSorted((one, other) => one - other)).toEqual(counts);
    expect([buckets.at(-1)?.labels.le, counts.at(-1)]).toEqual(["+Inf", 2]);
    expect(await valueIn("keymoor_http_requests_total", { route: "unknown" })).toBe(1);
    expect(await valueIn("keymoor_http_requests_total", { route: "/c/:name", method: "OTHER" })).toBe(1);
  });

  it("counts calls by type and by who answered", async () => {
    const service = createServer((request, response) => {
      request.resume();
      response.writeHead(201).end("{}");
    });
    const { url } = await listenOnLoopback(service);
    const body = openaiBody("called");
    body.spec.endpoint = `${url}/v1/chat/completions`;
    await api.send("POST", `${sqlV1}/connections`, body);
    await api.send("POST", `${keymoorV1}/connections/called/call`, {});
    service.closeAllConnections();
    await new Promise((resolve) => service.close(resolve));
    expect((await api.send("POST", `${keymoorV1}/connections/called/call`, {})).status).toBe(502);
    const type = "openai";
    expect(await valueIn("keymoor_calls_total", { type, answered_by: "service", status: "2xx" })).toBe(1);
    expect(await valueIn("keymoor_calls_total", { type, answered_by: "keymoor", status: "5xx" })).toBe(1);
  });

  it("counts connections by type and phase, refused credentials, changes and audit events", async () => {
    await api.send("POST", `${sqlV1}/connections`, openaiBody("counted"));
    expect(await valueIn("keymoor_connections", { type: "openai", phase: "PENDING" })).toBe(2);
    const code = "user_unauthenticated";
    const before = (await valueIn("keymoor_authentication_failures_total", { code })) ?? 0;
    await api.send("GET", "/metrics", undefined, { authorization: "" });
    expect(await valueIn("keymoor_authentication_failures_total", { code })).toBe(before + 1);
    const writes = (await valueIn("keymoor_store_writes_total", { outcome: "done" })) ?? 0;
    const events = (await valueIn("keymoor_audit_events_total", { outcome: "done" })) ?? 0;
    await api.send("POST", `${sqlV1}/connections`, openaiBody("counted-2"));
    await api.send("POST", `${sqlV1}/connections`, openaiBody("counted-2"));
    expect(await valueIn("keymoor_store_writes_total", { outcome: "done" })).toBe(writes + 1);
    expect(await valueIn("keymoor_store_writes_total", { outcome: "refused" })).toBe(1);
    expect(await valueIn("keymoor_audit_events_total", { outcome: "done" })).toBe(events + 1);
    expect(await valueIn("keymoor_store_writes_pending")).toBe(0);
  });

  it("says when certificates expire, of each connection while there are few", async () => {
    const place = { environmentId, cloud: "aws", region: "us-east-1" };
    const { store } = api.services;
    const check = async (name: string, expiresAt: string | null): Promise<Step> => {
      const connection = await store.read.connection(place, name);
      if (connection === undefined) throw new Error(`${name} is missing`);
      return {
        do: "record_check",
        check: {
          connectionUid: connection.uid,
          id: crypto.randomUUID(),
          at: new Date().toISOString(),
          trigger: "asked",
          outcome: "accepted",
          phase: "READY",
          detail: "",
          credentialVersion: 1,
          durationMs: 1,
          certificateExpiresAt: expiresAt,
          steps: [],
        },
        expectedPhase: connection.status.phase,
        statusDetail: "",
        dueAt: null,
        failures: 0,
        unfinished: 0,
        refused: false,
      };
    };
    await store.write([await check("counted", "2031-01-01T00:00:00.000Z")]);
    await store.write([await check("counted", null)]);
    await store.write([await check("counted-2", "2030-01-01T00:00:00.000Z")]);
    api.advance(61_000);
    const seconds = (time: string) => Date.parse(time) / 1000;
    const one = "keymoor_certificate_expiry_timestamp_seconds";
    expect(await valueIn("keymoor_certificate_soonest_expiry_timestamp_seconds")).toBe(seconds("2030-01-01"));
    const labels = { environment: environmentId, cloud: "aws", region: "us-east-1" };
    expect(await valueIn(one, { ...labels, connection: "counted" })).toBe(seconds("2031-01-01"));
    expect(await valueIn(one, { ...labels, connection: "counted-2" })).toBe(seconds("2030-01-01"));
    const credential = (uid: string) => ({
      connectionUid: uid,
      version: 1,
      authMethod: "api-key",
      options: {},
      sealed: new Uint8Array(1),
      createdAt: "",
      createdBy: "",
    });
    const model = await store.read.connection(place, "counted");
    if (model === undefined) throw new Error("it is missing");
    const many = Array.from({ length: 1000 }, (_, index): Step => {
      const uid = crypto.randomUUID();
      const connection = { ...model, uid, name: `many-${index}` };
      return { do: "insert_connection", connection, credential: credential(uid) };
    });
    await store.write(many);
    api.advance(61_000);
    expect(await valueIn(one)).toBeUndefined();
    expect(await valueIn("keymoor_certificate_soonest_expiry_timestamp_seconds")).toBe(seconds("2030-01-01"));
  });

  it("takes the right to audit in the whole organization", async () => {
    const status = async (authorization: string) =>
      (await api.send("GET", "/metrics", undefined, { authorization })).status;
    expect(await status(basicOf("organizationAdmin", "flink"))).toBe(403);
    for (const name of ["environmentAdmin", "flinkAdmin", "flinkDeveloper", "nobody"] as const) {
      expect([name, await status(basicOf(name))]).toEqual([name, 403]);
    }
    const made = await api.send("POST", `${keymoorV1}/use-tokens`, { name: "t", connections: ["counted"] });
    expect(await status(`Bearer ${made.json.token}`)).toBe(403);
    expect(await status("Bearer anything-else-at-all")).toBe(401);
    expect(await status("")).toBe(401);
    await api.services.store.flush();
    const { json } = await api.send("GET", "/keymoor/v1/audit-events?action=metrics.read");
    expect(json.data[0]).toMatchObject({ outcome: "refused", code: "user_unauthorized" });
  });

  it("takes the metrics token, which opens nothing else", async () => {
    const token = "metrics-token-0123456789";
    const log = { isLevelEnabled: () => false, debug: () => {}, error: () => {} };
    const app = await createApp(api.services, {
      gate: openGate,
      trustedProxies: [],
      log,
      metricsToken: new Secret(token),
    });
    const status = async (url: string, shown: string) =>
      (await app.inject({ url, headers: { authorization: `Bearer ${shown}` } })).statusCode;
    expect(await status("/metrics", token)).toBe(200);
    expect(await status("/metrics", `${token}x`)).toBe(401);
    expect(await status("/keymoor/v1/whoami", token)).toBe(401);
    expect(await status(`${sqlV1}/connections`, token)).toBe(401);
    const byKey = await app.inject({
      url: "/metrics",
      headers: { authorization: basicOf("organizationAdmin") },
    });
    expect(byKey.statusCode).toBe(200);
    await app.close();
  });

  it("names no principal, no key and no secret", async () => {
    const { text } = await api.send("GET", "/metrics");
    for (const id of Object.values(principals)) expect(text).not.toContain(id);
    expect(text).not.toContain("sk-secret");
    expect(text).not.toContain("missing-1");
  });
});

describe("the page on monitoring", () => {
  const page = readFileSync(join(import.meta.dirname, "../docs/operations.md"), "utf8");
  const section = page.slice(page.indexOf("\n## Monitoring\n"));
  let api: ApiFixture;
  beforeAll(async () => {
    api = await openApi();
  });
  afterAll(() => api.close());

  async function known(): Promise<readonly string[]> {
    const { text } = await api.send("GET", "/metrics");
    return [...text.matchAll(/^# TYPE (keymoor_\w+)/gm)].map(([, name = ""]) => name);
  }

  it("lists every metric of the server's own and no other", async () => {
    const listed = [...section.matchAll(/^\| `(keymoor_\w+)` \|/gm)].map(([, name]) => name);
    expect(listed.toSorted()).toEqual((await known()).toSorted());
  });

  it("shows alert rules that Prometheus takes, about metrics that exist", async () => {
    const [, text = ""] = /```yaml\n(groups:[\s\S]*?)```/.exec(section) ?? [];
    const { groups } = parseYaml(text);
    const rules: { alert: string; expr: string; for?: string; annotations: { summary: string } }[] =
      groups[0].rules;
    expect(rules.length).toBeGreaterThan(5);
    for (const rule of rules) {
      expect(
        Object.keys(rule).filter((key) => !["alert", "expr", "for", "annotations"].includes(key)),
      ).toEqual([]);
      expect(rule.alert).toMatch(/^[A-Z]\w+$/);
      expect(rule.annotations.summary).toMatch(/\.$/);
      if (rule.for !== undefined) expect(rule.for).toMatch(/^\d+[smhd]$/);
      const names = rule.expr.match(/keymoor_\w+/g) ?? ["up"];
      for (const name of names) expect(["up", ...(await known())]).toContain(name);
    }
  });

  it("uses no label value that never occurs", () => {
    const used = [...section.matchAll(/(outcome|answered_by|phase)="(\w+)"/g)].map(([, , value]) => value);
    expect(new Set(used)).toEqual(new Set(["failed", "INVALID_AUTH", "UNREACHABLE", "keymoor", "given_up"]));
  });
});
