import { Duplex } from "node:stream";
import type { MessagePort } from "node:worker_threads";
import type { FromDriver, ToDriver } from "../driver-messages.ts";

/** The service, to a driver that thinks it has a socket. */
export class ServerChannel extends Duplex {
  readonly #port: MessagePort;

  constructor(port: MessagePort) {
    super();
    this.#port = port;
    port.on("message", (message: ToDriver) => {
      if (message.kind === "bytes") this.push(Buffer.from(message.bytes));
      // In a turn of its own, so that what came before is understood first.
      if (message.kind === "closed") setImmediate(() => this.destroy());
    });
  }

  /** pg asks for it and waits for the event. */
  connect(): this {
    process.nextTick(() => this.emit("connect"));
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  /** The time is kept outside. */
  setTimeout(): this {
    return this;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, callback: () => void): void {
    // A copy: a buffer out of the pool would take the whole pool along.
    const bytes = new Uint8Array(chunk);
    this.#port.postMessage({ kind: "bytes", bytes } satisfies FromDriver, [bytes.buffer]);
    callback();
  }
}
