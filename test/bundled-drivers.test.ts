import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startScramMongodb } from "./fixtures/scram-mongodb.ts";
import { makeFolder, type RunningServer, seeded, startServer } from "./fixtures/server-process.ts";
import { startRawServer } from "./wire/driver-check.ts";

/** Drivers are loaded by the first check that needs one, and come from the bundle: nothing optional of theirs is installed. */
describe("the built server", () => {
  const { folder, remove } = makeFolder();
  const checks = `/keymoor/v1/organizations/${seeded.organization}/environments/${seeded.environment}/connection-checks`;
  let server: RunningServer;

  beforeAll(async () => {
    server = await startServer(folder);
  }, 60_000);
  afterAll(async () => {
    await server.end("SIGKILL");
    remove();
  });

  async function check(connection_type: string, endpoint: string, password: string) {
    const data = JSON.stringify({ USERNAME: "app", PASSWORD: password });
    const auth_data = { kind: "PlaintextProvider", data };
    const body = { name: "unsaved", spec: { connection_type, endpoint, auth_data } };
    const { status, text } = await server.send("POST", checks, body, seeded.flinkKey);
    const { outcome, detail } = JSON.parse(text);
    return [status, outcome, detail];
  }

  it("logs in to MongoDB", async () => {
    const mongodb = await startScramMongodb({ user: "app", password: "right-0123456789" });
    const endpoint = `mongodb://127.0.0.1:${mongodb.port}/`;
    const detail = "Logged in; the connection was not encrypted";
    expect(await check("MONGODB", endpoint, "right-0123456789")).toEqual([200, "accepted", detail]);
    expect((await check("MONGODB", endpoint, "other-0123456789"))[1]).toBe("refused");
    await mongodb.close();
  });

  it("logs in to PostgreSQL", async () => {
    const fields = Buffer.from("SFATAL\0C28P01\0Mno\0\0");
    const postgresql = await startRawServer(
      Buffer.concat([Buffer.from("E"), Buffer.from([0, 0, 0, fields.length + 4]), fields]),
    );
    const endpoint = `jdbc:postgresql://127.0.0.1:${postgresql.port}/db?sslmode=disable`;
    const detail = "Refused by the database: user name or password is wrong";
    expect(await check("CONFLUENT_JDBC", endpoint, "any-0123456789")).toEqual([200, "refused", detail]);
    await postgresql.close();
  });
});
