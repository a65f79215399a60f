import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  type IdentityProvider,
  identityClient,
  startIdentityProvider,
} from "../fixtures/identity-provider.ts";
import { addIdentityPool, environmentId, organizationId, principals, sqlV1 } from "../fixtures/services.ts";
import { type ContractServer, openContractServer } from "./contract-server.ts";
import { failureOf } from "./failure-of.ts";
import { flinkBlock, oneConnection, openai } from "./terraform-blocks.ts";
import { block, data, resources, Terraform } from "./terraform-client.ts";
import { requestLine } from "./wire.ts";

let server: ContractServer;
beforeAll(async () => {
  server = await openContractServer();
});
afterAll(() => server.close());

describe("option 2: seven settings in the provider block", () => {
  it("apply, empty plan, one PUT, import, destroy, without a Cloud key", async () => {
    const terraform = new Terraform({ flink: flinkBlock(server.origin) });
    const blocks = (key: string) => [
      block(resources.connection, "openai", { ...openai, display_name: "tf2-openai", api_key: key }),
      block(resources.statement, "select", {
        statement_name: "tf2-select",
        statement: "SELECT 1 AS one;",
        properties: { "sql.current-catalog": "default", "sql.current-database": "default" },
      }),
    ];
    await terraform.apply(blocks("sk-option-2-first"));
    expect(await terraform.plan(blocks("sk-option-2-first"))).toEqual([]);
    await terraform.apply(blocks("sk-option-2-second"));
    expect(await terraform.plan(blocks("sk-option-2-second"))).toEqual([]);
    expect(terraform.exchanges.filter(({ sent }) => sent.method === "PUT").length).toBe(1);
    terraform.forget("confluent_flink_connection.openai");
    const [one] = blocks("sk-option-2-second");
    if (one === undefined) throw new Error("no block");
    await terraform.import(one, `${organizationId}/${environmentId}/tf2-openai`, {
      api_key: "sk-option-2-second",
    });
    expect(await terraform.plan(blocks("sk-option-2-second"))).toEqual([]);
    await terraform.destroy();
    expect((await server.send("GET", `${sqlV1}/connections/tf2-openai`)).status).toBe(404);
  });

  it("a base URL that ends in a slash is as good", async () => {
    const terraform = new Terraform({ flink: flinkBlock(`${server.origin}/`) });
    const blocks = oneConnection("tf2-slash");
    await terraform.apply(blocks);
    expect(terraform.exchanges.map(requestLine)[0]).toMatch(/^POST \/\/sql\/v1/);
    expect(await terraform.plan(blocks)).toEqual([]);
    await terraform.destroy();
  });
});

describe("an identity provider instead of keys (contract/terraform.md 7)", () => {
  let provider: IdentityProvider;
  beforeAll(async () => {
    // oidc-provider greets every start with advice for production.
    for (const level of ["info", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => {});
    provider = await startIdentityProvider();
    await addIdentityPool(server.services, {
      id: "pool-1",
      issuer: provider.issuer,
      claims: { sub: identityClient.id },
      serviceAccountId: principals.environmentAdmin,
    });
  });
  afterAll(() => {
    provider.close();
    vi.restoreAllMocks();
  });

  const oauth = (identityPoolId = "pool-1") => ({
    endpoint: server.origin,
    oauth: {
      tokenUrl: `${provider.issuer}/token`,
      clientId: identityClient.id,
      clientSecret: identityClient.secret,
      identityPoolId,
    },
  });
  /** Five settings: no key. */
  const flink = () => {
    const { credentials: _key, ...rest } = flinkBlock(server.origin, {
      principalId: principals.environmentAdmin,
    });
    return rest;
  };

  it("each start exchanges a token; apply, empty plan, one PUT and destroy go without a key", async () => {
    const terraform = new Terraform({ ...oauth(), flink: flink() });
    await terraform.apply(oneConnection("by-oauth"));
    expect(terraform.exchanges.map(requestLine).slice(0, 4)).toEqual([
      "POST /token",
      "POST /sts/v1/oauth2/token",
      `POST ${sqlV1}/connections`,
      `GET ${sqlV1}/connections/by-oauth`,
    ]);
    expect(await terraform.plan(oneConnection("by-oauth"))).toEqual([]);
    const changed = oneConnection("by-oauth", { api_key: "sk-by-oauth-0123456789" });
    await terraform.apply(changed);
    expect(await terraform.plan(changed)).toEqual([]);
    expect(terraform.exchanges.filter(({ sent }) => sent.method === "PUT").length).toBe(1);
    const organization = await terraform.run((run) => data.organization(run));
    expect(organization.id).toBe(organizationId);
    await terraform.destroy();
  });

  it("a pool that does not take the token ends the run at its start, and nothing is dropped from the state", async () => {
    const terraform = new Terraform({ ...oauth(), flink: flink() });
    await terraform.apply(oneConnection("kept"));
    const stranger = new Terraform({ ...oauth("pool-2"), flink: flink() });
    for (const [address, known] of terraform.state) stranger.state.set(address, known);
    expect(await failureOf(stranger.plan(oneConnection("kept")))).toContain("pool");
    expect(stranger.state.size).toBe(1);
    await terraform.destroy();
  });
});
