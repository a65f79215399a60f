import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  connectionBody,
  makeFolder,
  type RunningServer,
  seeded,
  sqlV1,
  startServer,
} from "./fixtures/server-process.ts";

describe("POST /keymoor/v1/reset", () => {
  const { folder, remove } = makeFolder();
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer(folder, { KEYMOOR_DEV: "1" });
  });
  afterAll(async () => {
    await server.end();
    remove();
  });

  const reset = (key?: string) => server.send("POST", "/keymoor/v1/reset", undefined, key);

  it("brings a server for tests back to its seed, and its audit trail goes on", async () => {
    await server.send("POST", `${sqlV1}/connections`, connectionBody("c1", "sk-1"));
    await server.send("POST", `${sqlV1}/statements`, { name: "s1", spec: { statement: "SHOW CONNECTIONS" } });
    expect((await reset()).status).toBe(204);
    expect((await server.get(`${sqlV1}/connections`)).json).toMatchObject({
      data: [],
      metadata: { total_size: 0 },
    });
    expect((await server.get(`${sqlV1}/statements`)).json).toMatchObject({ data: [] });
    const events = await server.get("/keymoor/v1/audit-events?action=server.reset");
    expect(events.json).toMatchObject({ data: [{ outcome: "done", principal: "u-admin1" }] });
    const made = await server.send("POST", `${sqlV1}/connections`, connectionBody("c1", "sk-2"));
    expect(made.status).toBe(201);
  });

  it("lets nobody see the server while it is empty", async () => {
    const answers = await Promise.all([
      reset(),
      ...Array.from({ length: 20 }, () => server.get(`${sqlV1}/connections`)),
      reset(),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([204, ...Array.from({ length: 20 }, () => 200), 204]);
  });

  it("takes OrganizationAdmin and a Cloud key", async () => {
    for (const key of [seeded.developerKey, seeded.flinkKey]) expect((await reset(key)).status).toBe(403);
  });

  it("is there only where KEYMOOR_DEV is on", async () => {
    const other = makeFolder();
    const plain = await startServer(other.folder);
    expect((await plain.send("POST", "/keymoor/v1/reset", undefined)).status).toBe(404);
    await plain.end();
    other.remove();
  });
});
