import type { Socket } from "node:net";
import type { DriverLogin, DriverVerdict } from "../driver-messages.ts";
import { Client } from "./pg-client.ts";
import type { ServerChannel } from "./server-channel.ts";

/** Nothing is left to the driver that it would take from the environment or from files. */
export async function logInPostgresql(
  { host, port, user, password, database }: Extract<DriverLogin, { driver: "postgresql" }>,
  channel: ServerChannel,
): Promise<DriverVerdict> {
  let wasAsked = false;
  const client = new Client({
    host,
    port,
    user,
    database,
    password: () => {
      wasAsked = true;
      return password;
    },
    ssl: false, // is there already where it is wanted
    sslnegotiation: "postgres",
    application_name: "keymoor",
    client_encoding: "UTF8",
    options: " ", // blank, but not empty, which would be PGOPTIONS
    stream: () => channel as unknown as Socket, // it has of a socket what the driver uses
  });
  client.on("error", () => {}); // what comes after the verdict
  try {
    await client.connect();
    return { kind: "logged_in", wasAsked, isArbiter: false, replicaSet: undefined };
  } catch (error) {
    return verdictOn(error, wasAsked);
  } finally {
    client.end().catch(() => {});
  }
}

function verdictOn(error: unknown, wasAsked: boolean): DriverVerdict {
  if (!(error instanceof Error)) return { kind: "not_understood" };
  const code = "code" in error ? String(error.code) : "";
  // Only the server's own errors have it.
  if ("severity" in error) return { kind: "server_error", code, wasAsked };
  return { kind: error.message.startsWith("Connection terminated") ? "closed" : "not_understood" };
}
