import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { localEgress } from "../../src/egress/fixtures/calls.ts";
import { startService } from "../../src/egress/fixtures/service.ts";
import { callWith, connectionOf, readText, typeAndMethod } from "./call-type.ts";

const closing: (() => Promise<unknown>)[] = [];
beforeEach(() => {
  // oidc-provider greets every start with advice for production.
  for (const level of ["info", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => {});
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const close of closing.splice(0).reverse()) await close();
});

/** A real authorization server with one client, and an API that takes its tokens. Some servers do not know Basic. */
async function start({ takesBasic }: { takesBasic: boolean }) {
  const { Provider } = await import("oidc-provider");
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: "keymoor client",
        client_secret: "client secret: 0123456789 +/%",
        grant_types: ["client_credentials"],
        redirect_uris: [],
        response_types: [],
      },
    ],
    scopes: ["read", "write"],
    ttl: { ClientCredentials: 600 },
    features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
  });
  const tokenRequests: string[] = [];
  const answer = provider.callback();
  server.on("request", (request, response) => {
    const isBasic = request.headers.authorization !== undefined;
    tokenRequests.push(isBasic ? "basic" : "body");
    if (isBasic && !takesBasic) {
      response.writeHead(401, { "content-type": "application/json" }).end('{"error":"invalid_client"}');
      return;
    }
    answer(request, response);
  });
  closing.push(() => new Promise((resolve) => server.close(resolve)));

  const revoked = new Set<string>();
  const seen: string[] = [];
  const api = await startService(async (request, response) => {
    const token = request.headers.authorization?.replace(/^Bearer /, "") ?? "";
    seen.push(token);
    const known = revoked.has(token) ? undefined : await provider.ClientCredentials.find(token);
    response.writeHead(known === undefined ? 401 : 200).end(known?.scope);
  });
  closing.push(() => api.close());
  const egress = localEgress();
  closing.push(() => egress.close());

  const { type, method } = typeAndMethod("rest", "oauth2_client_credentials");
  const target = (secret = "client secret: 0123456789 +/%") =>
    connectionOf(type, method, api.origin, {
      "token-endpoint": `${issuer}/token`,
      "client-id": "keymoor client",
      "client-secret": secret,
      scope: "read write",
    });
  return { egress, target, tokenRequests, seen, revoked };
}

describe("OAuth client credentials against oidc-provider", () => {
  test("a token is fetched with HTTP Basic, once for all calls, and taken by the service", async () => {
    const { egress, target, tokenRequests, seen } = await start({ takesBasic: true });
    const answers = await Promise.all(Array.from({ length: 10 }, () => callWith(egress, target())));
    expect(await Promise.all(answers.map(({ body }) => readText(body)))).toEqual(
      Array(10).fill("read write"),
    );
    expect(tokenRequests).toEqual(["basic"]);
    expect(new Set(seen).size).toBe(1);
  });

  test("a revoked token is replaced within the call", async () => {
    const { egress, target, tokenRequests, seen, revoked } = await start({ takesBasic: true });
    await readText((await callWith(egress, target())).body);
    revoked.add(seen[0] ?? "");
    expect((await callWith(egress, target())).status).toBe(200);
    expect(tokenRequests).toEqual(["basic", "basic"]);
    expect(new Set(seen).size).toBe(2);
  });

  test("a client that has to stand in the body is moved there after one refusal, and that is remembered", async () => {
    const { egress, target, tokenRequests, seen, revoked } = await start({ takesBasic: false });
    expect((await callWith(egress, target())).status).toBe(200);
    expect(tokenRequests).toEqual(["basic", "body"]);
    revoked.add(seen[0] ?? "");
    expect((await callWith(egress, target())).status).toBe(200);
    expect(tokenRequests).toEqual(["basic", "body", "body"]);
  });

  test("a wrong secret is said, without being shown, and the service is not called", async () => {
    const { egress, target, seen } = await start({ takesBasic: true });
    const error: unknown = await callWith(egress, target("wrong-secret-0123")).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code: "token_refused" });
    expect(String(error)).toContain("invalid_client");
    expect(JSON.stringify(error) + String(error)).not.toContain("wrong-secret");
    expect(seen).toEqual([]);
  });
});
