import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  addIdentityPool,
  environmentId,
  openApi,
  openaiBody,
  organizationId,
  principals,
  sqlV1,
} from "../fixtures/services.ts";

const closing: (() => Promise<unknown>)[] = [];
beforeEach(() => {
  // oidc-provider greets every start with advice for production.
  for (const level of ["info", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => {});
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const close of closing.splice(0).reverse()) await close();
});

/** A real identity provider with one client, whose access tokens are JWTs for the audience `keymoor`. */
async function startProvider(): Promise<string> {
  const { Provider } = await import("oidc-provider");
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: "terraform",
        client_secret: "client-secret-0123456789",
        token_endpoint_auth_method: "client_secret_post",
        grant_types: ["client_credentials"],
        redirect_uris: [],
        response_types: [],
      },
    ],
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => "urn:keymoor",
        getResourceServerInfo: () => ({ scope: "", audience: "keymoor", accessTokenFormat: "jwt" }),
        useGrantedResource: () => true,
      },
    },
  });
  server.on("request", provider.callback());
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return issuer;
}

async function start() {
  const api = await openApi();
  closing.push(api.close);
  const issuer = await startProvider();
  await addIdentityPool(api.services, {
    id: "pool-1",
    issuer,
    claims: { sub: "terraform" },
    serviceAccountId: principals.environmentAdmin,
  });
  const send = async (
    method: string,
    path: string,
    body: unknown,
    headers: Readonly<Record<string, string>>,
  ) => {
    const answer = await api.send(method, path, body, { accept: "application/json", ...headers });
    expect([method, path, answer.status < 300, answer.text]).toEqual([method, path, true, answer.text]);
    return answer.json;
  };
  return { api, issuer, send };
}

/** The provider's first request: for a token of its own identity provider. */
async function fetchToken(issuer: string): Promise<string> {
  const answer = await fetch(`${issuer}/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: "terraform",
      client_secret: "client-secret-0123456789",
    }),
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return token;
}

const exchangeForm = (token: string, pool: string) =>
  new URLSearchParams({
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    subject_token: token,
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    requested_token_type: "urn:ietf:params:oauth:token-type:access_token",
    identity_pool_id: pool,
    expires_in: "",
  }).toString();
const formType = { authorization: "", "content-type": "application/x-www-form-urlencoded" };

describe("the OAuth block of the official Terraform provider against oidc-provider (contract/terraform.md 7)", () => {
  test("exchanges the token once, then uses the exchanged one above environments and its own below /sql", async () => {
    const { issuer, send } = await start();
    const external = await fetchToken(issuer);
    const exchanged = await send("POST", "/sts/v1/oauth2/token", exchangeForm(external, "pool-1"), formType);
    expect(exchanged).toMatchObject({
      access_token: expect.any(String),
      issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
      token_type: "Bearer",
      expires_in: expect.any(Number),
    });
    const control = { authorization: `Bearer ${exchanged.access_token}` };
    const flink = { authorization: `Bearer ${external}`, "confluent-identity-pool-id": "pool-1" };

    const environments = await send("GET", "/org/v2/environments", undefined, control);
    expect(environments.data[0].metadata.resource_name).toContain(
      `/organization=${organizationId}/environment=`,
    );
    const region = "/fcpm/v2/regions?cloud=AWS&page_size=99&region_name=us-east-1";
    expect((await send("GET", region, undefined, control)).data).toHaveLength(1);
    const pools = `/fcpm/v2/compute-pools?environment=${environmentId}&page_size=99`;
    expect((await send("GET", pools, undefined, control)).metadata.next).toBe("");

    const one = `${sqlV1}/connections/by-oauth`;
    expect((await send("POST", `${sqlV1}/connections`, openaiBody("by-oauth"), flink)).name).toBe("by-oauth");
    expect((await send("GET", one, undefined, flink)).spec.connection_type).toBe("OPENAI");
    const list = `${sqlV1}/connections?page_size=99&spec.connection_type=OPENAI`;
    expect((await send("GET", list, undefined, flink)).data).toHaveLength(1);
    await send("PUT", one, openaiBody("by-oauth", "sk-another-0123456789"), flink);
    await send("DELETE", one, undefined, flink);
  });

  test("is told with 401, never 403, that a token or its pool is not right", async () => {
    const { api, issuer } = await start();
    const external = await fetchToken(issuer);
    const unknown = await api.send(
      "POST",
      "/sts/v1/oauth2/token",
      exchangeForm(external, "pool-2"),
      formType,
    );
    expect([unknown.status, unknown.json.errors[0].detail]).toEqual([
      401,
      "The identity pool does not exist, or does not take tokens of this issuer.",
    ]);
    const flink = { authorization: `Bearer ${external}`, "confluent-identity-pool-id": "pool-2" };
    expect((await api.send("GET", `${sqlV1}/connections/x`, undefined, flink)).status).toBe(401);
    api.advance(24 * 3600 * 1000);
    const late = { ...flink, "confluent-identity-pool-id": "pool-1" };
    const expired = await api.send("GET", `${sqlV1}/connections/x`, undefined, late);
    expect([expired.status, expired.json.errors[0].detail]).toEqual([401, "The token has expired."]);
  });
});
