import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { environmentId, openaiBody, organizationId, principals, sqlV1 } from "../fixtures/services.ts";
import { type ContractServer, computePoolId, openContractServer } from "./contract-server.ts";
import { failureOf } from "./failure-of.ts";
import { valueAt } from "./reading.ts";
import type { Attributes } from "./terraform/resource.ts";
import { cloudKey, flinkBlock, flinkKey, oneConnection, openai } from "./terraform-blocks.ts";
import { data, Terraform } from "./terraform-client.ts";

let server: ContractServer;
beforeAll(async () => {
  server = await openContractServer();
});
afterAll(() => server.close());

describe("rules that bite (contract/terraform.md 2)", () => {
  it("1: type and endpoint come back byte for byte", async () => {
    const terraform = new Terraform({ flink: flinkBlock(server.origin) });
    for (const endpoint of [
      "https://API.openai.com/v1/x/",
      "https://api.openai.com:443/%7Ex?b=2&a=1",
      "http://h",
    ]) {
      const blocks = oneConnection("rule-1", { endpoint });
      await terraform.apply(blocks);
      expect(terraform.of("confluent_flink_connection.rule-1").endpoint).toBe(endpoint);
      expect(await terraform.plan(blocks)).toEqual([]);
      await terraform.destroy();
    }
  });

  it("2: the kind of auth_data is PlaintextProvider, also of types that the provider does not know", async () => {
    const auth = { AUTH_TYPE: "BEARER", BEARER_TOKEN: "token-0123456789" };
    const spec = {
      connection_type: "REST",
      endpoint: "https://api.example.com",
      auth_data: { kind: "PlaintextProvider", data: JSON.stringify(auth) },
    };
    expect((await server.send("POST", `${sqlV1}/connections`, { name: "rule-2", spec })).status).toBe(201);
    const terraform = new Terraform({ flink: flinkBlock(server.origin) });
    await terraform.run(async (provider) => {
      const { flink: settings } = provider.block;
      if (settings === undefined) throw new Error("no block");
      const place = {
        organization: organizationId,
        environment: environmentId,
        computePool: "",
        principal: "",
      };
      const at = { ...place, restEndpoint: settings.restEndpoint, credentials: settings.credentials };
      expect(await data.connection(provider, at, "rule-2")).toMatchObject({
        type: "REST",
        data: "<REDACTED>",
      });
      // A name that is not found is no error, and a type may be spelt anyhow.
      expect(await data.connection(provider, at, "missing")).toBeUndefined();
      expect(await data.connection(provider, at, "rule-2", "rest")).toMatchObject({ status: "PENDING" });
      expect(await data.connection(provider, at, "rule-2", "JDBC")).toBeUndefined();
    });
    await server.send("DELETE", `${sqlV1}/connections/rule-2`);
  });

  it("2: metadata.next is text on every page of 99, and leads through all of them", async () => {
    const terraform = new Terraform({ flink: flinkBlock(server.origin) });
    const names = Array.from({ length: 100 }, (_, n) => `page-${n}`);
    await Promise.all(names.map((name) => server.send("POST", `${sqlV1}/connections`, openaiBody(name))));
    await terraform.run(async (provider) => {
      const place = {
        organization: organizationId,
        environment: environmentId,
        computePool: "",
        principal: "",
      };
      const at = { ...place, restEndpoint: server.origin, credentials: flinkKey };
      expect(await data.connection(provider, at, "page-99", "OPENAI")).toMatchObject({ type: "OPENAI" });
    });
    const pages = terraform.exchanges.filter(({ sent }) => sent.url.includes("page_size=99"));
    expect(pages.map(({ received }) => typeof valueAt(JSON.parse(received.text), "metadata.next"))).toEqual([
      "string",
      "string",
    ]);
    await Promise.all(names.map((name) => server.send("DELETE", `${sqlV1}/connections/${name}`)));
  });

  it("3: a connection is read at once after it was written", async () => {
    const terraform = new Terraform({ flink: flinkBlock(server.origin) });
    const blocks = Array.from({ length: 20 }, (_, n) => oneConnection(`rule-3-${n}`)).flat();
    // All at once, as Terraform does with ten of them.
    await Promise.all(blocks.map((single) => terraform.apply([single])));
    expect(await terraform.plan(blocks)).toEqual([]);
    await terraform.destroy();
  });

  it("4: a name is free as soon as its connection is deleted", async () => {
    const terraform = new Terraform({ endpoint: server.origin, cloud: cloudKey });
    const settings = (rest_endpoint: string): Attributes => ({
      organization: organizationId,
      environment: environmentId,
      compute_pool: computePoolId,
      principal: principals.organizationAdmin,
      credentials: flinkKey,
      rest_endpoint,
    });
    await terraform.apply(oneConnection("rule-4", settings(server.origin)));
    const moved = oneConnection("rule-4", settings(`${server.origin}/`));
    expect(await terraform.plan(moved)).toEqual(["replace confluent_flink_connection.rule-4"]);
    await terraform.apply(moved);
    expect(await terraform.plan(moved)).toEqual([]);
    await terraform.destroy();
  });

  it("4: what cannot be changed fails in the client, and sends nothing", async () => {
    const terraform = new Terraform({ flink: flinkBlock(server.origin) });
    await terraform.apply(oneConnection("rule-4b"));
    const other = oneConnection("rule-4b", { endpoint: "https://other.example.com" });
    expect(await failureOf(terraform.apply(other))).toContain("only auth token attributes can be updated");
    expect(terraform.exchanges.some(({ sent }) => sent.method === "PUT")).toBe(false);
    await terraform.apply(oneConnection("rule-4b"));
    await terraform.destroy();
  });

  it("5: a refused PUT is forgotten by Terraform, so it is refused for real reasons only, with a sentence", async () => {
    const terraform = new Terraform({ flink: flinkBlock(server.origin) });
    await terraform.apply(oneConnection("rule-5"));
    const tooLong = oneConnection("rule-5", { api_key: "x".repeat(4001) });
    expect(await failureOf(terraform.apply(tooLong))).toMatch(/^400 Bad Request: .*api-key.*\./);
    expect(await terraform.plan(tooLong)).toEqual([]);
    await terraform.destroy();
  });

  it("6: a name that could never be read again is refused at its creation", async () => {
    for (const name of ["a/b", " ", "ü", "a?b", "a#b", "a%2Fb", ".", "..", "x".repeat(101), ""]) {
      const failure = await failureOf(
        new Terraform({ flink: flinkBlock(server.origin) }).apply(oneConnection(name)),
      );
      expect(failure).toMatch(/^4(00|22) .+: .+/);
    }
    const terraform = new Terraform({ flink: flinkBlock(server.origin) });
    for (const name of ["a.b", "A_b", "1-2.3_4"]) await terraform.apply(oneConnection(name));
    await terraform.destroy();
  });

  it("7: a name that is taken is 409 with a sentence", async () => {
    const terraform = new Terraform({ flink: flinkBlock(server.origin) });
    await terraform.apply(oneConnection("rule-7"));
    expect(
      await failureOf(new Terraform({ flink: flinkBlock(server.origin) }).apply(oneConnection("rule-7"))),
    ).toMatch(/^409 Conflict: .*"rule-7".*already/);
    await terraform.destroy();
  });

  it("8: what the provider prints is its own matter: the server gives back no secret to print", async () => {
    const terraform = new Terraform({ flink: flinkBlock(server.origin) });
    await terraform.apply(oneConnection("rule-8"));
    expect(terraform.exchanges.some(({ received }) => received.text.includes(openai.api_key))).toBe(false);
    await terraform.destroy();
  });
});
