import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FakeCheck, fakeCheck } from "../../test/fixtures/checks.ts";
import { openServices, region, type ServicesFixture } from "../../test/fixtures/services.ts";
import { loadConfig } from "../config/load-config.ts";
import type { Services } from "../operations/services.ts";
import { sampleCreate } from "../storage/test-records.ts";
import { Background } from "./background.ts";

let fake: FakeCheck;
let fixture: ServicesFixture;
let services: Services;
let background: Background;
let receiver: Server;
let posts: number;
beforeEach(async () => {
  posts = 0;
  receiver = createServer((request, response) => {
    posts += 1;
    request.resume();
    response.end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  fake = fakeCheck();
  fixture = await openServices({ check: fake.check, settings: { reportsStatus: true } });
  background = new Background();
  services = { ...fixture.services, nudge: background.nudge };
});
afterEach(async () => {
  await background.stop();
  await fixture.close();
  receiver.closeAllConnections();
  receiver.close();
});

function start(verify: "on" | "off"): void {
  const { config } = loadConfig({
    flags: {},
    folder: fixture.folder,
    env: {
      KEYMOOR_VERIFY: verify,
      KEYMOOR_WEBHOOK_URL: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`,
      KEYMOOR_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 1).toString("base64")}`,
    },
  });
  background.start(services, config, { warn: () => {}, error: () => {} });
}

const place = { environmentId: "env-abc123", ...region };
/** No vault has sealed it, so its check does not get as far as the service, and is tried again later. */
const insert = (name: string) =>
  services.store.write([sampleCreate(name, { createdAt: services.now().toISOString() })]);
const plan = async (name: string) => {
  const connection = await services.store.read.connection(place, name);
  return await services.store.read.checkPlan(connection?.uid ?? "");
};

describe("what runs beside requests", () => {
  it("begins what was due before the start, and what a request says is due", async () => {
    await insert("before");
    start("on");
    await expect.poll(async () => (await plan("before"))?.trigger).toBe("scheduled");
    await insert("after");
    background.nudge.checks();
    await expect.poll(async () => (await plan("after"))?.trigger).toBe("scheduled");
  });

  it("delivers reports as soon as there are some", async () => {
    start("off");
    const at = services.now().toISOString();
    const record = {
      id: "msg_1",
      connectionUid: "c",
      createdAt: at,
      body: "{}",
      attempts: 0,
      dueAt: at,
      claimedUntil: null,
    };
    await services.store.write([{ do: "insert_webhook", record }]);
    background.nudge.reports();
    await expect.poll(() => posts).toBe(1);
  });

  it("checks nothing where that is switched off", async () => {
    await insert("c");
    start("off");
    background.nudge.checks();
    await background.stop();
    expect(await plan("c")).toMatchObject({ trigger: "created", claimedUntil: null });
  });

  it("takes words that there is work before its start and after its stop, and does nothing", async () => {
    background.nudge.checks();
    background.nudge.reports();
    start("on");
    await background.stop();
    await insert("c");
    background.nudge.checks();
    await new Promise((resolve) => setImmediate(resolve));
    expect(await plan("c")).toMatchObject({ trigger: "created", claimedUntil: null });
  });
});
