import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type ApiFixture,
  basicOf,
  environmentId,
  openApi,
  organizationId,
  otherEnvironmentId,
  principals,
  sqlV1,
} from "../../../test/fixtures/services.ts";

const path = "/fcpm/v2/compute-pools";

/** As Terraform sends it, with what it leaves unset. */
function body(change: object = {}) {
  return {
    spec: {
      display_name: "pool1",
      cloud: "AWS",
      region: "us-east-1",
      max_cfu: 0,
      default_pool: false,
      enable_ai: false,
      environment: { id: environmentId, related: "", resource_name: "" },
      ...change,
    },
  };
}

describe("compute pools", () => {
  let api: ApiFixture;
  beforeAll(async () => {
    api = await openApi();
  });
  afterAll(() => api.close());

  const post = (change: object = {}, authorization = basicOf("organizationAdmin")) =>
    api.send("POST", path, body(change), { authorization });

  it("are ready at once, and answered so that Terraform's plan stays empty", async () => {
    const made = await post();
    expect(made.status).toBe(202);
    expect(made.json).toMatchObject({
      id: expect.stringMatching(/^lfcp-[0-9a-z]{6}$/),
      spec: {
        display_name: "pool1",
        cloud: "AWS",
        region: "us-east-1",
        max_cfu: 5,
        default_pool: false,
        environment: { id: environmentId },
      },
      status: { phase: "PROVISIONED", current_cfu: 0 },
    });
    const url = `${path}/${made.json.id}`;
    const query = `?environment=${environmentId}`;
    expect((await api.send("GET", url + query)).json).toEqual(made.json);
    const change = { max_cfu: 10, default_pool: true, environment: { id: environmentId } };
    const changed = await api.send("PATCH", url, { spec: change });
    expect(changed.json.spec).toMatchObject({ display_name: "pool1", max_cfu: 10, default_pool: true });
    const renamed = await api.send("PATCH", url, { spec: { display_name: "pool2" } });
    expect((await api.send("GET", url + query)).json).toEqual(renamed.json);
    expect(renamed.json.spec).toMatchObject({ display_name: "pool2", max_cfu: 10, default_pool: true });
    expect((await api.send("DELETE", url + query)).status).toBe(204);
    for (const method of ["GET", "DELETE"]) {
      const gone = await api.send(method, url + query);
      expect([gone.status, gone.json.errors[0].code]).toEqual([404, "compute_pool_not_found"]);
    }
  });

  it("take the cloud in any case and the size that the CLI sends", async () => {
    const { json } = await post({ cloud: "aws", max_cfu: 5, default_pool: undefined, enable_ai: undefined });
    expect(json.spec).toMatchObject({ cloud: "AWS", max_cfu: 5 });
  });

  it.each([
    [{ region: "eu-central-9" }, 400, "invalid_request", /no such region.*aws\.us-east-1/],
    [{ cloud: "gcp" }, 400, "invalid_request", /no such region/],
    [{ environment: { id: "env-none" } }, 403, "user_unauthorized", /environment does not exist/],
    [{ environment: undefined }, 400, "invalid_request", /"spec.environment" is missing/],
    [{ max_cfu: -1 }, 400, "invalid_request", /"spec.max_cfu"/],
    [{ maxcfu: 5 }, 400, "unknown_field", /Did you mean "max_cfu"/],
  ])("%j is refused with a sentence that clients show", async (change, status, code, sentence) => {
    const answer = await post(change);
    expect([answer.status, answer.json.errors[0].code]).toEqual([status, code]);
    expect(answer.json.errors[0].detail).toMatch(sentence);
  });

  it("take the right to manage connections, in that region", async () => {
    expect((await post({}, basicOf("flinkAdmin"))).status).toBe(202);
    expect((await post({}, basicOf("flinkDeveloper"))).status).toBe(403);
    const elsewhere = { environment: { id: otherEnvironmentId } };
    expect((await post(elsewhere, basicOf("flinkAdmin"))).status).toBe(403);
    await api.send("POST", "/iam/v2/role-bindings", {
      principal: `User:${principals.flinkDeveloper}`,
      role_name: "FlinkAdmin",
      crn_pattern: `crn://confluent.cloud/organization=${organizationId}/environment=${environmentId}/flink-region=aws.eu-west-1`,
    });
    expect((await post({ region: "eu-west-1" }, basicOf("flinkDeveloper"))).status).toBe(202);
    expect((await post({}, basicOf("flinkDeveloper"))).status).toBe(403);
  });

  it("of another environment are not found in this one, nor by those who have no role there", async () => {
    const { json } = await post({ environment: { id: otherEnvironmentId } });
    const answers = [
      await api.send("DELETE", `${path}/${json.id}?environment=${environmentId}`),
      await api.send("DELETE", `${path}/${json.id}?environment=${otherEnvironmentId}`, undefined, {
        authorization: basicOf("flinkAdmin"),
      }),
      await api.send("PATCH", `${path}/${json.id}`, { spec: {} }, { authorization: basicOf("flinkAdmin") }),
    ];
    for (const answer of answers)
      expect([answer.status, answer.json.errors[0].code]).toEqual([404, "compute_pool_not_found"]);
  });

  it("may go while a statement names them: it keeps the id, and can still be stopped and resumed", async () => {
    const { json: pool } = await post();
    const statement = { name: "pooled", spec: { statement: "SHOW CONNECTIONS", compute_pool_id: pool.id } };
    expect((await api.send("POST", `${sqlV1}/statements`, statement)).status).toBe(201);
    await api.send("DELETE", `${path}/${pool.id}?environment=${environmentId}`);
    const read = await api.send("GET", `${sqlV1}/statements/pooled`);
    expect(read.json.spec.compute_pool_id).toBe(pool.id);
    const sent = { ...read.json, spec: { ...read.json.spec, stopped: true } };
    expect((await api.send("PUT", `${sqlV1}/statements/pooled`, sent)).status).toBe(202);
  });
});
