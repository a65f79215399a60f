import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startCheckBursts } from "./checks.ts";
import { apply, type ClientPlace, requestsOfCommand, runCommands, serverTimes } from "./clients.ts";
import type { LoadResult } from "./load.ts";
import {
  load,
  openStream,
  rawFsyncsPerSecond,
  rssMiB,
  type Server,
  startServer,
  startUpstream,
  writeSeed,
} from "./processes.ts";
import { parsePerSecond, redactPerSecond } from "./sql-speed.ts";

/** `checks` or `clients`: only that measure. */
const only = process.env.BENCH_ONLY;
const rounds = Number(process.env.BENCH_ROUNDS ?? 3);
const seconds = Number(process.env.BENCH_SECONDS ?? 4);
const listed = 10_000;
const checked = 300;

const organization = "1111aaaa-11aa-11aa-11aa-111111aaaaaa";
const base = `/sql/v1/organizations/${organization}/environments/env-bench/connections`;
const authorization = `Basic ${Buffer.from("BENCHKEY:bench-secret").toString("base64")}`;
const json = { authorization, "content-type": "application/json" };
const body = (name: string, key: string, origin = "https://api.openai.com") =>
  JSON.stringify({
    name,
    spec: {
      connection_type: "OPENAI",
      endpoint: `${origin}/v1/chat/completions`,
      auth_data: { kind: "PlaintextProvider", data: JSON.stringify({ API_KEY: key }) },
    },
  });

/** All figures of one measure, one per round. */
const figures = new Map<string, number[]>();

function record(name: string, value: number): void {
  figures.set(name, [...(figures.get(name) ?? []), value]);
}

function median(name: string): number {
  return middle(figures.get(name) ?? []);
}

function recordLoad(name: string, result: LoadResult): void {
  if (result.failures > 0)
    throw new Error(`${name}: ${result.failures} failures, the first: ${result.firstFailure}`);
  record(`${name} /s`, result.perSecond);
  record(`${name} p50`, result.p50Ms);
  record(`${name} p99`, result.p99Ms);
}

const folder = mkdtempSync(join(tmpdir(), "keymoor-bench-"));
const upstream = await startUpstream();
const seedFile = join(folder, "seed.yaml");
writeSeed(seedFile, upstream.port);
const data = join(folder, "data");
let server: Server | undefined;
try {
  await (await startServer(data, seedFile)).stop();
  if (only === undefined || only === "checks") await measureChecks();
  if (only === undefined || only === "clients") await measureClients();
  if (only === undefined) await measureTheRest();
  report();
} finally {
  await server?.stop();
  upstream.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** How long others wait while 300 connections are checked at once, again and again. */
async function measureChecks(): Promise<void> {
  const data = join(folder, "checks");
  server = await startServer(data, seedFile, { KEYMOOR_VERIFY: "on" });
  const { port } = server;
  const origin = `http://127.0.0.1:${upstream.port}`;
  const create = (n: number) =>
    fetch(`http://127.0.0.1:${port}${base}`, {
      method: "POST",
      headers: json,
      body: body(`c${n}`, `sk-checked-${n}`, origin),
    });
  await Promise.all(Array.from({ length: checked }, (_, n) => create(n)));
  const poke = async () => {
    for (const enabled of [false, true]) {
      const path = `${base.replace("/sql/", "/keymoor/")}/c0/verification`;
      const body = JSON.stringify({ enabled });
      await fetch(`http://127.0.0.1:${port}${path}`, { method: "PUT", headers: json, body });
    }
  };
  const describe = {
    host: "127.0.0.1",
    port,
    seconds,
    warmupSeconds: 1,
    connections: 1,
    method: "GET",
    path: `${base}/c{n}`,
    headers: { authorization },
    from: 0,
    modulo: checked,
    expect: 200,
  };
  for (let round = 0; round < rounds; round += 1) {
    const bursts = startCheckBursts(data, poke);
    const startedMs = performance.now();
    recordLoad("describe during checks", await load(describe));
    const made = await bursts.stop();
    record("checks /s", made / ((performance.now() - startedMs) / 1000));
  }
  await server.stop();
  server = undefined;
}

/**
 * What the server takes for requests of official clients, by its own log: the clients share its two cores, and what they wait
 * for is mostly each other.
 */
async function measureClients(): Promise<void> {
  const applied = await logOf("apply", async (place) => {
    // The first round is the warm-up, of the commands too.
    for (let round = 0; round <= rounds; round += 1) await apply(place, round);
  });
  for (const method of ["POST", "GET"]) {
    const times = serverTimes(applied).filter((time) => time.method === method);
    const perRound = times.length / (rounds + 1);
    for (let round = 1; round <= rounds; round += 1) {
      const ofRound = times.slice(round * perRound, (round + 1) * perRound);
      record(`apply of 100, ${method} p50`, middle(ofRound.map(({ ms }) => ms)));
    }
  }
  const commanded = await logOf("commands", (place) => runCommands(place, (rounds + 1) * 20));
  const times = serverTimes(commanded).slice(-rounds * 20 * requestsOfCommand);
  for (let n = 0; n < times.length; n += requestsOfCommand) {
    const sum = times.slice(n, n + requestsOfCommand).reduce((total, { ms }) => total + ms, 0);
    record("five requests of a command ms", sum);
  }
}

/** The debug log of a server of its own, while `run` ran. */
async function logOf(name: string, run: (place: ClientPlace) => Promise<void>): Promise<string> {
  let log = "";
  const settings = { KEYMOOR_LOG_LEVEL: "debug" };
  server = await startServer(join(folder, name), seedFile, settings, (chunk) => {
    log += chunk;
  });
  await run({
    origin: `http://127.0.0.1:${server.port}`,
    organizationId: organization,
    environmentId: "env-bench",
    credentials: { key: "BENCHKEY", secret: "bench-secret" },
    person: { email: "bench@example.com", password: "bench-password-1" },
  });
  await server.stop();
  server = undefined;
  return log;
}

async function measureTheRest(): Promise<void> {
  for (let round = 0; round < Math.max(rounds, 5); round += 1) {
    const started = await startServer(data, seedFile);
    record("health ms", started.healthMs);
    if (round === 0) {
      await sleep(5000);
      record("idle MiB", rssMiB(started.process.pid));
    }
    await started.stop();
  }
  server = await startServer(data, seedFile);
  const at = { host: "127.0.0.1", port: server.port, seconds, warmupSeconds: 1 };

  const fill = await load({
    ...at,
    seconds: 0.1,
    warmupSeconds: 0,
    connections: 64,
    method: "POST",
    path: base,
    headers: json,
    body: body("c{n}", "sk-fill-{n}"),
    from: 0,
    expect: 201,
  });
  let next = fill.next;
  while (next < listed) {
    next = (
      await load({
        ...at,
        seconds: 0.2,
        warmupSeconds: 0,
        connections: 64,
        method: "POST",
        path: base,
        headers: json,
        body: body("c{n}", "sk-fill-{n}"),
        from: next,
        expect: 201,
      })
    ).next;
  }
  const lastPage = await lastPageOf(server.port, next);

  for (let round = 0; round < rounds; round += 1) {
    record("raw fsync /s", rawFsyncsPerSecond(folder, 1));
    recordLoad(
      "describe",
      await load({
        ...at,
        connections: 8,
        method: "GET",
        path: `${base}/c{n}`,
        headers: { authorization },
        from: 0,
        modulo: listed,
        expect: 200,
      }),
    );
    recordLoad(
      "page first",
      await load({
        ...at,
        connections: 8,
        method: "GET",
        path: `${base}?page_size=100`,
        headers: { authorization },
        from: 0,
        expect: 200,
      }),
    );
    recordLoad(
      "page last",
      await load({
        ...at,
        connections: 8,
        method: "GET",
        path: lastPage,
        headers: { authorization },
        from: 0,
        expect: 200,
      }),
    );
    recordLoad(
      "rotate",
      await load({
        ...at,
        connections: 8,
        method: "PUT",
        path: `${base}/c{n}`,
        headers: json,
        body: body("c{n}", "sk-rotated-{n}"),
        from: 0,
        modulo: listed,
        expect: 200,
      }),
    );
    const created = await load({
      ...at,
      connections: 8,
      method: "POST",
      path: base,
      headers: json,
      body: body("n{n}", "sk-new-{n}"),
      from: next,
      expect: 201,
    });
    next = created.next;
    recordLoad("create", created);
    record("raw fsync /s", rawFsyncsPerSecond(folder, 1));

    const call = {
      connections: 1,
      method: "POST",
      body: '{"messages":[{"role":"user","content":"hello"}]}',
      from: 0,
      expect: 200,
    };
    const direct = {
      ...at,
      ...call,
      port: upstream.port,
      path: "/v1/chat",
      headers: { authorization: "Bearer bench-token-0123456789" },
    };
    const through = { ...at, ...call, path: "/c/upstream/chat", headers: json };
    recordLoad("direct, 1 at a time", await load(direct));
    recordLoad("through, 1 at a time", await load(through));
    recordLoad("direct, 8 at a time", await load({ ...direct, connections: 8 }));
    recordLoad("through, 8 at a time", await load({ ...through, connections: 8 }));
    record(
      "added p50",
      (figures.get("through, 1 at a time p50")?.at(-1) ?? 0) -
        (figures.get("direct, 1 at a time p50")?.at(-1) ?? 0),
    );
    record(
      "added p99",
      (figures.get("through, 1 at a time p99")?.at(-1) ?? 0) -
        (figures.get("direct, 1 at a time p99")?.at(-1) ?? 0),
    );

    for (let n = 0; n < 20; n += 1) {
      const one = await openStream(upstream.port, "/v1/stream", {});
      one.close();
      record("first byte direct ms", one.ms);
      const other = await openStream(server.port, "/c/upstream/stream", { authorization });
      other.close();
      record("first byte through ms", other.ms);
    }
    record("redact /s", redactPerSecond(seconds / 2));
    record("parse /s", parsePerSecond(seconds / 2));
  }

  const beforeMiB = rssMiB(server.process.pid);
  const streams = await Promise.all(
    Array.from({ length: 500 }, () => openStream(server?.port ?? 0, "/c/upstream/stream", { authorization })),
  );
  await sleep(3000);
  record("500 streams MiB", rssMiB(server.process.pid) - beforeMiB);
  for (const stream of streams) stream.close();
}

function report(): void {
  const fsync = median("raw fsync /s");
  const writeGoal = Math.min(2500, 4 * fsync);
  const rows: readonly (readonly [string, string, string, boolean])[] = [
    row("create", "/s", writeGoal, "least"),
    row("create", "p99", 20, "most"),
    row("rotate", "/s", writeGoal, "least"),
    row("rotate", "p99", 20, "most"),
    row("describe", "/s", 9000, "least"),
    row("describe", "p99", 10, "most"),
    row("describe during checks", "p99", 15, "most"),
    row("apply of 100, POST", "p50", 5, "most"),
    row("apply of 100, GET", "p50", 5, "most"),
    row("five requests of a command", "ms", 25, "most"),
    row("page first", "/s", 1200, "least"),
    row("page last", "/s", 1200, "least"),
    row("added", "p50", 1, "most"),
    row("added", "p99", 5, "most"),
    row("through, 8 at a time", "/s", 3000, "least"),
    row("500 streams", "MiB", 100, "most"),
    row("redact", "/s", 100_000, "least"),
    row("health", "ms", 500, "most"),
    row("idle", "MiB", 90, "most"),
  ];
  print("measure | median | goal | reached");
  print("---|---|---|---");
  const measured = rows.filter(([name]) => figures.has(name));
  for (const [name, value, goal, isReached] of measured)
    print(`${name} | ${value} | ${goal} | ${isReached ? "yes" : "NO"}`);
  print("");
  print("all medians");
  for (const name of figures.keys()) print(`${name} | ${shown(median(name))}`);
}

function row(
  name: string,
  unit: string,
  goal: number,
  direction: "least" | "most",
): readonly [string, string, string, boolean] {
  const value = median(`${name} ${unit}`);
  const isReached = direction === "least" ? value >= goal : value <= goal;
  return [
    `${name} ${unit}`,
    shown(value),
    `${direction === "least" ? ">=" : "<="} ${shown(goal)}`,
    isReached,
  ];
}

function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function shown(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value.toFixed(2);
}

/** Path and query of the list's last full page. */
async function lastPageOf(port: number, total: number): Promise<string> {
  let path = `${base}?page_size=100`;
  for (let seen = 200; seen <= total; seen += 100) {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization } });
    const { metadata } = (await answer.json()) as { metadata: { next: string } };
    if (metadata.next === "") break;
    const url = new URL(metadata.next);
    path = `${url.pathname}${url.search}`;
  }
  return path;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
