import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  type ApiFixture,
  addComputePool,
  basicOf,
  environmentId,
  openApi,
  openaiBody,
  organizationId,
  otherEnvironmentId,
  principals,
  publicUrl,
  sqlV1,
} from "../../../test/fixtures/services.ts";

const path = "/org/v2/environments";
const organizationCrn = `crn://confluent.cloud/organization=${organizationId}`;

describe("environments", () => {
  let api: ApiFixture;
  beforeAll(async () => {
    api = await openApi();
  });
  afterAll(() => api.close());

  const make = async (display_name: string, more: object = {}) => {
    const { status, json } = await api.send("POST", path, { display_name, ...more });
    expect(status).toBe(201);
    return json as { readonly id: string };
  };
  const errorOf = ({ status, json }: { status: number; json: { errors: { code: string }[] } }) => [
    status,
    json.errors[0]?.code,
  ];

  it("are made, renamed and deleted as Terraform does it", async () => {
    const made = await api.send("POST", path, { display_name: "staging" });
    expect(made.status).toBe(201);
    const { id } = made.json;
    expect(made.json).toMatchObject({
      api_version: "org/v2",
      kind: "Environment",
      id: expect.stringMatching(/^env-[0-9a-z]{6}$/),
      metadata: {
        self: `${publicUrl}${path}/${id}`,
        resource_name: `${organizationCrn}/environment=${id}`,
      },
      display_name: "staging",
      stream_governance_config: { package: "ESSENTIALS" },
    });
    expect((await api.send("GET", `${path}/${id}`)).json).toEqual(made.json);
    api.advance(5000);
    const changed = await api.send("PATCH", `${path}/${id}`, {
      stream_governance_config: { package: "ADVANCED" },
    });
    expect(changed.json).toMatchObject({
      display_name: "staging",
      stream_governance_config: { package: "ADVANCED" },
    });
    expect(changed.json.metadata.updated_at > changed.json.metadata.created_at).toBe(true);
    const renamed = await api.send("PATCH", `${path}/${id}`, { display_name: "stage" });
    expect((await api.send("GET", `${path}/${id}`)).json).toEqual(renamed.json);
    expect(renamed.json).toMatchObject({
      display_name: "stage",
      stream_governance_config: { package: "ADVANCED" },
    });
    const deleted = await api.send("DELETE", `${path}/${id}`);
    expect([deleted.status, deleted.text]).toEqual([204, ""]);
    expect(errorOf(await api.send("GET", `${path}/${id}`))).toEqual([404, "environment_not_found"]);
    expect(errorOf(await api.send("DELETE", `${path}/${id}`))).toEqual([404, "environment_not_found"]);
  });

  it("have a name once, which is what SQL calls their catalog", async () => {
    const { id } = await make("unique", { stream_governance_config: { package: "ADVANCED" } });
    const taken = await api.send("POST", path, { display_name: "unique" });
    expect(errorOf(taken)).toEqual([409, "resource_already_exists"]);
    expect(taken.json.errors[0].detail).toMatch(/"unique"/);
    expect(errorOf(await api.send("PATCH", `${path}/${id}`, { display_name: "default" }))).toEqual([
      409,
      "resource_already_exists",
    ]);
    expect((await api.send("PATCH", `${path}/${id}`, { display_name: "unique" })).status).toBe(200);
  });

  it.each([
    [{}, "invalid_request", /"display_name" is missing/],
    [{ display_name: "" }, "invalid_request", /"display_name"/],
    [{ display_name: "a\nb" }, "invalid_request", /"display_name"/],
    [{ displayname: "a" }, "unknown_field", /Did you mean "display_name"/],
    [{ display_name: "a", stream_governance_config: { package: "GOLD" } }, "invalid_request", /ESSENTIALS/],
  ])("%j is refused with the field's name", async (body, code, sentence) => {
    const answer = await api.send("POST", path, body);
    expect(errorOf(answer)).toEqual([400, code]);
    expect(answer.json.errors[0].detail).toMatch(sentence);
  });

  it("are not deleted while they hold a connection; what else they hold goes with them", async () => {
    const { id } = await make("doomed");
    const inside = sqlV1.replace(environmentId, id);
    await addComputePool(api.services, {
      id: "lfcp-doomed",
      name: "pool",
      environmentId: id,
      cloud: "aws",
      region: "us-east-1",
    });
    const key = await api.send("POST", "/iam/v2/api-keys", {
      spec: { resource: { id: "aws.us-east-1", environment: id } },
    });
    const authorization = `Basic ${Buffer.from(`${key.json.id}:${key.json.spec.secret}`).toString("base64")}`;
    const created = await api.send("POST", `${inside}/connections`, openaiBody("c1"), { authorization });
    expect(created.status).toBe(201);
    const full = await api.send("DELETE", `${path}/${id}`);
    expect(errorOf(full)).toEqual([400, "environment_not_empty"]);
    expect(full.json.errors[0].detail).toMatch(/holds connections\. Delete them first/);
    await api.send("DELETE", `${inside}/connections/c1`);
    expect((await api.send("DELETE", `${path}/${id}`)).status).toBe(204);
    expect(await api.services.store.read.computePool("lfcp-doomed")).toBeUndefined();
    const gone = await api.send("GET", `${inside}/connections`, undefined, { authorization });
    expect(gone.status).toBe(401);
  });

  it("keep nothing that was on its way into them when they were deleted", async () => {
    const { store } = api.services;
    const cloudAndRegion = { cloud: "aws", region: "us-east-1" };
    const makers: Readonly<Record<string, (id: string) => readonly [path: string, body: object]>> = {
      insert_connection: (id) => [`${sqlV1.replace(environmentId, id)}/connections`, openaiBody("late")],
      insert_statement: (id) => [
        `${sqlV1.replace(environmentId, id)}/statements`,
        { name: "late", spec: { statement: "SHOW CONNECTIONS" } },
      ],
      insert_api_key: (id) => [
        "/iam/v2/api-keys",
        { spec: { resource: { id: "aws.us-east-1", environment: id } } },
      ],
      insert_role_binding: (id) => [
        "/iam/v2/role-bindings",
        {
          principal: `User:${principals.nobody}`,
          role_name: "FlinkDeveloper",
          crn_pattern: `${organizationCrn}/environment=${id}`,
        },
      ],
      insert_compute_pool: (id) => [
        "/fcpm/v2/compute-pools",
        { spec: { display_name: "late", environment: { id }, ...cloudAndRegion } },
      ],
    };
    for (const [step, requestOf] of Object.entries(makers)) {
      const { id } = await make(`leaving ${step}`);
      const write = store.write.bind(store);
      const spy = vi.spyOn(store, "write").mockImplementation(async (steps) => {
        if (!steps.some((one) => one.do === step)) return await write(steps);
        spy.mockRestore();
        expect((await api.send("DELETE", `${path}/${id}`)).status).toBe(204);
        return await write(steps);
      });
      expect([step, ...errorOf(await api.send("POST", ...requestOf(id)))]).toEqual([
        step,
        403,
        "user_unauthorized",
      ]);
    }
  });

  it("are made by an OrganizationAdmin, and renamed and deleted by their own administrator", async () => {
    const as = (name: Parameters<typeof basicOf>[0]) => ({ authorization: basicOf(name) });
    expect(errorOf(await api.send("POST", path, { display_name: "x" }, as("environmentAdmin")))).toEqual([
      403,
      "user_unauthorized",
    ]);
    const { id } = await make("teams");
    const rename = (name: Parameters<typeof basicOf>[0]) =>
      api.send("PATCH", `${path}/${id}`, { display_name: "our-teams" }, as(name));
    expect(errorOf(await rename("environmentAdmin"))).toEqual([404, "environment_not_found"]);
    await api.send("POST", "/iam/v2/role-bindings", {
      principal: `User:${principals.environmentAdmin}`,
      role_name: "EnvironmentAdmin",
      crn_pattern: `${organizationCrn}/environment=${id}`,
    });
    expect((await rename("environmentAdmin")).json.display_name).toBe("our-teams");
    expect(
      errorOf(await api.send("DELETE", `${path}/${environmentId}`, undefined, as("flinkAdmin"))),
    ).toEqual([403, "user_unauthorized"]);
    expect((await api.send("DELETE", `${path}/${id}`, undefined, as("environmentAdmin"))).status).toBe(204);
  });

  it("the last one of a server stays, because clients fail without any", async () => {
    const { json } = await api.send("GET", `${path}?page_size=100`);
    const others = (json.data as { readonly id: string }[]).filter(({ id }) => id !== otherEnvironmentId);
    for (const { id } of others) expect((await api.send("DELETE", `${path}/${id}`)).status).toBe(204);
    const last = await api.send("DELETE", `${path}/${otherEnvironmentId}`);
    expect(errorOf(last)).toEqual([400, "environment_not_empty"]);
    expect(last.json.errors[0].detail).toMatch(/only one/);
  });
});

describe("the organization", () => {
  let api: ApiFixture;
  beforeAll(async () => {
    api = await openApi();
  });
  afterAll(() => api.close());

  it("is read by everybody who belongs to it, and is the only one", async () => {
    const list = await api.send("GET", "/org/v2/organizations?page_size=100");
    expect(list.json).toMatchObject({ kind: "OrganizationList", metadata: { next: "" } });
    expect(list.json.data).toEqual([
      {
        api_version: "org/v2",
        kind: "Organization",
        id: organizationId,
        metadata: {
          self: `${publicUrl}/org/v2/organizations/${organizationId}`,
          resource_name: organizationCrn,
          created_at: expect.stringMatching(/Z$/),
          updated_at: expect.stringMatching(/Z$/),
        },
        display_name: "Acme",
        jit_enabled: false,
      },
    ]);
    const nobody = { authorization: basicOf("nobody") };
    const one = await api.send("GET", `/org/v2/organizations/${organizationId}`, undefined, nobody);
    expect([one.status, one.json]).toEqual([200, list.json.data[0]]);
    const other = await api.send("GET", "/org/v2/organizations/other");
    expect([other.status, other.json.errors[0].code]).toEqual([404, "organization_not_found"]);
  });
});
