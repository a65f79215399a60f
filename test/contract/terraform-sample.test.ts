import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectionTypes } from "../../src/connections/types/index.ts";
import { organizationId } from "../fixtures/services.ts";
import { type ContractServer, openContractServer } from "./contract-server.ts";
import { terraformTypes } from "./terraform/connection.ts";
import type { Attributes } from "./terraform/resource.ts";
import { cloudKey } from "./terraform-blocks.ts";
import { type Block, block, data, resources, Terraform } from "./terraform-client.ts";

let server: ContractServer;
beforeAll(async () => {
  server = await openContractServer();
});
afterAll(() => server.close());

const endpoints: Readonly<Record<string, string>> = {
  MONGODB: "mongodb+srv://cluster0.example.mongodb.net",
  COUCHBASE: "couchbases://cb.example.com",
};

function secretsOf(type: string, version: string): Attributes {
  return Object.fromEntries((terraformTypes[type] ?? []).map((name) => [name, `${name} <&> ${version}`]));
}

describe("option 1: everything beside the resource", () => {
  const changed: Record<string, string> = {};

  /** The whole sample: from an environment to connections of all types and a statement on one of them. */
  async function sample(terraform: Terraform): Promise<readonly Block[]> {
    const organization = await terraform.run((provider) => data.organization(provider));
    const place = await terraform.run((provider) => data.region(provider, "AWS", "us-east-1"));
    const flinkOf = (of: (address: string) => Attributes): Attributes => ({
      organization: organization.id,
      environment: of("confluent_environment.main").id,
      compute_pool: of("confluent_flink_compute_pool.main").id,
      principal: of("confluent_service_account.app").id,
      rest_endpoint: place.rest_endpoint,
      credentials: {
        key: of("confluent_api_key.flink").id,
        secret: of("confluent_api_key.flink").secret,
      },
    });
    return [
      block(resources.environment, "main", { display_name: "tf-env" }),
      block(resources.serviceAccount, "app", { display_name: "tf-app", description: "Runs statements" }),
      block(resources.roleBinding, "admin", (of) => ({
        principal: `User:${String(of("confluent_service_account.app").id)}`,
        role_name: "EnvironmentAdmin",
        crn_pattern: of("confluent_environment.main").resource_name,
      })),
      block(resources.computePool, "main", (of) => ({
        display_name: "tf-pool",
        cloud: "AWS",
        region: "us-east-1",
        max_cfu: 5,
        environment: of("confluent_environment.main").id,
      })),
      block(resources.apiKey, "flink", (of) => ({
        display_name: "tf-key",
        description: "Flink key",
        owner: {
          id: of("confluent_service_account.app").id,
          api_version: of("confluent_service_account.app").api_version,
          kind: of("confluent_service_account.app").kind,
        },
        managed_resource: { id: place.id, api_version: place.api_version, kind: place.kind },
        environment: of("confluent_environment.main").id,
      })),
      ...Object.keys(terraformTypes).map((type) =>
        block(resources.connection, type.toLowerCase(), (of) => ({
          ...flinkOf(of),
          display_name: `tf-${type.toLowerCase()}`,
          type,
          endpoint: endpoints[type] ?? `https://${type.toLowerCase()}.example.com/v1/`,
          ...secretsOf(type, changed[type] ?? "1"),
        })),
      ),
      block(resources.statement, "table", (of) => ({
        ...flinkOf(of),
        statement_name: "tf-table",
        statement:
          "CREATE TABLE `movies` (\n  `title` STRING\n) WITH (\n  'connector' = 'mongodb',\n  'mongodb.connection' = 'tf-mongodb'\n);",
        properties: { "sql.current-catalog": "tf-env", "sql.current-database": "default" },
        stopped: false,
      })),
      block(resources.statement, "select", (of) => ({
        ...flinkOf(of),
        statement_name: "tf-select",
        statement: "SELECT 1 AS one;",
        properties: { "sql.current-catalog": "tf-env" },
        stopped: changed.select === "stopped",
      })),
    ];
  }

  let terraform: Terraform;
  beforeAll(() => {
    terraform = new Terraform({ endpoint: server.origin, cloud: cloudKey });
  });

  it("apply makes all of it, connections of all eleven types included", async () => {
    await terraform.apply(await sample(terraform));
    expect([...terraform.state.keys()].filter((address) => address.includes("flink_connection")).length).toBe(
      11,
    );
    const known = new Set(connectionTypes.map(({ name }) => name.toUpperCase()));
    expect(Object.keys(terraformTypes).filter((type) => !known.has(type))).toEqual([]);
  });

  it("the plan after it is empty", async () => {
    expect(await terraform.plan(await sample(terraform))).toEqual([]);
  });

  it("another secret is exactly one PUT, and the plan is empty again", async () => {
    changed.OPENAI = "2";
    const blocks = await sample(terraform);
    expect(await terraform.plan(blocks)).toEqual(["update confluent_flink_connection.openai"]);
    const before = terraform.exchanges.length;
    await terraform.apply(blocks);
    const writes = terraform.exchanges.slice(before).filter(({ sent }) => sent.method !== "GET");
    expect(writes.map(({ sent }) => sent.method)).toEqual(["PUT"]);
    expect(await terraform.plan(blocks)).toEqual([]);
  });

  it("a statement is stopped and resumed by sending back what was read", async () => {
    for (const state of ["stopped", "running"]) {
      changed.select = state;
      const blocks = await sample(terraform);
      expect(await terraform.plan(blocks)).toEqual(["update confluent_flink_statement.select"]);
      await terraform.apply(blocks);
      expect(await terraform.plan(blocks)).toEqual([]);
    }
  });

  it("an import, with the secret in a variable, leaves an empty plan", async () => {
    const blocks = await sample(terraform);
    const one = blocks.find(({ name }) => name === "elastic");
    if (one === undefined) throw new Error("no such block");
    const {
      organization,
      environment,
      display_name,
      endpoint: _e,
      type: _t,
      ...variables
    } = one.arguments(terraform.of);
    terraform.forget("confluent_flink_connection.elastic");
    const before = terraform.exchanges.length;
    const place = { organization, environment, ...variables };
    await terraform.import(
      one,
      `${String(organization)}/${String(environment)}/${String(display_name)}`,
      place,
    );
    expect(terraform.exchanges.slice(before).map(({ sent }) => sent.method)).toEqual(["GET", "GET"]);
    expect(await terraform.plan(blocks)).toEqual([]);
  });

  it("what was deleted behind its back shows as one creation", async () => {
    const { environment } = terraform.of("confluent_flink_connection.pinecone");
    const path = `/sql/v1/organizations/${organizationId}/environments/${String(environment)}/connections/tf-pinecone`;
    expect((await server.send("DELETE", path)).status).toBe(204);
    const blocks = await sample(terraform);
    expect(await terraform.plan(blocks)).toEqual(["create confluent_flink_connection.pinecone"]);
    await terraform.apply(blocks);
    expect(await terraform.plan(blocks)).toEqual([]);
  });

  it("names and descriptions change in place", async () => {
    const blocks = (await sample(terraform)).map((one): Block => {
      const changes: Readonly<Record<string, Attributes>> = {
        confluent_environment: { display_name: "tf-renamed" },
        confluent_service_account: { description: "Runs other statements" },
        confluent_flink_compute_pool: { display_name: "tf-pool-2", max_cfu: 10 },
        confluent_api_key: { display_name: "tf-key-2", description: "" },
      };
      return { ...one, arguments: (of) => ({ ...one.arguments(of), ...changes[one.resource.type] }) };
    });
    expect(await terraform.plan(blocks)).toEqual([
      "update confluent_environment.main",
      "update confluent_service_account.app",
      "update confluent_flink_compute_pool.main",
      "update confluent_api_key.flink",
    ]);
    await terraform.apply(blocks);
    expect(await terraform.plan(blocks)).toEqual([]);
  });

  it("data sources find by name what stands there", async () => {
    const environment = String(terraform.of("confluent_environment.main").id);
    await terraform.run(async (provider) => {
      expect(await data.environments(provider)).toContain(environment);
      expect(await data.environmentById(provider, environment)).toBe("tf-renamed");
      expect(await data.environmentByName(provider, "tf-renamed")).toBe(environment);
      expect(await data.serviceAccountByName(provider, "tf-app")).toBe(
        terraform.of("confluent_service_account.app").id,
      );
      expect(await data.computePoolByName(provider, environment, "tf-pool-2")).toBe(
        terraform.of("confluent_flink_compute_pool.main").id,
      );
    });
  });

  it("no secret ever comes back in an answer, but an API key's at its creation", () => {
    const secrets = Object.keys(terraformTypes).flatMap((type) =>
      ["1", "2"].flatMap((version) => Object.values(secretsOf(type, version))),
    );
    const key = String(terraform.of("confluent_api_key.flink").secret);
    const answers = terraform.exchanges.map(({ received }) => received.text);
    expect(secrets.filter((secret) => answers.some((text) => text.includes(String(secret))))).toEqual([]);
    expect(answers.filter((text) => text.includes(key)).length).toBe(1);
  });

  it("destroy leaves nothing behind", async () => {
    const environment = String(terraform.of("confluent_environment.main").id);
    const account = String(terraform.of("confluent_service_account.app").id);
    await terraform.destroy();
    expect(terraform.state.size).toBe(0);
    for (const path of [`/org/v2/environments/${environment}`, `/iam/v2/service-accounts/${account}`])
      expect((await server.send("GET", path)).status).toBe(404);
  });
});
