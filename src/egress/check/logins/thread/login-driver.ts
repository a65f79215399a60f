import { parentPort, workerData } from "node:worker_threads";
import type { DriverLogin, DriverName, DriverVerdict, FromDriver, ToDriver } from "../driver-messages.ts";
import { ServerChannel } from "./server-channel.ts";

/** One login by a service's own driver, in a thread of its own that dials, looks up and reads nothing (`../ask-driver.ts`). */
if (parentPort === null) throw new Error("this file is a thread's");
const port = parentPort;
const tell = (message: FromDriver): void => port.postMessage(message);

const drivers = {
  postgresql: () => import("./log-in-postgresql.ts"),
  mongodb: () => import("./log-in-mongodb.ts"),
} satisfies Record<DriverName, () => Promise<unknown>>;

const name: DriverName = workerData;
const channel = new ServerChannel(port);
port.on("message", async (message: ToDriver) => {
  if (message.kind === "login") tell({ kind: "verdict", verdict: await logIn(message.login) });
});
await drivers[name]();
tell({ kind: "ready" });

async function logIn(login: DriverLogin): Promise<DriverVerdict> {
  switch (login.driver) {
    case "postgresql":
      return (await drivers.postgresql()).logInPostgresql(login, channel);
    case "mongodb":
      return (await drivers.mongodb()).logInMongodb(login, channel);
  }
}
