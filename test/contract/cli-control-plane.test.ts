import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { environmentId, organizationId, otherEnvironmentId, principals } from "../fixtures/services.ts";
import { type CliClient, cliClient } from "./cli-client.ts";
import { type ContractServer, computePoolId, openContractServer, person } from "./contract-server.ts";
import { failureOf } from "./failure-of.ts";

const place = { cloud: "aws", region: "us-east-1" };
const organizationCrn = `crn://confluent.cloud/organization=${organizationId}`;

let server: ContractServer;
let cli: CliClient;
beforeAll(async () => {
  server = await openContractServer();
  cli = cliClient(`${server.origin}/confluent.cloud`, server.now);
  await cli.login(person);
});
afterAll(() => server.close());

describe("confluent environment and organization", () => {
  it("list marks the current one; create, describe, update, use, delete", async () => {
    expect(await cli.environment.list()).toEqual([
      { isCurrent: true, id: environmentId, name: "default", governance: "ESSENTIALS" },
      { isCurrent: false, id: otherEnvironmentId, name: "other", governance: "ESSENTIALS" },
    ]);
    const { id } = await cli.environment.create("staging");
    expect((await cli.environment.describe(id)).name).toBe("staging");
    expect((await cli.environment.update(id, "production")).name).toBe("production");
    await cli.environment.use(id);
    expect((await cli.environment.list()).find(({ isCurrent }) => isCurrent)?.id).toBe(id);
    await cli.environment.use(environmentId);
    await cli.environment.delete(id);
    expect(await failureOf(cli.environment.delete(id))).toBe(`environment "${id}" not found`);
  });

  it("an environment with connections is not deleted, and the sentence says why", async () => {
    const flags = { "api-key": "sk-environment-0123456789" };
    await cli.connection.create(place, "keeps-it", {
      type: "openai",
      endpoint: "https://api.example.com",
      flags,
    });
    expect(await failureOf(cli.environment.delete(environmentId))).toMatch(/connection/i);
    await cli.connection.delete(place, "keeps-it");
  });

  it("the organization is the one of the token", async () => {
    const acme = { id: organizationId, name: "Acme", isJitEnabled: false };
    expect(await cli.organization.list()).toEqual([acme]);
    expect(await cli.organization.describe()).toEqual(acme);
  });
});

describe("confluent flink region, endpoint and compute-pool", () => {
  it("regions and endpoints are listed by both generations of the CLI", async () => {
    expect((await cli.region.list()).map(({ cloud, region }) => `${cloud} ${region}`)).toEqual([
      "AWS us-east-1",
      "AWS eu-west-1",
    ]);
    expect(await cli.region.list("gcp")).toEqual([]);
    await cli.region.use("AWS", "us-east-1");
    await cli.region.useLater("aws", "us-east-1");
    expect(await failureOf(cli.region.use("aws", "nowhere"))).toContain("nowhere");
    expect(await cli.endpoint.list()).toEqual([server.origin]);
    expect(await cli.endpoint.listLater()).toEqual([server.origin]);
  });

  it("compute pools: create in any spelling of the cloud, list, describe, use, update, delete", async () => {
    expect((await cli.computePool.list()).map(({ id }) => id)).toEqual([computePoolId]);
    const { id } = await cli.computePool.create("pool2", place, 10);
    const other = await cli.computePool.create("pool3", { cloud: "AWS", region: "eu-west-1" });
    expect(await cli.computePool.describe(id)).toEqual({
      id,
      name: "pool2",
      environment: environmentId,
      cloud: "AWS",
      region: "us-east-1",
      maxCfu: 10,
      status: "PROVISIONED",
    });
    expect((await cli.computePool.list("eu-west-1")).map(({ name }) => name)).toEqual(["pool3"]);
    expect(await cli.computePool.update(id, { name: "renamed", maxCfu: 20 })).toMatchObject({
      name: "renamed",
      maxCfu: 20,
    });
    await cli.computePool.use(id);
    await cli.computePool.delete(id);
    await cli.computePool.delete(other.id);
    expect(await failureOf(cli.computePool.describe(id))).toMatch(/^This compute pool does not exist/);
    expect(await failureOf(cli.computePool.create("nowhere", { cloud: "aws", region: "nowhere" }))).toContain(
      "nowhere",
    );
  });
});

describe("confluent iam and api-key", () => {
  it("service accounts: create, list, update, delete; a taken name is refused", async () => {
    const { id } = await cli.serviceAccount.create("app", "Runs things");
    expect(await failureOf(cli.serviceAccount.create("app", "Again"))).toContain("app");
    await cli.serviceAccount.update(id, "Runs other things");
    expect(await cli.serviceAccount.describe(id)).toEqual({
      id,
      name: "app",
      description: "Runs other things",
    });
    expect((await cli.serviceAccount.list("app")).map((account) => account.id)).toEqual([id]);
    expect((await cli.serviceAccount.list()).length).toBeGreaterThan(1);
    await cli.serviceAccount.delete(id);
    expect(await failureOf(cli.serviceAccount.delete(id))).toContain(id);
  });

  it("API keys: of a person and of a service account, of the cloud and of a region", async () => {
    const own = await cli.apiKey.create("cloud", { description: "mine" });
    const flink = await cli.apiKey.create(place, {
      serviceAccount: principals.flinkAdmin,
      description: "theirs",
    });
    expect(await cli.apiKey.describe(own.apiKey)).toMatchObject({
      key: own.apiKey,
      description: "mine",
      owner: principals.organizationAdmin,
      email: person.email,
      resourceType: "cloud",
      resource: "cloud",
    });
    const listed = await cli.apiKey.list({ serviceAccount: principals.flinkAdmin });
    expect(listed.find(({ key }) => key === flink.apiKey)).toMatchObject({
      email: "<service account>",
      resourceType: "flink-region",
      resource: "aws.us-east-1",
    });
    await cli.apiKey.update(own.apiKey, "still mine");
    expect(
      (await cli.apiKey.list({ resource: "cloud" })).find(({ key }) => key === own.apiKey)?.description,
    ).toBe("still mine");
    const basic = {
      authorization: `Basic ${Buffer.from(`${own.apiKey}:${own.apiSecret}`).toString("base64")}`,
    };
    expect((await server.send("GET", "/keymoor/v1/whoami", undefined, basic)).status).toBe(200);
    await cli.apiKey.delete(own.apiKey);
    await cli.apiKey.delete(flink.apiKey);
    expect((await server.send("GET", "/keymoor/v1/whoami", undefined, basic)).status).toBe(401);
    expect(await failureOf(cli.apiKey.describe(own.apiKey))).toMatch(/^This API key does not exist/);
  });

  it("roles and bindings: list, describe, bind, find, remove", async () => {
    expect(await cli.role.list()).toContain("FlinkDeveloper");
    expect(await cli.role.describe("FlinkAdmin")).toBe("FlinkAdmin");
    expect(await failureOf(cli.role.describe("FlinkAdmim"))).toContain("FlinkAdmin");
    const crn = `${organizationCrn}/environment=${environmentId}`;
    const { id, email } = await cli.roleBinding.create(principals.nobody, "FlinkDeveloper", crn);
    expect(email).toBe("");
    expect((await cli.roleBinding.create(principals.organizationAdmin, "FlinkAdmin", crn)).email).toBe(
      person.email,
    );
    expect(await cli.roleBinding.ofPrincipal(principals.nobody, crn)).toEqual([
      { id, principal: `User:${principals.nobody}`, role: "FlinkDeveloper", crnPattern: crn, email: "" },
    ]);
    expect(await cli.roleBinding.ofRole("FlinkDeveloper", crn)).toEqual([
      `User:${principals.flinkDeveloper}`,
      `User:${principals.nobody}`,
    ]);
    await cli.roleBinding.delete(id);
    expect(await cli.roleBinding.ofPrincipal(principals.nobody, crn)).toEqual([]);
    expect(await failureOf(cli.roleBinding.create(principals.nobody, "CloudClusterAdmin", crn))).toContain(
      "FlinkAdmin",
    );
  });

  it("users and invitations: list, describe, rename, invite", async () => {
    expect(await cli.user.list()).toEqual([
      {
        id: principals.organizationAdmin,
        name: principals.organizationAdmin,
        email: person.email,
        isLocal: true,
      },
    ]);
    await cli.user.update(principals.organizationAdmin, "Ada");
    expect((await cli.user.describe(principals.organizationAdmin)).name).toBe("Ada");
    expect(await cli.invitation.create("new@example.com")).toBe("new@example.com");
    expect(await cli.invitation.list()).toMatchObject([
      { email: "new@example.com", status: "INVITE_STATUS_SENT" },
    ]);
    const invited = (await cli.user.list()).find(({ email }) => email === "new@example.com");
    await cli.user.delete(invited?.id ?? "");
    expect(await cli.invitation.list()).toEqual([]);
    expect(await failureOf(cli.user.describe("u-nobody"))).toMatch(/^This user does not exist/);
  });
});
