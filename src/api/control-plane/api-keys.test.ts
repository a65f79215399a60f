import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type ApiFixture,
  basicOf,
  environmentId,
  openApi,
  organizationId,
  otherEnvironmentId,
  principals,
  publicUrl,
  sqlV1,
} from "../../../test/fixtures/services.ts";

const path = "/iam/v2/api-keys";
const flinkResource = {
  id: "aws.us-east-1",
  kind: "Region",
  api_version: "fcpm/v2",
  environment: environmentId,
};

describe("API keys", () => {
  let api: ApiFixture;
  beforeAll(async () => {
    api = await openApi();
  });
  afterAll(() => api.close());

  const as = (name: Parameters<typeof basicOf>[0], kind?: "cloud" | "flink") => ({
    authorization: basicOf(name, kind),
  });
  const make = async (spec: object, headers = as("organizationAdmin")) => {
    const answer = await api.send("POST", path, { spec }, headers);
    expect([answer.status, answer.json.errors]).toEqual([202, undefined]);
    const { id, spec: shown } = answer.json;
    const authorization = `Basic ${Buffer.from(`${id}:${shown.secret}`).toString("base64")}`;
    return { id: id as string, json: answer.json, headers: { authorization } };
  };
  const refusal = async (spec: object, headers = as("organizationAdmin")) => {
    const { status, json } = await api.send("POST", path, { spec }, headers);
    return [status, json.errors?.[0].code];
  };
  const whoami = async (headers: Readonly<Record<string, string>>) =>
    await api.send("GET", "/keymoor/v1/whoami", undefined, headers);
  const ids = (answer: { json: { data: { id: string }[] } }) => answer.json.data.map(({ id }) => id);

  it("for Flink are made as Terraform does it, and read back without their secret", async () => {
    const { id, json, headers } = await make({
      display_name: "flink",
      description: "",
      owner: { id: principals.flinkAdmin, kind: "ServiceAccount", related: "", resource_name: "" },
      resource: { ...flinkResource, related: "", resource_name: "" },
    });
    const owner = `crn://confluent.cloud/organization=${organizationId}/service-account=${principals.flinkAdmin}`;
    expect(json).toEqual({
      api_version: "iam/v2",
      kind: "ApiKey",
      id: expect.stringMatching(/^[A-Z2-7]{16}$/),
      metadata: {
        self: `${publicUrl}${path}/${id}`,
        resource_name: `${owner}/api-key=${id}`,
        created_at: expect.stringMatching(/Z$/),
        updated_at: expect.stringMatching(/Z$/),
      },
      spec: {
        display_name: "flink",
        description: "",
        secret: expect.stringMatching(/^[A-Za-z0-9]{64}$/),
        owner: {
          id: principals.flinkAdmin,
          api_version: "iam/v2",
          kind: "ServiceAccount",
          related: `${publicUrl}/iam/v2/service-accounts/${principals.flinkAdmin}`,
          resource_name: owner,
        },
        resource: {
          ...flinkResource,
          related: expect.stringContaining("/fcpm/v2/regions?cloud=AWS&region_name=us-east-1"),
          resource_name: expect.stringContaining("/flink-region=aws.us-east-1"),
        },
      },
    });
    expect((await api.send("GET", `${sqlV1}/connections`, undefined, headers)).status).toBe(200);
    const read = await api.send("GET", `${path}/${id}`);
    const { secret: _, ...rest } = json.spec;
    expect(read.json).toEqual({ ...json, spec: rest });
    expect(read.text).not.toContain(json.spec.secret);
    const changed = await api.send("PATCH", `${path}/${id}`, { spec: { description: "for CI" } });
    expect(changed.json.spec).toMatchObject({ display_name: "flink", description: "for CI" });
    expect(changed.text).not.toContain(json.spec.secret);
  });

  it("for Cloud are what is asked for without a resource, or by that name", async () => {
    for (const spec of [{}, { resource: { id: "cloud" } }, { resource: { id: "", kind: "Cloud" } }]) {
      const { json, headers } = await make(spec);
      expect(json.spec.resource).toMatchObject({ id: "cloud", kind: "Cloud", api_version: "iam/v2" });
      expect(json.spec.owner).toMatchObject({ id: principals.organizationAdmin, kind: "User" });
      expect((await whoami(headers)).json.credential).toMatchObject({ environment_id: null });
    }
  });

  it("for Flink may name the environment in the id", async () => {
    const { json } = await make({ resource: { id: `${environmentId}.aws.us-east-1` } });
    expect(json.spec.resource).toMatchObject({ id: "aws.us-east-1", environment: environmentId });
  });

  it.each([
    [{ resource: { id: "lkc-abc123" } }, 400, "invalid_request"],
    [{ resource: { id: "aws.us-east-1" } }, 400, "invalid_request"],
    [{ resource: { id: "env-x.aws.us-east-1", environment: environmentId } }, 400, "invalid_request"],
    [{ resource: { ...flinkResource, id: "aws.nowhere" } }, 400, "invalid_request"],
    [{ resource: { ...flinkResource, environment: "env-none" } }, 403, "user_unauthorized"],
    [{ owner: { id: "sa-none" } }, 403, "user_unauthorized"],
    [{ secret: "chosen" }, 400, "unknown_field"],
  ])("%j is refused", async (spec, status, code) => {
    expect(await refusal(spec)).toEqual([status, code]);
  });

  it("stop while they are in use, at once", async () => {
    const { id, headers } = await make({});
    expect((await whoami(headers)).status).toBe(200);
    expect((await api.send("DELETE", `${path}/${id}`)).status).toBe(204);
    const after = await whoami(headers);
    expect([after.status, after.json.errors[0].detail]).toEqual([401, "invalid API key."]);
    for (const method of ["GET", "DELETE"]) {
      const gone = await api.send(method, `${path}/${id}`);
      expect([gone.status, gone.json.errors[0].code]).toEqual([404, "api_key_not_found"]);
    }
  });

  it("the last administrator's last one stays: another takes its place first", async () => {
    const { id: only } = await make({});
    const own = `spec.owner=${principals.organizationAdmin}&spec.resource=cloud&page_size=100`;
    const others = ids(await api.send("GET", `${path}?${own}`)).filter((id) => id !== only);
    const first = `${principals.organizationAdmin}-cloud`;
    for (const id of others.filter((id) => id !== first)) await api.send("DELETE", `${path}/${id}`);
    expect((await api.send("DELETE", `${path}/${only}`)).status).toBe(204);
    const last = await api.send("DELETE", `${path}/${first}`);
    expect([last.status, last.json.errors[0].code]).toEqual([400, "last_administrator"]);
    const flink = await make({ resource: flinkResource });
    expect((await api.send("DELETE", `${path}/${flink.id}`)).status).toBe(204);
  });

  it("are made for oneself, or for a service account of whose roles one could grant each", async () => {
    const own = await make({}, as("flinkDeveloper"));
    expect(own.json.spec.owner.id).toBe(principals.flinkDeveloper);
    const owned = (name: keyof typeof principals) => ({ owner: { id: principals[name] } });
    await make(owned("flinkAdmin"), as("environmentAdmin"));
    const forbidden = [403, "user_unauthorized"];
    expect(await refusal(owned("flinkAdmin"), as("flinkDeveloper"))).toEqual(forbidden);
    expect(await refusal(owned("organizationAdmin"), as("environmentAdmin"))).toEqual(forbidden);
    // Bound in the whole organization, and not bound at all.
    expect(await refusal(owned("assigner"), as("environmentAdmin"))).toEqual(forbidden);
    expect(await refusal(owned("nobody"), as("environmentAdmin"))).toEqual(forbidden);
    await make(owned("nobody"));
    const crn_pattern = `crn://confluent.cloud/organization=${organizationId}/environment=${otherEnvironmentId}`;
    const principal = `User:${principals.flinkAdmin}`;
    await api.send("POST", "/iam/v2/role-bindings", { principal, role_name: "FlinkDeveloper", crn_pattern });
    expect(await refusal(owned("flinkAdmin"), as("environmentAdmin"))).toEqual(forbidden);
  });

  it("of a user are made by nobody else, whatever he may do", async () => {
    const { headers } = await make({ owner: { id: principals.nobody } });
    const admin = {
      role_name: "OrganizationAdmin",
      crn_pattern: `crn://confluent.cloud/organization=${organizationId}`,
    };
    await api.send("POST", "/iam/v2/role-bindings", { principal: `User:${principals.nobody}`, ...admin });
    expect(await refusal({ owner: { id: principals.organizationAdmin } }, headers)).toEqual([
      403,
      "user_unauthorized",
    ]);
  });

  it("make no wider ones: a Flink key makes none", async () => {
    expect(await refusal({}, as("organizationAdmin", "flink"))).toEqual([403, "user_unauthorized"]);
    const cloudKey = `${principals.flinkDeveloper}-cloud`;
    const deleted = await api.send("DELETE", `${path}/${cloudKey}`, undefined, as("flinkDeveloper", "flink"));
    expect(deleted.status).toBe(403);
  });

  it("are listed by owner and resource, page by page", async () => {
    const list = (query: string, headers = as("organizationAdmin")) =>
      api.send("GET", `${path}?${query}`, undefined, headers);
    const owner = `spec.owner=${principals.flinkDeveloper}`;
    expect(ids(await list(`${owner}&spec.resource=cloud&page_size=100`))).toContain(
      `${principals.flinkDeveloper}-cloud`,
    );
    for (const resource of ["aws.us-east-1", "AWS.us-east-1", `${environmentId}.aws.us-east-1`]) {
      expect(ids(await list(`${owner}&spec.resource=${resource}`))).toEqual([
        `${principals.flinkDeveloper}-flink`,
      ]);
    }
    for (const resource of ["aws.eu-west-1", `${otherEnvironmentId}.aws.us-east-1`, "lkc-1"])
      expect(ids(await list(`${owner}&spec.resource=${resource}`))).toEqual([]);
    const first = await list("page_size=1");
    const next = new URL(first.json.metadata.next);
    expect(ids(await list(next.search.slice(1)))).not.toEqual(ids(first));
    expect((await list("")).text).not.toContain("secret");
  });

  it("are seen by their owner, and Flink keys by those who manage their environment", async () => {
    const all = (name: Parameters<typeof basicOf>[0], query = "") =>
      api.send("GET", `${path}?page_size=100${query}`, undefined, as(name)).then(ids);
    const own = await all("flinkDeveloper");
    expect(own).toContain(`${principals.flinkDeveloper}-cloud`);
    expect(own).not.toContain(`${principals.flinkAdmin}-flink`);
    const managed = await all("environmentAdmin");
    expect(managed).toContain(`${principals.organizationAdmin}-flink`);
    expect(managed).not.toContain(`${principals.flinkDeveloper}-cloud`);
    // Those that he may make for an owner, he sees when he asks for that owner.
    expect(await all("environmentAdmin", `&spec.owner=${principals.flinkDeveloper}`)).toContain(
      `${principals.flinkDeveloper}-cloud`,
    );
    const hidden = await api.send(
      "GET",
      `${path}/${principals.organizationAdmin}-cloud`,
      undefined,
      as("environmentAdmin"),
    );
    expect([hidden.status, hidden.json.errors[0].code]).toEqual([404, "api_key_not_found"]);
    const stopped = await api.send(
      "DELETE",
      `${path}/${principals.assigner}-flink`,
      undefined,
      as("environmentAdmin"),
    );
    expect(stopped.status).toBe(204);
  });

  it("leave their secret nowhere but in that one answer", async () => {
    const { id, json } = await make({ display_name: "canary" });
    await api.services.store.flush();
    const events = await api.send("GET", `/keymoor/v1/audit-events?resource_name=${id}`);
    expect(events.json.data[0]).toMatchObject({ action: "api_key.create", resource_kind: "api_key" });
    expect(JSON.stringify([events.json, api.logged])).not.toContain(json.spec.secret);
    const stored = await api.services.store.read.apiKey(id);
    expect(Buffer.from(stored?.secretMac ?? []).toString("latin1")).not.toContain(json.spec.secret);
  });
});
