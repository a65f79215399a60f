import type { Socket } from "node:net";
import { Worker } from "node:worker_threads";
import { type CheckFailure, NotDone } from "../check-failure.ts";
import type { TimedSteps } from "../timed-steps.ts";
import type { DriverLogin, DriverName, DriverVerdict, FromDriver, ToDriver } from "./driver-messages.ts";
import { maxAnswerBytes, type WholeMessages } from "./whole-messages.ts";

export interface DriverStart {
  /** The bundle of `thread/login-driver.ts`. */
  readonly driverFile: URL;
  readonly name: DriverName;
  readonly probes: Pick<TimedSteps, "prepare">;
  readonly startTimeoutMs?: number;
}

export interface DriverQuestion {
  readonly login: DriverLogin;
  /** Connected, judged and encrypted as far as it is to be. */
  readonly channel: Socket;
  readonly messages: WholeMessages;
  /** The service did what no such server does. */
  readonly misunderstood: () => CheckFailure;
  /** The time is over, or the check is. */
  readonly ended: AbortSignal;
}

export interface DriverAnswer {
  readonly verdict: DriverVerdict;
  /** How the channel broke, if it did. */
  readonly broken: unknown;
}

/**
 * Loads a driver into a thread that ends with the work. Drivers trust their server: what one sends can make them throw in an
 * event, loop for ever or fill the memory, and there it takes nothing along. The thread gets bytes and gives bytes; it has no
 * socket, and nothing of the environment. To load it takes long on a busy machine, and none of that is the service's time.
 */
export async function withDriver<T>(
  { driverFile, name, probes, startTimeoutMs = 10_000 }: DriverStart,
  work: (driver: Worker) => Promise<T>,
): Promise<T> {
  const worker = new Worker(driverFile, {
    name: "login-driver",
    workerData: name,
    resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8 },
    execArgv: [],
    env: {},
    // What a driver has to say in words is nobody's business.
    stdout: true,
    stderr: true,
  });
  worker.on("error", () => {}); // the thread's end follows, which is listened for
  try {
    await probes.prepare("login", "The driver could not be started in time", startTimeoutMs, () =>
      untilReady(worker),
    );
    return await work(worker);
  } finally {
    await worker.terminate();
  }
}

function untilReady(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      worker.off("message", onReady).off("exit", onThreadEnd);
      act();
    };
    // It says nothing else before it is asked.
    const onReady = (): void => settle(resolve);
    const onThreadEnd = (): void => settle(() => reject(new NotDone("The driver could not be started")));
    worker.on("message", onReady).on("exit", onThreadEnd);
  });
}

/** Has it log in. A driver is asked once. */
export function askDriver(worker: Worker, question: DriverQuestion): Promise<DriverAnswer> {
  const { login, channel, messages, misunderstood, ended } = question;
  return new Promise((resolve, reject) => {
    let isSettled = false;
    let sentBytes = 0;
    let broken: unknown = channel.errored ?? undefined; // while the driver was loaded

    const tell = (message: ToDriver, transfer: ArrayBuffer[] = []): void =>
      worker.postMessage(message, transfer);
    const settle = (act: () => void): void => {
      if (isSettled) return;
      isSettled = true;
      ended.removeEventListener("abort", onAbort);
      channel.off("data", onData).off("error", onError).off("close", onClose);
      act();
    };
    const fail = (error: unknown): void =>
      settle(() => {
        channel.destroy();
        reject(error);
      });
    /** In an event nobody would catch it, and the process would end. */
    const guarded =
      <T>(handle: (given: T) => void) =>
      (given: T): void => {
        try {
          if (!isSettled) handle(given);
        } catch (error) {
          fail(error);
        }
      };

    const onData = guarded((chunk: Buffer) => {
      const bytes = messages.next(chunk);
      if (bytes.length > 0) tell({ kind: "bytes", bytes }, [bytes.buffer]);
    });
    const onError = guarded((error: Error) => {
      broken = error;
    });
    const onClose = guarded(() => tell({ kind: "closed" }));
    const onAbort = (): void => fail(misunderstood()); // the step has its own words for it
    const onMessage = guarded((message: FromDriver) => {
      switch (message.kind) {
        case "ready":
          return;
        case "bytes":
          sentBytes += message.bytes.length;
          if (sentBytes > maxAnswerBytes) throw misunderstood();
          channel.write(message.bytes);
          return;
        case "verdict":
          settle(() => {
            channel.end();
            resolve({ verdict: message.verdict, broken });
          });
      }
    });
    const onThreadEnd = (): void => fail(misunderstood());

    worker.on("message", onMessage).on("messageerror", onThreadEnd).on("exit", onThreadEnd);
    ended.addEventListener("abort", onAbort, { once: true });
    if (ended.aborted) {
      onAbort();
      return;
    }
    tell({ kind: "login", login });
    channel.on("data", onData).on("error", onError).on("close", onClose);
    if (channel.destroyed) tell({ kind: "closed" });
    channel.resume(); // paused after PostgreSQL's question for TLS
  });
}
