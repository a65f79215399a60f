import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type ApiFixture,
  basicOf,
  environmentId,
  keymoorV1,
  openApi,
  openaiBody,
  organizationId,
  principals,
  region,
  sqlV1,
} from "../../../test/fixtures/services.ts";

const list = `${keymoorV1}/connections`;
const inEurope = { "keymoor-region": "aws.eu-west-1" };

describe("the list of connections of all regions", () => {
  let api: ApiFixture;
  beforeAll(async () => {
    api = await openApi();
    await api.send("POST", `${sqlV1}/connections`, openaiBody("Sales_model"));
    api.advance(60_000);
    await api.send("POST", `${sqlV1}/connections`, openaiBody("sales-eu"), inEurope);
    api.advance(60_000);
    const orders = await api.send("POST", `${sqlV1}/connections`, {
      name: "orders",
      spec: {
        connection_type: "REST",
        endpoint: "https://orders.example/100%25",
        auth_data: { kind: "PlaintextProvider", data: '{"BEARER_TOKEN":"t-0123456789"}' },
      },
    });
    expect(orders.status).toBe(201);
  });
  afterAll(() => api.close());

  const get = (query: string, headers?: Readonly<Record<string, string>>) =>
    api.send("GET", `${list}?${query}`, undefined, headers);
  const names = async (query: string, headers?: Readonly<Record<string, string>>) =>
    (await get(query, headers)).json.data.map(({ name }: { name: string }) => name);

  it("is filtered by part of name or endpoint, types, statuses, cloud and region, in any case", async () => {
    expect(await names("search=SALES")).toEqual(["Sales_model", "sales-eu"]);
    expect(await names("search=_")).toEqual(["Sales_model"]);
    expect(await names("search=100%2525")).toEqual(["orders"]);
    expect(await names("type=rest,OpenAI")).toEqual(["Sales_model", "orders", "sales-eu"]);
    expect(await names("type=rest,no-such-type")).toEqual(["orders"]);
    expect(await names("status=pending,READY")).toHaveLength(3);
    expect(await names("status=READY")).toEqual([]);
    expect(await names("cloud=AWS&region=eu-west-1")).toEqual(["sales-eu"]);
    expect(await names("cloud=gcp")).toEqual([]);
    expect(await names("search=sales&type=openai&status=PENDING&region=us-east-1")).toEqual(["Sales_model"]);
  });

  it("takes an empty filter for none", async () => {
    expect(await names("search=&type=&status=&cloud=&region=")).toHaveLength(3);
    expect(await names("type=,")).toHaveLength(3);
  });

  it("is sorted by what a person looks for, from either end", async () => {
    expect(await names("sort=created_at")).toEqual(["Sales_model", "sales-eu", "orders"]);
    expect(await names("sort=-created_at")).toEqual(["orders", "sales-eu", "Sales_model"]);
    expect(await names("sort=-name")).toEqual(["sales-eu", "orders", "Sales_model"]);
    expect(await names("sort=type")).toEqual(["Sales_model", "sales-eu", "orders"]);
    expect(await names("sort=-status")).toEqual(["sales-eu", "orders", "Sales_model"]);
  });

  it("says when each credential was changed last, and when it was used last", async () => {
    const [before] = (await get("search=Sales_model")).json.data;
    expect(before).toMatchObject({ rotated_at: before.created_at, last_used_at: null });
    api.advance(60_000);
    const { spec } = openaiBody("Sales_model", "sk-other-0123456789");
    await api.send("PUT", `${sqlV1}/connections/Sales_model`, { name: "Sales_model", spec });
    const at = api.services.now().toISOString();
    api.services.store.note({ note: "use", uid: before.uid, at, principal: "u-1", useTokenId: null });
    await api.services.store.flush();
    const [after] = (await get("sort=-last_used_at&page_size=1")).json.data;
    expect(after).toMatchObject({ name: "Sales_model", rotated_at: at, last_used_at: at });
    expect((await get("sort=-rotated_at&page_size=1")).json.data[0]).toMatchObject({ rotated_at: at });
    expect((await api.send("GET", `${list}/Sales_model`)).json).toMatchObject({
      rotated_at: at,
      last_used_at: at,
      usage: { last_used_at: at },
    });
  });

  it("leads from page to page under its filter and order, and takes a token for no other", async () => {
    const first = await get(
      "type=rest,%20openai,nonsense&status=pending&sort=-created_at&page_size=2&cloud=aws",
    );
    const { next, self, total_size } = first.json.metadata;
    expect(total_size).toBe(3);
    expect(self).not.toContain("nonsense");
    const second = await api.send("GET", next.replace(/^https?:\/\/[^/]+/, ""));
    expect(second.json.data.map(({ name }: { name: string }) => name)).toEqual(["Sales_model"]);
    expect(second.json.metadata.next).toBe("");
    const token = new URL(next).searchParams.get("page_token");
    for (const query of ["", "sort=created_at", "sort=-created_at&type=rest", "search=a&sort=-created_at"]) {
      const foreign = await get(`${query}&page_token=${encodeURIComponent(token ?? "")}`);
      expect([query, foreign.status, foreign.json.errors[0].code]).toEqual([
        query,
        400,
        "invalid_page_token",
      ]);
    }
  });

  it("refuses what it does not know, without repeating it", async () => {
    const cases: readonly (readonly [query: string, detail: string])[] = [
      ["status=READY,secretish", 'Parameter "status" holds a word that is no status.'],
      ["sort=secretish", 'Parameter "sort" must be "name"'],
      [`search=${"x".repeat(201)}`, 'Parameter "search" must be a string of at most 200 characters.'],
      ["serach=x", 'Unknown parameter "serach".'],
    ];
    for (const [query, detail] of cases) {
      const { status, json, text } = await get(query);
      expect([query, status, json.errors[0].code]).toEqual([query, 400, "invalid_request"]);
      expect(json.errors[0].detail).toContain(detail);
      expect(text).not.toContain("secretish");
    }
  });

  it("holds one region for those whose role holds only there, whatever the filter says", async () => {
    const answer = await api.send("POST", "/iam/v2/role-bindings", {
      principal: `User:${principals.nobody}`,
      role_name: "FlinkDeveloper",
      crn_pattern: `crn://confluent.cloud/organization=${organizationId}/environment=${environmentId}/flink-region=${region.cloud}.${region.region}`,
    });
    expect(answer.status).toBe(201);
    const bound = { authorization: basicOf("nobody") };
    expect(await names("", bound)).toEqual(["Sales_model", "orders"]);
    expect(await names("region=eu-west-1", bound)).toEqual([]);
    expect(await names("cloud=gcp", bound)).toEqual([]);
    expect(await names("region=us-east-1&cloud=AWS&sort=-name", bound)).toEqual(["orders", "Sales_model"]);
  });
});
