import { parentPort } from "node:worker_threads";
import type { DriverLogin, DriverVerdict, FromDriver, ToDriver } from "../driver-messages.ts";
import { ServerChannel } from "./server-channel.ts";

/** One login by a service's own driver, in a thread of its own that dials, looks up and reads nothing (`../ask-driver.ts`). */
if (parentPort === null) throw new Error("this file is a thread's");
const port = parentPort;
const tell = (message: FromDriver): void => port.postMessage(message);

const channel = new ServerChannel(port);
port.on("message", async (message: ToDriver) => {
  if (message.kind !== "login") return;
  const logIn = await driverOf(message.login);
  tell({ kind: "ready" });
  tell({ kind: "verdict", verdict: await logIn(channel) });
});

async function driverOf(login: DriverLogin): Promise<(channel: ServerChannel) => Promise<DriverVerdict>> {
  switch (login.driver) {
    case "postgresql": {
      const { logInPostgresql } = await import("./log-in-postgresql.ts");
      return (channel) => logInPostgresql(login, channel);
    }
    case "mongodb": {
      const { logInMongodb } = await import("./log-in-mongodb.ts");
      return (channel) => logInMongodb(login, channel);
    }
  }
}
