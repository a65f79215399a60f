import { createServer, connect as dial, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { listenOnLoopback } from "../../../../test/fixtures/loopback.ts";
import { CheckFailure } from "../check-failure.ts";
import { createTimedSteps } from "../timed-steps.ts";
import { askDriver, withDriver } from "./ask-driver.ts";
import { WholeMessages } from "./whole-messages.ts";

const closing: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const misunderstood = (): CheckFailure => new CheckFailure("unreachable", "not as such a server does");

/** Asks a thread of this code, which has `port` and `tell`, with a service that sends one byte. */
async function ask(code: string, { stepTimeoutMs = 10_000, startTimeoutMs = 10_000 } = {}) {
  const received: Buffer[] = [];
  const server = createServer((socket) => {
    closing.push(() => socket.destroy());
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => {
      received.push(chunk);
      socket.write("y");
    });
    socket.write("x");
  });
  closing.push(() => server.close());
  const { port } = await listenOnLoopback(server);
  const channel = await new Promise<Socket>((resolve) => {
    const socket = dial(port, "127.0.0.1", () => resolve(socket));
    socket.on("error", () => {});
  });
  closing.push(() => channel.destroy());
  const prelude =
    "import { parentPort as port } from 'node:worker_threads'; const tell = (m) => port.postMessage(m);";
  const login = {
    driver: "mongodb",
    address: "db.example:1",
    username: "u",
    password: "p",
    source: "s",
    mechanism: "m",
  } as const;
  const probes = createTimedSteps(stepTimeoutMs, new AbortController().signal);
  const start = {
    driverFile: new URL(`data:text/javascript,${encodeURIComponent(`${prelude}\n${code}`)}`),
    name: login.driver,
    probes,
    startTimeoutMs,
  };
  const messages = new WholeMessages((bytes) => bytes.length || undefined, misunderstood);
  const answer = await withDriver(start, (driver) =>
    probes.step("login", "No answer in time", async (ended) => ({
      detail: "Answered",
      value: await askDriver(driver, { login, channel, messages, misunderstood, ended }),
    })),
  );
  return { ...answer, steps: probes.steps, received: () => Buffer.concat(received).toString() };
}

const ready = "tell({ kind: 'ready' });";

/** Runs once bytes went out and came back. */
const later = (code: string): string =>
  `port.on('message', (m) => {
    if (m.kind === 'login') tell({ kind: 'bytes', bytes: Buffer.from('p') });
    if (m.kind === 'bytes' && Buffer.from(m.bytes).includes('y')) { ${code} }
  });`;

test("bytes go in and out, and the login comes by message", async () => {
  const answer = await ask(`${ready}
    port.on('message', (m) => {
      if (m.kind === 'login') tell({ kind: 'bytes', bytes: Buffer.from(m.login.password) });
      if (m.kind === 'bytes') tell({ kind: 'verdict', verdict: { kind: String.fromCharCode(m.bytes[0]) } });
    });`);
  expect(answer.verdict.kind).toBe("x");
  while (answer.received() === "") await new Promise((resolve) => setTimeout(resolve, 5));
  expect(answer.received()).toBe("p");
});

test("the thread knows nothing of the environment", async () => {
  const { verdict } = await ask(
    `${ready} port.on('message', () => tell({ kind: 'verdict', verdict: { kind: JSON.stringify(process.env) } }));`,
  );
  expect(verdict.kind).toBe("{}");
});

test.each([
  ["throws in an event", later("throw new Error('secret');")],
  ["rejects", later("Promise.reject(new Error('secret'));")],
  ["ends", later("process.exit(0);")],
  ["fills the memory", later("const all = []; for (;;) all.push(new Array(10_000).fill(all.length));")],
  [
    "sends without end",
    later("for (let i = 0; i < 300; i++) tell({ kind: 'bytes', bytes: new Uint8Array(1024) });"),
  ],
])("a driver that %s takes nothing along", async (_what, code) => {
  const keep = "port.on('message', () => {});";
  await expect(ask(`${keep} ${ready} ${code}`)).rejects.toThrow("not as such a server does");
});

test("a driver that loops is ended with its time", async () => {
  // It settles once the thread is gone.
  await expect(ask(`${ready} for (;;);`, { stepTimeoutMs: 300 })).rejects.toMatchObject({
    outcome: "unreachable",
    message: "No answer in time (0.3 seconds)",
  });
});

test("the time that a driver takes to load is not the service's", async () => {
  const answering = `port.on('message', () => tell({ kind: 'verdict', verdict: { kind: 'loaded' } }));`;
  const { verdict, steps } = await ask(
    `${answering} await new Promise((go) => setTimeout(go, 1500)); ${ready}`,
    { stepTimeoutMs: 1000 },
  );
  expect(verdict.kind).toBe("loaded");
  expect(steps).toMatchObject([{ name: "login", outcome: "passed" }]);
});

test("a driver that does not load in its own time says nothing of the service", async () => {
  await expect(ask("port.on('message', () => {});", { startTimeoutMs: 200 })).rejects.toMatchObject({
    outcome: "cannot_tell",
    message: "The driver could not be started in time (0.2 seconds)",
  });
});

test("a driver that cannot be loaded says nothing of the service", async () => {
  await expect(ask("throw new Error('secret');")).rejects.toMatchObject({
    outcome: "cannot_tell",
    message: "The driver could not be started",
  });
});
