import { createServer as createUpstream } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import {
  basicOf,
  openaiBody,
  openGate,
  openServices,
  type ServicesFixture,
  sqlV1,
} from "../../test/fixtures/services.ts";
import { closeListener, listen } from "../start/listen.ts";
import type { RequestTime } from "./request-time.ts";
import { createServer } from "./server.ts";

const authorization = `Authorization: ${basicOf("organizationAdmin")}\r\n`;
const never = 3_600_000;

describe("a request that does not end", () => {
  let fixture: ServicesFixture;
  beforeEach(async () => {
    fixture = await openServices();
  });
  afterEach(() => fixture.close());

  async function serve(time: Partial<RequestTime>): Promise<number> {
    const app = await createServer(fixture.services, {
      gate: openGate,
      trustedProxies: [],
      log: { isLevelEnabled: () => false, debug: () => {}, error: () => {} },
      time: { headersMs: never, bodyMs: never, idleMs: never, ...time },
    });
    const server = await listen(app, { host: "127.0.0.1", port: 0 }, undefined);
    onTestFinished(async () => {
      server.closeAllConnections();
      await Promise.all([app.close(), closeListener(server)]);
    });
    return (server.address() as AddressInfo).port;
  }

  /** A connection on which something goes on arriving. */
  function drip(
    port: number,
    start: string,
    more: string,
  ): { readonly socket: Socket; readonly ended: Promise<string> } {
    let dripping: NodeJS.Timeout | undefined;
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(start);
      dripping = setInterval(() => socket.write(more), 5);
    });
    let answer = "";
    socket.on("data", (chunk) => {
      answer += chunk.toString();
    });
    socket.on("error", () => {}); // written to after it was closed
    const ended = new Promise<string>((resolve) =>
      socket.once("close", () => {
        clearInterval(dripping);
        resolve(answer);
      }),
    );
    onTestFinished(() => void socket.destroy());
    return { socket, ended };
  }

  const chunked = (method: string, path: string, headers = authorization) =>
    `${method} ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n${headers}Transfer-Encoding: chunked\r\n\r\n`;
  const chunk = "1\r\n \r\n";

  it("in its headers is answered and closed", async () => {
    const port = await serve({ headersMs: 20 });
    const { ended } = drip(port, "GET /health HTTP/1.1\r\nHost: a\r\nX-More: ", "1");
    expect(await ended).toContain("The request took too long to come.");
  });

  it.each([
    ["in a body that is read", chunked("POST", `${sqlV1}/connections`), /^$/],
    ["in a body without a right key", chunked("POST", `${sqlV1}/connections`, ""), /^HTTP\/1.1 401/],
    ["in a body that goes nowhere", chunked("POST", "/nothing"), /^$/],
    ["under a path that is none", chunked("POST", "/%zz"), /^HTTP\/1.1 400/],
    ["in the body of a call that was answered", chunked("POST", "/c/missing"), /^HTTP\/1.1 40\d/],
  ])("%s is closed", async (_, head, answer) => {
    const port = await serve({ bodyMs: 250 });
    expect(await drip(port, head, chunk).ended).toMatch(answer);
  });

  it("in the body of a call goes on as long as something moves, and is closed when nothing does", async () => {
    let received = 0;
    let isAborted = () => {};
    const aborted = new Promise<void>((resolve) => {
      isAborted = resolve;
    });
    const upstream = createUpstream((request) => {
      request.on("data", (data: Buffer) => {
        received += data.length;
      });
      request.on("error", () => {});
      request.once("close", isAborted);
    });
    await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      upstream.closeAllConnections();
      upstream.close();
    });
    const port = await serve({ headersMs: 200, bodyMs: 20, idleMs: 2000 });
    const endpoint = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/`;
    const spec = {
      connection_type: "REST",
      endpoint,
      auth_data: { data: JSON.stringify({ BEARER_TOKEN: "secret-secret" }) },
    };
    const created = await fetch(`http://127.0.0.1:${port}${sqlV1}/connections`, {
      method: "POST",
      headers: { authorization: basicOf("organizationAdmin"), "content-type": "application/json" },
      body: JSON.stringify({ ...openaiBody("slow"), spec }),
    });
    expect(created.status).toBe(201);
    const flinkKey = `Authorization: ${basicOf("organizationAdmin", "flink")}\r\n`;
    const { socket, ended } = drip(port, chunked("POST", "/c/slow", flinkKey), chunk);
    // By now every limit but the idle one would have ended it.
    while (received < 80) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(socket.destroyed).toBe(false);
    socket.cork(); // nothing moves any more
    expect(await ended).toBe("");
    await aborted;
  });
});
