import { connect, type Socket } from "node:net";

/** One kind of request, made `connections` at a time for `seconds`. Sent to this process as JSON in its first argument. */
export interface LoadPlan {
  readonly host: string;
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  readonly warmupSeconds: number;
  readonly method: string;
  /** `{n}` becomes the number of the request, `{c}` that of the connection. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** First number that `{n}` takes; after `modulo` numbers it starts over. */
  readonly from: number;
  readonly modulo?: number;
  readonly expect: number;
}

export interface LoadResult {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly failures: number;
  readonly firstFailure: string | undefined;
  /** Where `{n}` stands afterwards. */
  readonly next: number;
}

/**
 * A closed loop over raw sockets: one request in flight per connection, none pipelined. Sockets instead of an HTTP client,
 * because the load shares two cores with the server and must cost little.
 */
async function run(plan: LoadPlan): Promise<LoadResult> {
  let next = plan.from;
  let failures = 0;
  let firstFailure: string | undefined;
  let isMeasuring = false;
  let isOver = false;
  const latenciesMs: number[] = [];

  const head = Object.entries(plan.headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");
  const build = (connection: number): string => {
    const n = String(plan.modulo === undefined ? next : next % plan.modulo);
    next += 1;
    const fill = (text: string) => text.replaceAll("{n}", n).replaceAll("{c}", String(connection));
    const body = plan.body === undefined ? "" : fill(plan.body);
    const length = plan.body === undefined ? "" : `content-length: ${Buffer.byteLength(body)}\r\n`;
    return `${plan.method} ${fill(plan.path)} HTTP/1.1\r\nhost: ${plan.host}:${plan.port}\r\n${head}${length}\r\n${body}`;
  };

  const loop = (connection: number) =>
    new Promise<void>((resolve, reject) => {
      const socket = connect(plan.port, plan.host);
      let startedMs = 0;
      let pending: Buffer = Buffer.alloc(0);
      const send = () => {
        startedMs = performance.now();
        socket.write(build(connection));
      };
      socket.setNoDelay(true);
      socket.on("connect", send);
      socket.on("error", reject);
      socket.on("close", () => (isOver ? resolve() : reject(new Error("the server closed a connection"))));
      socket.on("data", (chunk) => {
        pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
        const answer = completeAnswer(pending);
        if (answer === undefined) return;
        if (isMeasuring) latenciesMs.push(performance.now() - startedMs);
        if (answer.status !== plan.expect) {
          failures += 1;
          firstFailure ??= pending.toString("utf8", 0, 600);
        }
        pending = Buffer.alloc(0);
        if (isOver) endSocket(socket);
        else send();
      });
    });

  const loops = Promise.all(Array.from({ length: plan.connections }, (_, connection) => loop(connection)));
  await sleep(plan.warmupSeconds * 1000);
  isMeasuring = true;
  const startedMs = performance.now();
  await sleep(plan.seconds * 1000);
  isMeasuring = false;
  const tookMs = performance.now() - startedMs;
  isOver = true;
  await loops;
  latenciesMs.sort((a, b) => a - b);
  return {
    requests: latenciesMs.length,
    perSecond: (latenciesMs.length / tookMs) * 1000,
    p50Ms: quantile(latenciesMs, 0.5),
    p99Ms: quantile(latenciesMs, 0.99),
    maxMs: latenciesMs.at(-1) ?? 0,
    failures,
    firstFailure,
    next,
  };
}

/** Status of an answer that has arrived whole; handles Content-Length, chunked and empty bodies. */
function completeAnswer(bytes: Buffer): { readonly status: number } | undefined {
  const headEnd = bytes.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const head = bytes.toString("latin1", 0, headEnd);
  const status = Number(head.slice(9, 12));
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined) return bytes.length >= headEnd + 4 + Number(length) ? { status } : undefined;
  if (/\r\ntransfer-encoding: *chunked/i.test(head)) {
    return bytes.subarray(-5).toString("latin1") === "0\r\n\r\n" ? { status } : undefined;
  }
  return { status };
}

function endSocket(socket: Socket): void {
  socket.end();
  socket.destroySoon();
}

function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const [, , plan] = process.argv;
if (plan === undefined) throw new Error("the first argument is a load plan in JSON");
process.stdout.write(JSON.stringify(await run(JSON.parse(plan) as LoadPlan)));
