import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectionTypes } from "../../src/connections/types/index.ts";
import { environmentId, organizationId, principals, region, sqlV1 } from "../fixtures/services.ts";
import { type ContractServer, computePoolId, openContractServer } from "./contract-server.ts";
import { valueAt } from "./reading.ts";
import { terraformTypes } from "./terraform/connection.ts";
import { type ProviderBlock, TerraformFailure } from "./terraform/provider.ts";
import type { Attributes } from "./terraform/resource.ts";
import { type Block, block, data, resources, Terraform } from "./terraform-client.ts";
import { requestLine } from "./wire.ts";

const cloud = {
  key: `${principals.organizationAdmin}-cloud`,
  secret: `${principals.organizationAdmin}-cloud-secret`,
};
const flink = {
  key: `${principals.organizationAdmin}-flink`,
  secret: `${principals.organizationAdmin}-flink-secret`,
};

let server: ContractServer;
beforeAll(async () => {
  server = await openContractServer();
});
afterAll(() => server.close());

/** Everything from the provider block: seven settings. */
const option2 = (): ProviderBlock => ({
  flink: {
    organizationId,
    environmentId,
    computePoolId,
    principalId: principals.organizationAdmin,
    restEndpoint: server.origin,
    credentials: flink,
  },
});

const openai = {
  type: "OPENAI",
  endpoint: "https://api.openai.com/v1/chat/completions",
  api_key: "sk-terraform-0123456789",
};

/** What is printed after "Error:". */
async function failureOf(run: Promise<unknown>): Promise<string> {
  const failure = await run.then(
    () => new Error("it worked"),
    (reason: unknown) => reason,
  );
  if (failure instanceof TerraformFailure) return failure.message;
  throw failure;
}

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
    terraform = new Terraform({ endpoint: server.origin, cloud });
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

describe("option 2: seven settings in the provider block", () => {
  it("apply, empty plan, one PUT, import, destroy, without a Cloud key", async () => {
    const terraform = new Terraform(option2());
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
    const { flink: settings } = option2();
    if (settings === undefined) throw new Error("no block");
    const terraform = new Terraform({ flink: { ...settings, restEndpoint: `${server.origin}/` } });
    const blocks = [block(resources.connection, "openai", { ...openai, display_name: "tf2-slash" })];
    await terraform.apply(blocks);
    expect(terraform.exchanges.map(requestLine)[0]).toMatch(/^POST \/\/sql\/v1/);
    expect(await terraform.plan(blocks)).toEqual([]);
    await terraform.destroy();
  });
});

describe("rules that bite (contract/terraform.md 2)", () => {
  const one = (name: string, given: Attributes = {}) => [
    block(resources.connection, name, { ...openai, display_name: name, ...given }),
  ];

  it("1: type and endpoint come back byte for byte", async () => {
    const terraform = new Terraform(option2());
    for (const endpoint of [
      "https://API.openai.com/v1/x/",
      "https://api.openai.com:443/%7Ex?b=2&a=1",
      "http://h",
    ]) {
      const blocks = one("rule-1", { endpoint });
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
    const terraform = new Terraform(option2());
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
    const terraform = new Terraform(option2());
    await terraform.apply(Array.from({ length: 201 }, (_, n) => one(`page-${n}`)).flat());
    await terraform.run(async (provider) => {
      const place = {
        organization: organizationId,
        environment: environmentId,
        computePool: "",
        principal: "",
      };
      const at = { ...place, restEndpoint: server.origin, credentials: flink };
      expect(await data.connection(provider, at, "page-200", "OPENAI")).toMatchObject({ type: "OPENAI" });
    });
    const pages = terraform.exchanges.filter(({ sent }) => sent.url.includes("page_size=99"));
    expect(pages.map(({ received }) => typeof valueAt(JSON.parse(received.text), "metadata.next"))).toEqual([
      "string",
      "string",
      "string",
    ]);
    await terraform.destroy();
  });

  it("3: a connection is read at once after it was written", async () => {
    const terraform = new Terraform(option2());
    const blocks = Array.from({ length: 20 }, (_, n) => one(`rule-3-${n}`)).flat();
    // All at once, as Terraform does with ten of them.
    await Promise.all(blocks.map((single) => terraform.apply([single])));
    expect(await terraform.plan(blocks)).toEqual([]);
    await terraform.destroy();
  });

  it("4: a name is free as soon as its connection is deleted", async () => {
    const terraform = new Terraform({ endpoint: server.origin, cloud });
    const settings = (rest_endpoint: string): Attributes => ({
      organization: organizationId,
      environment: environmentId,
      compute_pool: computePoolId,
      principal: principals.organizationAdmin,
      credentials: flink,
      rest_endpoint,
    });
    await terraform.apply(one("rule-4", settings(server.origin)));
    const moved = one("rule-4", settings(`${server.origin}/`));
    expect(await terraform.plan(moved)).toEqual(["replace confluent_flink_connection.rule-4"]);
    await terraform.apply(moved);
    expect(await terraform.plan(moved)).toEqual([]);
    await terraform.destroy();
  });

  it("4: what cannot be changed fails in the client, and sends nothing", async () => {
    const terraform = new Terraform(option2());
    await terraform.apply(one("rule-4b"));
    const other = one("rule-4b", { endpoint: "https://other.example.com" });
    expect(await failureOf(terraform.apply(other))).toContain("only auth token attributes can be updated");
    expect(terraform.exchanges.some(({ sent }) => sent.method === "PUT")).toBe(false);
    await terraform.apply(one("rule-4b"));
    await terraform.destroy();
  });

  it("5: a refused PUT is forgotten by Terraform, so it is refused for real reasons only, with a sentence", async () => {
    const terraform = new Terraform(option2());
    await terraform.apply(one("rule-5"));
    const tooLong = one("rule-5", { api_key: "x".repeat(4001) });
    expect(await failureOf(terraform.apply(tooLong))).toMatch(/^400 Bad Request: .*api-key.*\./);
    expect(await terraform.plan(tooLong)).toEqual([]);
    await terraform.destroy();
  });

  it("6: a name that could never be read again is refused at its creation", async () => {
    for (const name of ["a/b", " ", "ü", "a?b", "a#b", "a%2Fb", ".", "..", "x".repeat(101), ""]) {
      const failure = await failureOf(new Terraform(option2()).apply(one(name)));
      expect(failure).toMatch(/^4(00|22) .+: .+/);
    }
    const terraform = new Terraform(option2());
    for (const name of ["a.b", "A_b", "1-2.3_4"]) await terraform.apply(one(name));
    await terraform.destroy();
  });

  it("7: a name that is taken is 409 with a sentence", async () => {
    const terraform = new Terraform(option2());
    await terraform.apply(one("rule-7"));
    expect(await failureOf(new Terraform(option2()).apply(one("rule-7")))).toMatch(
      /^409 Conflict: .*"rule-7".*already/,
    );
    await terraform.destroy();
  });

  it("8: what the provider prints is its own matter: the server gives back no secret to print", async () => {
    const terraform = new Terraform(option2());
    await terraform.apply(one("rule-8"));
    expect(terraform.exchanges.some(({ received }) => received.text.includes(openai.api_key))).toBe(false);
    await terraform.destroy();
  });
});

describe("refusals, as Terraform shows them (contract/terraform.md 1, 6)", () => {
  const one = (name: string) => [block(resources.connection, name, { ...openai, display_name: name })];
  const withFlink = (change: Partial<NonNullable<ProviderBlock["flink"]>>): ProviderBlock => {
    const { flink: settings } = option2();
    if (settings === undefined) throw new Error("no block");
    return { flink: { ...settings, ...change } };
  };

  it("a bad key is 401 and keeps the state: a refresh never takes it for a deletion", async () => {
    const terraform = new Terraform(option2());
    await terraform.apply(one("bad-key"));
    for (const credentials of [
      { ...flink, secret: "wrong" },
      { key: "no-such-key", secret: "wrong" },
      { key: organizationId, secret: environmentId },
      { key: environmentId, secret: "" },
    ]) {
      const stranger = new Terraform(withFlink({ credentials }));
      for (const [address, known] of terraform.state) stranger.state.set(address, known);
      expect(await failureOf(stranger.plan(one("bad-key")))).toMatch(/^401 Unauthorized: .*invalid API key/);
      expect(stranger.state.size).toBe(1);
    }
    await terraform.destroy();
  });

  it("a key that is deleted while it is in use is refused from the next request on, as 401", async () => {
    const terraform = new Terraform({ endpoint: server.origin, cloud });
    const keys = [
      block(resources.apiKey, "own", {
        display_name: "soon gone",
        owner: { id: principals.flinkAdmin, api_version: "iam/v2", kind: "ServiceAccount" },
        managed_resource: { id: `${region.cloud}.${region.region}`, api_version: "fcpm/v2", kind: "Region" },
        environment: environmentId,
      }),
    ];
    await terraform.apply(keys);
    const { id, secret } = terraform.of("confluent_api_key.own");
    const user = new Terraform(withFlink({ credentials: { key: String(id), secret: String(secret) } }));
    await user.apply(one("deleted-key"));
    await terraform.destroy();
    expect(await failureOf(user.plan(one("deleted-key")))).toMatch(/^401 Unauthorized: .*invalid API key/);
    await server.send("DELETE", `${sqlV1}/connections/deleted-key`);
  });

  it("a foreign organization or environment, and a missing right, are 403 on a creation", async () => {
    for (const change of [
      { organizationId: "22222222-2222-2222-2222-222222222222" },
      { environmentId: "env-nowhere" },
    ]) {
      const failure = await failureOf(new Terraform(withFlink(change)).apply(one("foreign")));
      expect(failure).toMatch(/^40[13] .+: .+/);
    }
    const developer = {
      key: `${principals.flinkDeveloper}-flink`,
      secret: `${principals.flinkDeveloper}-flink-secret`,
    };
    expect(
      await failureOf(new Terraform(withFlink({ credentials: developer })).apply(one("no-right"))),
    ).toMatch(/^403 Forbidden: .+/);
  });

  it("deleting what is gone is 404 with a sentence, for Terraform takes it for an error", async () => {
    const terraform = new Terraform(option2());
    await terraform.apply(one("gone"));
    await terraform.run(async (provider) => {
      await resources.connection.delete(provider, terraform.of("confluent_flink_connection.gone"));
      expect(
        await failureOf(
          resources.connection.delete(provider, terraform.of("confluent_flink_connection.gone")),
        ),
      ).toMatch(/^404 Not Found: .*"gone"/);
    });
  });

  it("names that look like ids are names", async () => {
    const terraform = new Terraform(option2());
    const names = [
      environmentId,
      organizationId,
      computePoolId,
      "sa-nobody",
      "aws.us-east-1",
      "env-abc123.aws.us-east-1",
    ];
    const blocks = names.flatMap((name) => one(name));
    await terraform.apply(blocks);
    expect(await terraform.plan(blocks)).toEqual([]);
    await terraform.destroy();
  });

  it("an unknown path is 404 in the same form, with the request's id", async () => {
    const answer = await server.send("GET", "/iam/v2/unheard-of");
    expect([answer.status, answer.headers["content-type"], valueAt(answer.json, "errors.0.status")]).toEqual([
      404,
      "application/json; charset=utf-8",
      "404",
    ]);
    expect(answer.headers["x-request-id"]).toBe(valueAt(answer.json, "errors.0.id"));
  });
});
