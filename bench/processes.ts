import { type ChildProcess, spawn } from "node:child_process";
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { freePort } from "../test/fixtures/loopback.ts";
import type { LoadPlan, LoadResult } from "./load.ts";

const distFolder = new URL("..", import.meta.url).pathname;

export interface Server {
  readonly port: number;
  readonly process: ChildProcess;
  /** From spawn to the first 200 of /health. */
  readonly healthMs: number;
  readonly stop: () => Promise<void>;
}

/** Starts the built server on a data folder and waits for /health. */
export async function startServer(
  folder: string,
  seedFile: string,
  settings: Readonly<Record<string, string>> = {},
  /** Gets the log, instead of the terminal. */
  logged?: (chunk: string) => void,
): Promise<Server> {
  const port = await freePort();
  const startedMs = performance.now();
  const child = spawn(process.execPath, [join(distFolder, "keymoor.js"), "serve"], {
    env: {
      PATH: process.env.PATH,
      KEYMOOR_PORT: String(port),
      KEYMOOR_DATA: folder,
      KEYMOOR_SEED: seedFile,
      KEYMOOR_LOG_LEVEL: "warn",
      // Most connections lead to examples, and nobody is to be dialled.
      KEYMOOR_VERIFY: "off",
      ...settings,
    },
    stdio: ["ignore", "ignore", logged === undefined ? "inherit" : "pipe"],
  });
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => logged?.(chunk));
  const failed = new Promise<never>((_, reject) => {
    child.once("exit", (code) => reject(new Error(`the server ended with code ${code}`)));
  });
  failed.catch(() => undefined);
  await Promise.race([waitForHealth(port), failed]);
  const healthMs = performance.now() - startedMs;
  return {
    port,
    process: child,
    healthMs,
    stop: () =>
      new Promise((resolve) => {
        child.once("exit", () => resolve());
        child.kill("SIGTERM");
      }),
  };
}

/** Starts the service that calls go to. */
export async function startUpstream(): Promise<{ readonly port: number; readonly stop: () => void }> {
  const child = spawn(process.execPath, [join(distFolder, "bench/upstream.js")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const port = await new Promise<number>((resolve) =>
    child.stdout.once("data", (text: Buffer) => resolve(Number(text))),
  );
  return { port, stop: () => child.kill("SIGTERM") };
}

/** Runs one load in a process of its own. */
export async function load(plan: LoadPlan): Promise<LoadResult> {
  const child = spawn(process.execPath, [join(distFolder, "bench/load.js"), JSON.stringify(plan)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`the load ended with code ${code}`);
  return JSON.parse(text) as LoadResult;
}

/** Resident memory of a process in MiB (Linux; 0 elsewhere). */
export function rssMiB(pid: number | undefined): number {
  try {
    const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Number(line ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** How often this disk writes 1 KiB and makes it durable, per second, one after the other. */
export function rawFsyncsPerSecond(folder: string, seconds: number): number {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "fsync");
  const handle = openSync(file, "w");
  const block = Buffer.alloc(1024, 7);
  const untilMs = performance.now() + seconds * 1000;
  let count = 0;
  while (performance.now() < untilMs) {
    writeSync(handle, block);
    fsyncSync(handle);
    count += 1;
  }
  closeSync(handle);
  rmSync(file);
  return count / seconds;
}

/** A seed with one organization, environment and key, and a connection to the upstream. */
export function writeSeed(file: string, upstreamPort: number): void {
  writeFileSync(
    file,
    `organization: { id: 1111aaaa-11aa-11aa-11aa-111111aaaaaa, name: Bench }
environments: [ { id: env-bench, name: default } ]
regions: [ { cloud: aws, region: us-east-1 } ]
users: [ { id: u-bench, email: bench@example.com, password: bench-password-1, roles: [ { role: OrganizationAdmin } ] } ]
apiKeys:
  - { id: BENCHKEY, secret: bench-secret, owner: u-bench, environment: env-bench, cloud: aws, region: us-east-1 }
connections:
  - { name: upstream, environment: env-bench, cloud: aws, region: us-east-1, type: rest, endpoint: "http://127.0.0.1:${upstreamPort}/v1", credential: { token: "bench-token-0123456789" } }
`,
    { mode: 0o600 },
  );
}

export interface FirstByte {
  readonly ms: number;
  readonly close: () => void;
}

/** Opens a stream and waits for its first body byte. */
export function openStream(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<FirstByte> {
  return new Promise((resolve, reject) => {
    const startedMs = performance.now();
    const outgoing = request({ host: "127.0.0.1", port, path, headers, agent: false }, (answer) => {
      answer.once("data", () =>
        resolve({ ms: performance.now() - startedMs, close: () => outgoing.destroy() }),
      );
      answer.on("error", () => undefined);
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}

async function waitForHealth(port: number): Promise<void> {
  for (;;) {
    const isHealthy = await new Promise<boolean>((resolve) => {
      const outgoing = request({ host: "127.0.0.1", port, path: "/health", agent: false }, (answer) => {
        answer.resume();
        resolve(answer.statusCode === 200);
      });
      outgoing.on("error", () => resolve(false));
      outgoing.end();
    });
    if (isHealthy) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
