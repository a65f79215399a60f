import type { Socket } from "node:net";
import type { Connection as ConnectionOfDriver } from "mongodb/lib/cmap/connection.js";
import type { DriverLogin, DriverVerdict } from "../driver-messages.ts";
import {
  Connection,
  MongoCredentials,
  Plain,
  performInitialHandshake,
  ScramSHA1,
  ScramSHA256,
} from "./mongodb-driver.ts";
import type { ServerChannel } from "./server-channel.ts";

export async function logInMongodb(
  { address, username, password, source, mechanism }: Extract<DriverLogin, { driver: "mongodb" }>,
  channel: ServerChannel,
): Promise<DriverVerdict> {
  const providers = new Map([
    ["SCRAM-SHA-1", new ScramSHA1()],
    ["SCRAM-SHA-256", new ScramSHA256()],
    ["PLAIN", new Plain()],
  ]);
  const options = {
    id: 1,
    generation: 0,
    hostAddress: address,
    monitorCommands: false,
    loadBalanced: false,
    metadata: Promise.resolve({ driver: { name: "keymoor", version: "1" }, os: { type: process.platform } }),
    authProviders: { getOrCreateProvider: (name: string) => providers.get(name) },
    credentials: new MongoCredentials({
      username,
      password,
      source,
      mechanism,
      mechanismProperties: {},
    }),
  };
  // It has of a socket what the driver uses.
  const connection = new Connection(channel as unknown as Socket, options);
  refuseEndlessWork(connection);
  try {
    await performInitialHandshake(connection, options);
    const { arbiterOnly, setName } = connection.hello ?? {};
    // An arbiter knows no users, so the driver does not log in to it.
    const replicaSet = typeof setName === "string" ? setName : undefined;
    const isArbiter = arbiterOnly === true;
    return { kind: "logged_in", wasAsked: !isArbiter, isArbiter, replicaSet };
  } catch (error) {
    return verdictOn(error);
  } finally {
    connection.destroy();
  }
}

/**
 * In SCRAM the server says how often the password is to be hashed, and the driver does as told, in a pool of four threads
 * that the whole process shares. MongoDB's own default is 15,000.
 */
function refuseEndlessWork(connection: ConnectionOfDriver): void {
  const command = connection.command.bind(connection);
  connection.command = async (...args) => {
    const answer = await command(...args);
    for (const { payload } of [answer, answer.speculativeAuthenticate ?? {}] as { payload?: unknown }[]) {
      const iterations = /(?:^|,)i=(\d+)/.exec(textOfPayload(payload))?.[1];
      if (iterations !== undefined && Number(iterations) > maxIterations) throw new TooMuchWork();
    }
    return answer;
  };
}

class TooMuchWork extends Error {}

const maxIterations = 200_000;

/** BSON's Binary has its bytes in `buffer`. */
function textOfPayload(payload: unknown): string {
  if (payload instanceof Uint8Array) return Buffer.from(payload).toString("latin1");
  if (typeof payload !== "object" || payload === null || !("buffer" in payload)) return "";
  return payload.buffer instanceof Uint8Array ? Buffer.from(payload.buffer).toString("latin1") : "";
}

function verdictOn(error: unknown): DriverVerdict {
  if (error instanceof TooMuchWork) return { kind: "too_much_work" };
  const name = error instanceof Error ? error.name : "";
  if (name === "MongoServerError") {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    return { kind: "server_error", code, wasAsked: true };
  }
  if (name === "MongoCompatibilityError") return { kind: "other_version" };
  return { kind: name.startsWith("MongoNetwork") ? "closed" : "not_understood" };
}
