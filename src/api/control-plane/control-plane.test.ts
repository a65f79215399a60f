import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type ApiFixture,
  addComputePool,
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

const crn = `crn://confluent.cloud/organization=${organizationId}/environment=${environmentId}`;

describe("the control plane", () => {
  let api: ApiFixture;
  beforeAll(async () => {
    api = await openApi();
    const pool = (id: string, environmentId: string, region: string) =>
      addComputePool(api.services, { id, name: `pool ${id}`, environmentId, cloud: "aws", region });
    await pool("lfcp-a", environmentId, "us-east-1");
    await pool("lfcp-b", environmentId, "eu-west-1");
    await pool("lfcp-c", otherEnvironmentId, "us-east-1");
  });
  afterAll(() => api.close());

  const get = (path: string, authorization = basicOf("organizationAdmin")) =>
    api.send("GET", path, undefined, { authorization });
  const ids = (answer: { json: { data: readonly { id: string }[] } }) => answer.json.data.map(({ id }) => id);

  it("lists environments in the shape that official clients read", async () => {
    const { status, json } = await get("/org/v2/environments?page_size=99");
    expect(status).toBe(200);
    expect(json).toMatchObject({ api_version: "org/v2", kind: "EnvironmentList" });
    expect(json.metadata).toMatchObject({ next: "", total_size: 2 });
    expect(json.data[0]).toEqual({
      api_version: "org/v2",
      kind: "Environment",
      id: environmentId,
      metadata: {
        self: `${publicUrl}/org/v2/environments/${environmentId}`,
        resource_name: crn,
        created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        updated_at: expect.stringMatching(/Z$/),
      },
      display_name: "default",
      stream_governance_config: { package: "ESSENTIALS" },
    });
    const one = await get(`/org/v2/environments/${environmentId}`);
    expect([one.status, one.json]).toEqual([200, json.data[0]]);
  });

  it("goes through a list page by page, with `next` empty at the end", async () => {
    const first = await get("/org/v2/environments?page_size=1");
    expect(ids(first)).toEqual([environmentId]);
    const next = new URL(first.json.metadata.next);
    expect(next.origin).toBe(publicUrl);
    const second = await get(`${next.pathname}${next.search}`);
    expect([ids(second), second.json.metadata.next]).toEqual([[otherEnvironmentId], ""]);
    const foreign = await get(`/fcpm/v2/regions?page_token=${next.searchParams.get("page_token")}`);
    expect([foreign.status, foreign.json.errors[0].code]).toEqual([400, "invalid_page_token"]);
  });

  it("lists to each caller the environments he has a role in", async () => {
    expect(ids(await get("/org/v2/environments", basicOf("flinkDeveloper")))).toEqual([environmentId]);
    expect(ids(await get("/org/v2/environments", basicOf("organizationAdmin", "flink")))).toEqual([
      environmentId,
    ]);
    expect(ids(await get("/org/v2/environments", basicOf("nobody")))).toEqual([]);
  });

  it("answers 404 alike for an environment that does not exist and one that is not readable", async () => {
    for (const path of [
      (id: string) => `/org/v2/environments/${id}`,
      (id: string) => `/fcpm/v2/compute-pools?environment=${id}`,
      (id: string) => `/fcpm/v2/compute-pools/lfcp-c?environment=${id}`,
    ]) {
      const answers = [
        await get(path("env-none"), basicOf("flinkAdmin")),
        await get(path(otherEnvironmentId), basicOf("flinkAdmin")),
      ];
      expect(answers.map(({ status }) => status)).toEqual([404, 404]);
      const [unknown, unreadable] = answers.map(({ json }) => json.errors[0]);
      expect({ ...unknown, id: "" }).toEqual({ ...unreadable, id: "" });
      expect(unknown.code).toBe("environment_not_found");
    }
  });

  it("finds a region by cloud in any case, and answers the cloud in upper case", async () => {
    for (const cloud of ["AWS", "aws"]) {
      const { json } = await get(`/fcpm/v2/regions?cloud=${cloud}&page_size=99&region_name=us-east-1`);
      expect(json.data).toEqual([
        {
          api_version: "fcpm/v2",
          kind: "Region",
          id: "aws.us-east-1",
          metadata: { self: `${publicUrl}/fcpm/v2/regions?cloud=AWS&region_name=us-east-1` },
          display_name: "us-east-1",
          cloud: "AWS",
          region_name: "us-east-1",
          http_endpoint: publicUrl,
          private_http_endpoint: "",
        },
      ]);
    }
    expect(ids(await get("/fcpm/v2/regions"))).toEqual(["aws.us-east-1", "aws.eu-west-1"]);
    expect(ids(await get("/fcpm/v2/regions", basicOf("flinkAdmin", "flink")))).toEqual(["aws.us-east-1"]);
    const none = await get("/fcpm/v2/regions?cloud=GCP");
    expect([none.status, ids(none), none.json.metadata.next]).toEqual([200, [], ""]);
    const paged = await get("/fcpm/v2/regions?page_size=1");
    const next = new URL(paged.json.metadata.next);
    expect(ids(await get(next.pathname + next.search))).toEqual(["aws.eu-west-1"]);
  });

  it("lists the compute pools of an environment, and of one region", async () => {
    const list = (query: string, key?: string) => get(`/fcpm/v2/compute-pools?${query}`, key);
    const { json } = await list(`environment=${environmentId}&page_size=100`);
    expect(json.data.map((pool: { id: string }) => pool.id)).toEqual(["lfcp-a", "lfcp-b"]);
    expect(json.data[0]).toMatchObject({
      api_version: "fcpm/v2",
      kind: "ComputePool",
      metadata: { resource_name: `${crn}/flink-region=aws.us-east-1/compute-pool=lfcp-a` },
      spec: {
        display_name: "pool lfcp-a",
        cloud: "AWS",
        region: "us-east-1",
        max_cfu: 5,
        environment: { id: environmentId, resource_name: crn },
      },
      status: { phase: "PROVISIONED", current_cfu: 0 },
    });
    expect(ids(await list(`environment=${environmentId}&spec.region=eu-west-1`))).toEqual(["lfcp-b"]);
    expect(ids(await list(`environment=${environmentId}`, basicOf("flinkAdmin", "flink")))).toEqual([
      "lfcp-a",
    ]);
    const one = await get(`/fcpm/v2/compute-pools/lfcp-a?environment=${environmentId}`);
    expect([one.status, one.json]).toEqual([200, json.data[0]]);
    const elsewhere = await get(`/fcpm/v2/compute-pools/lfcp-c?environment=${environmentId}`);
    expect([elsewhere.status, elsewhere.json.errors[0].code]).toEqual([404, "compute_pool_not_found"]);
  });

  it.each([
    ["/fcpm/v2/compute-pools", /"environment" is missing/],
    ["/fcpm/v2/compute-pools/lfcp-a", /"environment" is missing/],
    ["/fcpm/v2/regions?cloud=a&cloud=b", /"cloud" must be a string/],
    ["/fcpm/v2/regions?regionname=x", /Unknown parameter "regionname"/],
    ["/org/v2/environments?page_size=0", /"page_size"/],
  ])("refuses %s with the parameter's name", async (path, sentence) => {
    const { status, json } = await get(path);
    expect([status, json.errors[0].code]).toEqual([400, "invalid_request"]);
    expect(json.errors[0].detail).toMatch(sentence);
  });

  it("is nothing for use tokens, and nothing without a key", async () => {
    await api.send("POST", `${sqlV1}/connections`, openaiBody("my-openai"));
    const made = await api.send("POST", `${keymoorV1}/use-tokens`, { name: "t", connections: ["my-openai"] });
    for (const path of [
      "/org/v2/environments",
      `/org/v2/environments/${environmentId}`,
      "/fcpm/v2/regions",
      `/fcpm/v2/compute-pools?environment=${environmentId}`,
      `/fcpm/v2/compute-pools/lfcp-a?environment=${environmentId}`,
    ]) {
      expect([path, (await get(path, `Bearer ${made.json.token}`)).status]).toEqual([path, 403]);
      expect([path, (await get(path, "")).status]).toEqual([path, 401]);
    }
  });

  it("is counted in the audit trail, refusals too", async () => {
    await api.services.store.flush();
    const { json } = await api.send("GET", "/keymoor/v1/audit-events?action=compute_pool.list&page_size=100");
    const outcomes = json.data.map((event: { outcome: string }) => event.outcome);
    expect(new Set(outcomes)).toEqual(new Set(["done", "refused"]));
  });
});
