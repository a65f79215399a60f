import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fakeCheck } from "../../test/fixtures/checks.ts";
import { type ApiFixture, keymoorV1, openApi, openaiBody, sqlV1 } from "../../test/fixtures/services.ts";
import { createAddressPolicy } from "../egress/address-policy.ts";
import { createEgress } from "../egress/egress.ts";
import { Secret } from "../secret.ts";
import { createWebhookDelivery } from "./deliver-webhooks.ts";

const signingKey = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const secondMs = 1000;
const hourMs = 3600 * secondMs;

interface Received {
  readonly headers: IncomingMessage["headers"];
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly body: string;
}

let api: ApiFixture;
let receiver: Server;
let received: Received[];
/** What the receiver answers; 0: it does not. */
let statuses: number[];
let logged: Record<string, unknown>[];
beforeEach(async () => {
  received = [];
  statuses = [];
  logged = [];
  receiver = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    received.push({ headers: request.headers, method: request.method, url: request.url, body });
    const status = statuses.shift() ?? 204;
    if (status === 0) response.destroy();
    else response.writeHead(status, { location: "http://127.0.0.1:1/" }).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  api = await openApi({ check: fakeCheck().check, settings: { reportsStatus: true } });
  await api.send("POST", `${sqlV1}/connections`, openaiBody("c", "sk-canary-0123456789"));
  await api.send("POST", `${keymoorV1}/connections/c/verify`);
});
afterEach(async () => {
  await api.close();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});

const log = {
  warn: (facts: object) => void logged.push({ level: "warn", ...facts }),
  error: (facts: object) => void logged.push({ level: "error", ...facts }),
};
const target = () => ({
  url: new Secret(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook?token=tk-0123456789`),
  secret: new Secret(signingKey),
});
const delivery = () => createWebhookDelivery(api.services, target(), log);
const waiting = () => api.services.store.read.dueWebhooks("2100-01-01T00:00:00.000Z", 9);

describe("the webhook", () => {
  it("gets a signed message that the specification's own library verifies", async () => {
    await delivery().settle();
    expect(received).toHaveLength(1);
    const [message] = received;
    expect(message).toMatchObject({ method: "POST", url: "/hook?token=tk-0123456789" });
    expect(message?.headers["content-type"]).toBe("application/json");
    const headers = {
      "webhook-id": String(message?.headers["webhook-id"]),
      "webhook-timestamp": String(message?.headers["webhook-timestamp"]),
      "webhook-signature": String(message?.headers["webhook-signature"]),
    };
    expect(headers["webhook-id"]).toMatch(/^msg_/);
    expect(new Webhook(signingKey).verify(message?.body ?? "", headers)).toMatchObject({
      type: "connection.status_changed",
      data: { connection: "c", previous_phase: "PENDING", phase: "READY" },
    });
    expect(() => new Webhook(signingKey).verify(`${message?.body} `, headers)).toThrow();
    expect(await waiting()).toStrictEqual([]);
    expect(message?.body).not.toContain("canary");
  });

  it("is tried again after ever longer waits, under the same id, and given up after the last", async () => {
    statuses = Array.from({ length: 20 }, (_, n) => [500, 404, 302, 0][n % 4] ?? 500);
    const waits = [5, 30, 120, 600, 3600, 6 * 3600, 24 * 3600];
    await delivery().settle();
    for (const [n, seconds] of waits.entries()) {
      expect(received).toHaveLength(n + 1);
      api.advance((seconds - 1) * secondMs);
      await delivery().settle();
      expect(received).toHaveLength(n + 1);
      api.advance(secondMs);
      await delivery().settle();
    }
    expect(received).toHaveLength(8);
    expect(new Set(received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
    expect(await waiting()).toStrictEqual([]);
    expect(logged.map(({ level }) => level)).toStrictEqual([...waits.map(() => "warn"), "error"]);
    expect(logged[0]).toMatchObject({ attempts: 1, problem: "answered 500" });
    // The address carries a token.
    expect(JSON.stringify(logged)).not.toContain("tk-");
  });

  it("is delivered once it answers again", async () => {
    statuses = [503];
    await delivery().settle();
    api.advance(5 * secondMs);
    await delivery().settle();
    expect(received).toHaveLength(2);
    expect(await waiting()).toStrictEqual([]);
  });

  it("gets each message once from several servers that are up", async () => {
    for (const name of ["d", "e", "f", "g", "h"]) {
      await api.send("POST", `${sqlV1}/connections`, openaiBody(name));
      await api.send("POST", `${keymoorV1}/connections/${name}/verify`);
    }
    await Promise.all([delivery().settle(), delivery().settle(), delivery().settle()]);
    expect(received).toHaveLength(6);
  });

  it("gets a message again from another server when the one that had it is gone", async () => {
    const [message] = await waiting();
    const now = api.services.now();
    const until = new Date(now.getTime() + 60 * secondMs).toISOString();
    await api.services.store.write([
      { do: "claim_webhook", id: message?.id ?? "", at: now.toISOString(), until },
    ]);
    await delivery().settle();
    expect(received).toHaveLength(0);
    api.advance(hourMs);
    await delivery().settle();
    expect(received).toHaveLength(1);
  });

  it("that fails is asked by one message at a time, and gets all that waits once it answers", async () => {
    for (const name of ["d", "e", "f", "g", "h"]) {
      await api.send("POST", `${sqlV1}/connections`, openaiBody(name));
      await api.send("POST", `${keymoorV1}/connections/${name}/verify`);
    }
    statuses = Array.from({ length: 40 }, () => 500);
    const one = delivery();
    await one.settle();
    // Four at once, and then none.
    expect(received).toHaveLength(4);
    for (const [seconds, count] of [
      [119, 4],
      [1, 5],
      [599, 5],
      [1, 6],
      [600, 7],
    ] as const) {
      api.advance(seconds * secondMs);
      await one.settle();
      expect([seconds, received.length]).toStrictEqual([seconds, count]);
    }
    statuses = [];
    api.advance(600 * secondMs);
    await one.settle();
    // The rest need not wait for their own next attempts.
    api.advance(10 * secondMs);
    await one.settle();
    expect(await waiting()).toStrictEqual([]);
    expect(received).toHaveLength(13);
  });

  it("is told only the newest of a connection, whatever waited before", async () => {
    statuses = [500];
    const one = delivery();
    await one.settle();
    await api.send("PUT", `${sqlV1}/connections/c`, {
      spec: { auth_data: { data: '{"API_KEY":"sk-next-0123456789"}' } },
    });
    await api.send("POST", `${keymoorV1}/connections/c/verify`);
    await one.settle();
    api.advance(5 * secondMs);
    await one.settle();
    expect(received).toHaveLength(2);
    expect(new Set(received.map(({ headers }) => headers["webhook-id"])).size).toBe(2);
    expect(await waiting()).toStrictEqual([]);
  });

  it("is not dialled at an address that the rule forbids", async () => {
    const policy = createAddressPolicy({ allow: [], allowPrivate: false, own: () => [] });
    const egress = createEgress({ policy, ca: undefined });
    await createWebhookDelivery({ ...api.services, egress }, target(), log).settle();
    expect(received).toHaveLength(0);
    expect(logged).toMatchObject([{ problem: "address_forbidden" }]);
    await egress.close();
  });
});
