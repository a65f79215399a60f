import { createServer, type Server, type Socket } from "node:net";
import { createAddressPolicy } from "../../src/egress/address-policy.ts";
import type { CheckResult } from "../../src/egress/check-result.ts";
import { createEgress } from "../../src/egress/egress.ts";
import { driverFile } from "../fixtures/driver-file.ts";
import { listenOnLoopback } from "../fixtures/loopback.ts";
import { connectionOf, typeAndMethod } from "./call-type.ts";

export interface DriverCheckOptions {
  readonly username?: string;
  readonly password: string;
  readonly ca?: string;
  readonly stepTimeoutMs?: number;
}

/** A check of a database by its driver. Names that end in `.example` are this machine, but for a few that are elsewhere. */
export async function checkDatabase(
  type: "confluent_jdbc" | "mongodb",
  endpoint: string,
  { username = "app", password, ca, stepTimeoutMs = 5000 }: DriverCheckOptions,
): Promise<CheckResult> {
  const policy = createAddressPolicy({
    allow: ["127.0.0.1"],
    allowPrivate: false,
    own: () => [],
    lookup: async (name) => {
      if (name === "metadata.example") return [{ address: "169.254.169.254", family: 4 }];
      if (name.endsWith("example")) return [{ address: "127.0.0.1", family: 4 }];
      throw Object.assign(new Error("not found"), { code: "ENOTFOUND" });
    },
  });
  const limits = { checkStepTimeoutMs: stepTimeoutMs };
  const egress = createEgress({ policy, ca, limits, driverFile });
  try {
    const { type: facts, method } = typeAndMethod(type, "driver_login");
    return await egress.check(connectionOf(facts, method, endpoint, { username, password }));
  } finally {
    await egress.close();
  }
}

/** `passed`, `failed` and `skipped` steps, as `lookup connect !tls -login`. */
export function stepsOf({ steps }: CheckResult): string {
  const marks = { passed: "", failed: "!", skipped: "-" } as const;
  return steps.map(({ name, outcome }) => marks[outcome] + name).join(" ");
}

export interface RawServer {
  readonly port: number;
  readonly connections: () => number;
  /** Resolves when nobody is connected any more. */
  untilLeft(): Promise<void>;
  close(): Promise<void>;
}

/** A server that answers the first bytes of a connection with these, or with silence; or all that comes by a function. */
export async function startRawServer(answer?: Buffer | ((asked: Buffer) => Buffer)): Promise<RawServer> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  const server: Server = createServer((socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    if (typeof answer === "function") socket.on("data", (asked: Buffer) => socket.write(answer(asked)));
    else if (answer !== undefined) socket.once("data", () => socket.write(answer));
    else socket.resume();
  });
  const { port } = await listenOnLoopback(server);
  return {
    port,
    connections: () => accepted,
    untilLeft: async () => {
      while (sockets.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
