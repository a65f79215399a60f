import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  type ApiFixture,
  addServiceAccount,
  basicOf,
  environmentId,
  openApi,
  organizationId,
  otherEnvironmentId,
  principals,
  publicUrl,
  sqlV1,
} from "../../../test/fixtures/services.ts";

const path = "/iam/v2/role-bindings";
const organization = `crn://confluent.cloud/organization=${organizationId}`;
const environment = `${organization}/environment=${environmentId}`;
const region = `${environment}/flink-region=aws.us-east-1`;

describe("role bindings", () => {
  let api: ApiFixture;
  beforeAll(async () => {
    api = await openApi();
    for (const id of ["sa-one", "sa-two", "sa-three"]) await addServiceAccount(api.services, id);
  });
  afterAll(() => api.close());

  const as = (name: Parameters<typeof basicOf>[0]) => ({ authorization: basicOf(name) });
  const bind = (
    principal: string,
    role_name: string,
    crn_pattern: string,
    headers = as("organizationAdmin"),
  ) => api.send("POST", path, { principal, role_name, crn_pattern }, headers);
  const list = async (query: Record<string, string>, headers = as("organizationAdmin")) => {
    const search = new URLSearchParams({ page_size: "100", ...query });
    const { status, json } = await api.send("GET", `${path}?${search}`, undefined, headers);
    expect([status, json.metadata?.next]).toEqual([200, ""]);
    return json.data.map((one: { role_name: string; crn_pattern: string }) => [
      one.role_name,
      one.crn_pattern,
    ]);
  };

  it("are made as Terraform does it, echoed byte for byte, and deleted", async () => {
    for (const [role, crn] of [
      ["OrganizationAdmin", organization],
      ["EnvironmentAdmin", environment],
      ["FlinkDeveloper", organization],
      ["FlinkAdmin", environment],
      ["FlinkAdmin", region],
      ["Assigner", `${organization}/service-account=${principals.flinkDeveloper}`],
    ] as const) {
      const made = await bind("User:sa-one", role, crn);
      expect(made.status).toBe(201);
      const { id } = made.json;
      expect(made.json).toEqual({
        api_version: "iam/v2",
        kind: "RoleBinding",
        id: expect.stringMatching(/^rb-/),
        metadata: {
          self: `${publicUrl}${path}/${id}`,
          resource_name: `${crn}/role-binding=${id}`,
          created_at: expect.stringMatching(/Z$/),
          updated_at: expect.stringMatching(/Z$/),
        },
        principal: "User:sa-one",
        role_name: role,
        crn_pattern: crn,
      });
      expect((await api.send("GET", `${path}/${id}`)).json).toEqual(made.json);
      const again = await bind("User:sa-one", role, crn);
      expect([again.status, again.json.errors[0].code]).toEqual([409, "resource_already_exists"]);
      const deleted = await api.send("DELETE", `${path}/${id}`);
      expect([deleted.status, deleted.json]).toEqual([200, made.json]);
      const gone = await api.send("GET", `${path}/${id}`);
      expect([gone.status, gone.json.errors[0].code]).toEqual([404, "role_binding_not_found"]);
    }
  });

  it("of two who make the same one at once, one is told that it exists", async () => {
    const both = await Promise.all([1, 2].map(() => bind("User:sa-two", "FlinkDeveloper", environment)));
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  it("hold from the next request on, and no longer than they stand", async () => {
    const read = async () => (await api.send("GET", `${sqlV1}/connections`, undefined, as("nobody"))).status;
    expect(await read()).toBe(403);
    const { json } = await bind(`User:${principals.nobody}`, "FlinkDeveloper", region);
    expect(await read()).toBe(200);
    const west = { ...as("nobody"), "keymoor-region": "aws.eu-west-1" };
    expect((await api.send("GET", `${sqlV1}/connections`, undefined, west)).status).toBe(403);
    await api.send("DELETE", `${path}/${json.id}`);
    expect(await read()).toBe(403);
  });

  it.each([
    ["sa-one", "FlinkAdmin", environment, 400, /User:u-\.\.\. or User:sa-/],
    ["User:pool-1", "FlinkAdmin", environment, 400, /identity pool has no roles.*service account/],
    ["User:sa-none", "FlinkAdmin", environment, 400, /no such user or service account/],
    ["User:sa-one", "CloudClusterAdmin", environment, 400, /There are OrganizationAdmin, EnvironmentAdmin/],
    [
      "User:sa-one",
      "OrganizationAdmin",
      environment,
      400,
      /bound to the organization, not to an environment/,
    ],
    ["User:sa-one", "EnvironmentAdmin", region, 400, /bound to an environment, not to a region/],
    ["User:sa-one", "EnvironmentAdmin", organization, 400, /not to the organization/],
    ["User:sa-one", "Assigner", environment, 400, /bound to a service account/],
    ["User:sa-one", "FlinkAdmin", `${organization}/service-account=sa-two`, 400, /not to a service account/],
    ["User:sa-one", "Assigner", `${organization}/service-account=sa-none`, 400, /no such service account/],
    ["User:sa-one", "FlinkAdmin", `${region}/compute-pool=lfcp-1`, 400, /no narrower than a region/],
    ["User:sa-one", "FlinkAdmin", `${environment}/flink-region=aws.nowhere`, 400, /no such region/],
    ["User:sa-one", "FlinkAdmin", `${organization}/environment=env-none`, 403, /does not exist/],
    ["User:sa-one", "FlinkAdmin", "crn://confluent.cloud/organization=other", 403, /another organization/],
    ["User:sa-one", "FlinkAdmin", "*", 400, /not one of this server/],
  ])("%s as %s on %s is refused with a sentence", async (principal, role, crn, status, sentence) => {
    const answer = await bind(principal, role, crn);
    expect(answer.status).toBe(status);
    expect(answer.json.errors[0].detail).toMatch(sentence);
  });

  it("are granted only where one manages access, and only what one holds", async () => {
    const admin = as("environmentAdmin");
    await bind("User:sa-three", "FlinkDeveloper", environment);
    const made = await bind("User:sa-three", "FlinkAdmin", environment, admin);
    expect(made.status).toBe(201);
    const forbidden = [
      await bind("User:sa-three", "OrganizationAdmin", organization, admin),
      await bind("User:sa-three", "FlinkAdmin", organization, admin),
      await bind("User:sa-three", "FlinkAdmin", `${organization}/environment=${otherEnvironmentId}`, admin),
      await bind("User:sa-three", "Assigner", `${organization}/service-account=sa-one`, admin),
      await bind("User:sa-three", "FlinkDeveloper", region, as("flinkAdmin")),
      // It has no role yet, and may be on its way to more than this administrator holds.
      await bind("User:sa-one", "FlinkDeveloper", environment, admin),
      await bind("User:sa-three", "FlinkDeveloper", region, {
        authorization: basicOf("organizationAdmin", "flink"),
      }),
    ];
    for (const answer of forbidden)
      expect([answer.status, answer.json.errors[0].code]).toEqual([403, "user_unauthorized"]);
    const user = await bind(`User:${principals.organizationAdmin}`, "FlinkDeveloper", environment, admin);
    expect(user.status).toBe(201);
    expect((await api.send("DELETE", `${path}/${user.json.id}`, undefined, admin)).status).toBe(200);
    expect((await api.send("DELETE", `${path}/${made.json.id}`, undefined, admin)).status).toBe(200);
  });

  it("are seen by their principal and by those who manage where they are bound", async () => {
    const own = `rb-${principals.flinkDeveloper}`;
    const seen = async (id: string, name: Parameters<typeof basicOf>[0]) =>
      (await api.send("GET", `${path}/${id}`, undefined, as(name))).status;
    expect(await seen(own, "flinkDeveloper")).toBe(200);
    expect(await seen(own, "environmentAdmin")).toBe(200);
    expect(await seen(own, "flinkAdmin")).toBe(404);
    expect(await seen(`rb-${principals.organizationAdmin}`, "environmentAdmin")).toBe(404);
    expect(await list({}, as("flinkDeveloper"))).toEqual([["FlinkDeveloper", environment]]);
    expect(await list({}, as("environmentAdmin"))).not.toContainEqual(["OrganizationAdmin", organization]);
    const taken = await api.send("DELETE", `${path}/${own}`, undefined, as("flinkDeveloper"));
    expect([taken.status, taken.json.errors[0].code]).toEqual([403, "user_unauthorized"]);
  });

  it("are listed by principal, role and pattern, with /* also below it", async () => {
    const who = { principal: "User:sa-two" };
    for (const crn of [organization, region, `${organization}/environment=${otherEnvironmentId}`])
      await bind(who.principal, "FlinkDeveloper", crn);
    const developer = (...crns: string[]) => crns.map((crn) => ["FlinkDeveloper", crn]);
    const sorted = async (query: Record<string, string>) => (await list(query)).sort();
    expect(await sorted({ ...who, crn_pattern: organization })).toEqual(developer(organization));
    expect(await sorted({ ...who, crn_pattern: environment })).toEqual(developer(environment));
    expect(await sorted({ ...who, crn_pattern: `${environment}/*` })).toEqual(developer(environment, region));
    expect(await sorted({ ...who, crn_pattern: region })).toEqual(developer(region));
    expect(await list({ ...who, crn_pattern: `${organization}/*` })).toHaveLength(4);
    expect(await list({ ...who, role_name: "FlinkDeveloper" })).toHaveLength(4);
    expect(await list({ ...who, role_name: "CloudClusterAdmin" })).toEqual([]);
    for (const crn_pattern of [
      "crn://confluent.cloud/organization=other",
      `${environment}/cloud-cluster=lkc-1`,
    ])
      expect(await list({ ...who, crn_pattern })).toEqual([]);
    expect(await list({ role_name: "Assigner", crn_pattern: `${organization}/*` })).toHaveLength(1);
  });

  it("fill each page, however much between is bound elsewhere", async () => {
    const seen: string[] = [];
    let next = `${path}?${new URLSearchParams({ page_size: "2", crn_pattern: environment })}`;
    while (next !== "") {
      const { json } = await api.send("GET", next.replace(publicUrl, ""));
      next = json.metadata.next;
      if (next !== "") expect(json.data).toHaveLength(2);
      seen.push(...json.data.map((one: { crn_pattern: string }) => one.crn_pattern));
    }
    expect(seen.length).toBeGreaterThan(3);
    expect(new Set(seen)).toEqual(new Set([environment]));
  });

  it("are read many at once, however few are asked for", async () => {
    const { read } = api.services.store;
    const reads = vi.spyOn(read, "roleBindingPage");
    const search = new URLSearchParams({
      page_size: "1",
      crn_pattern: `${organization}/service-account=sa-x`,
    });
    const { json } = await api.send("GET", `${path}?${search}`);
    expect([json.data, json.metadata.next, reads.mock.calls.length]).toEqual([[], "", 1]);
    reads.mockRestore();
  });

  it("leave somebody who is OrganizationAdmin and has a way in", async () => {
    const last = await api.send("DELETE", `${path}/rb-${principals.organizationAdmin}`);
    expect([last.status, last.json.errors[0].code]).toEqual([400, "last_administrator"]);
    // Without key and password, sa-one could not repair it.
    await bind("User:sa-one", "OrganizationAdmin", organization);
    const still = await api.send("DELETE", `${path}/rb-${principals.organizationAdmin}`);
    expect([still.status, still.json.errors[0].code]).toEqual([400, "last_administrator"]);
    await api.send("POST", "/iam/v2/api-keys", { spec: { owner: { id: "sa-one" } } });
    expect((await api.send("DELETE", `${path}/rb-${principals.organizationAdmin}`)).status).toBe(200);
  });
});
