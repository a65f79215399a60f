import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type ApiFixture,
  basicOf,
  environmentId,
  keymoorV1,
  openApi,
  openaiBody,
  organizationId,
  otherEnvironmentId,
  publicUrl,
  sqlV1,
} from "../../../test/fixtures/services.ts";
import { version } from "../../version.ts";

describe("whoami", () => {
  let api: ApiFixture;
  beforeAll(async () => {
    api = await openApi();
    await api.send("POST", `${sqlV1}/connections`, openaiBody("my-openai"));
  });
  afterAll(() => api.close());

  const whoami = async (authorization: string) =>
    await api.send("GET", "/keymoor/v1/whoami", undefined, { authorization });

  const here = (...rights: readonly string[]) => ({ id: environmentId, name: "default", rights });
  const developer = ["connection:read", "connection:call", "statement:run"];
  const environmentAdmin = ["connection:manage", ...developer, "access:manage", "audit:read"];
  const all = [...environmentAdmin, "server:manage"];
  const aws = (region: string) => ({ cloud: "AWS", region, endpoint: publicUrl });

  it("tells an administrator with a Cloud key all environments and regions", async () => {
    const { status, json } = await whoami(basicOf("organizationAdmin"));
    expect(status).toBe(200);
    expect(json).toEqual({
      principal: { id: "u-orgadmin", kind: "user", name: "u-orgadmin", email: "u-orgadmin@example.com" },
      credential: {
        kind: "api_key",
        id: "u-orgadmin-cloud",
        environment_id: null,
        cloud: null,
        region: null,
        connections: null,
      },
      organization: { id: organizationId, name: "Acme" },
      environments: [here(...all), { id: otherEnvironmentId, name: "other", rights: all }],
      rights: all,
      regions: [aws("us-east-1"), aws("eu-west-1")],
      roles: [{ role: "OrganizationAdmin", environment_id: null, cloud: null, region: null }],
      server: { version, public_url: publicUrl },
    });
  });

  it("tells a Flink key its own environment and region only", async () => {
    const { json } = await whoami(basicOf("flinkDeveloper", "flink"));
    expect(json.credential).toEqual({
      kind: "api_key",
      id: "sa-developer-flink",
      environment_id: environmentId,
      cloud: "AWS",
      region: "us-east-1",
      connections: null,
    });
    expect(json.environments).toEqual([here(...developer)]);
    expect(json.rights).toEqual([]);
    expect(json.regions).toEqual([aws("us-east-1")]);
    expect(json.roles).toEqual([
      { role: "FlinkDeveloper", environment_id: environmentId, cloud: null, region: null },
    ]);
  });

  it("answers a use token, without what its maker may do or how to write to him", async () => {
    const made = await api.send("POST", `${keymoorV1}/use-tokens`, {
      name: "app",
      connections: ["my-openai"],
    });
    const { status, json } = await whoami(`Bearer ${made.json.token}`);
    expect(status).toBe(200);
    expect(json.principal).toEqual({ id: "u-orgadmin", kind: "user", name: "u-orgadmin", email: null });
    expect(json.credential).toMatchObject({
      kind: "use_token",
      id: made.json.id,
      environment_id: environmentId,
      connections: ["my-openai"],
    });
    expect(json.environments).toEqual([here("connection:call")]);
    expect(json.regions).toEqual([aws("us-east-1")]);
    expect(json.roles).toEqual([]);
  });

  it("says what an administrator of one environment may do there, and that he may do nothing elsewhere", async () => {
    const { json } = await whoami(basicOf("environmentAdmin"));
    expect([json.environments, json.rights]).toEqual([[here(...environmentAdmin)], []]);
  });

  it("names no environment to somebody without a role", async () => {
    const { status, json } = await whoami(basicOf("nobody"));
    expect([status, json.environments, json.roles]).toEqual([200, [], []]);
  });

  it("leaves no event, which would hide the others", async () => {
    await whoami(basicOf("organizationAdmin"));
    await api.services.store.flush();
    const { json } = await api.send("GET", "/keymoor/v1/audit-events?action=whoami");
    expect(json.data).toEqual([]);
  });

  it("is refused to a wrong key", async () => {
    const { status, json } = await whoami(
      `Basic ${Buffer.from("u-orgadmin-cloud:wrong").toString("base64")}`,
    );
    expect([status, json.errors[0].code]).toEqual([401, "user_unauthenticated"]);
  });
});
