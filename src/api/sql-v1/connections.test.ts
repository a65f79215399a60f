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

const path = `${sqlV1}/connections`;

describe("connections by REST", () => {
  let api: ApiFixture;
  beforeAll(async () => {
    api = await openApi();
  });
  afterAll(() => api.close());

  it("are answered as the contract's object, the credential masked, type and endpoint byte for byte", async () => {
    const endpoint = "HTTPS://API.openai.com:443/v1/chat/completions/?a=%7e";
    const body = openaiBody("whole");
    const created = await api.send("POST", path, {
      ...body,
      spec: { ...body.spec, connection_type: "OpenAI", endpoint },
    });
    expect(created.status).toBe(201);
    expect(created.headers.location).toBe(`${publicUrl}${path}/whole`);
    expect(created.headers["content-type"]).toMatch(/^application\/json/);
    expect(created.json).toEqual({
      api_version: "sql/v1",
      kind: "Connection",
      metadata: {
        self: `${publicUrl}${path}/whole`,
        resource_name: `crn://confluent.cloud/organization=${organizationId}/environment=${environmentId}/flink-region=aws.us-east-1/connection=whole`,
        created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        updated_at: created.json.metadata.created_at,
        uid: expect.any(String),
        resource_version: "1",
      },
      name: "whole",
      spec: {
        connection_type: "OpenAI",
        endpoint,
        auth_data: { kind: "PlaintextProvider", data: "<REDACTED>" },
      },
      status: { phase: "PENDING", detail: "" },
    });
    const read = await api.send("GET", `${path}/whole`);
    expect(read.json).toEqual(created.json);
    expect(read.headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("of a taken name are 409 with the address of the one that has it", async () => {
    await api.send("POST", path, openaiBody("taken"));
    const again = await api.send("POST", path, openaiBody("taken"));
    expect([again.status, again.headers.location]).toEqual([409, `${publicUrl}${path}/taken`]);
    expect(again.json.errors[0]).toMatchObject({ status: "409", code: "resource_already_exists" });
  });

  it.each(["PUT", "PATCH"])("change their credential by %s, and nothing else", async (method) => {
    const name = `changed-${method}`;
    const created = await api.send("POST", path, openaiBody(name));
    const changed = await api.send(method, `${path}/${name}`, openaiBody(name, "sk-another-secret"));
    expect(changed.status).toBe(200);
    expect(changed.json.metadata).toMatchObject({ uid: created.json.metadata.uid, resource_version: "2" });
    expect(changed.json.spec).toEqual(created.json.spec);
  });

  it("that are sent back as they were read are refused because of the mask", async () => {
    const { json } = await api.send("POST", path, openaiBody("masked"));
    const answer = await api.send("PUT", `${path}/masked`, json);
    expect([answer.status, answer.json.errors[0].code]).toEqual([400, "secret_is_mask"]);
  });

  it("take every read-only field of the contract, and refuse one that contradicts the path", async () => {
    const { json } = await api.send("POST", path, openaiBody("read-only"));
    const full = {
      ...json,
      organization_id: organizationId,
      environment_id: environmentId,
      spec: openaiBody("x").spec,
    };
    expect((await api.send("PUT", `${path}/read-only`, full)).status).toBe(200);
    for (const [change, pointer] of [
      [{ name: "other" }, "/name"],
      [{ organization_id: "other" }, "/organization_id"],
      [{ environment_id: otherEnvironmentId }, "/environment_id"],
      [{ metadata: { resource_name: "crn://confluent.cloud/organization=x" } }, "/metadata/resource_name"],
      [{ metadata: { self: json.metadata.self.replace("read-only", "other") } }, "/metadata/self"],
      [
        { metadata: { self: json.metadata.self.replace(environmentId, otherEnvironmentId) } },
        "/metadata/self",
      ],
      [{ metadata: { self: "http://[" } }, "/metadata/self"],
      [{ metadata: { uid: "00000000-0000-0000-0000-000000000000" } }, "/metadata/uid"],
    ] as const) {
      const answer = await api.send("PUT", `${path}/read-only`, { ...openaiBody("read-only"), ...change });
      expect([answer.status, answer.json.errors[0].code, answer.json.errors[0].source.pointer]).toEqual([
        400,
        "contradiction",
        pointer,
      ]);
    }
    for (const change of [
      { kind: "Statement" },
      { api_version: "sql/v2" },
      { metadata: { created_at: "yesterday" } },
    ]) {
      const answer = await api.send("PUT", `${path}/read-only`, { ...openaiBody("read-only"), ...change });
      expect([answer.status, answer.json.errors[0].code]).toEqual([400, "invalid_request"]);
    }
  });

  it("take metadata that says nothing else: of another host, of other times, empty", async () => {
    await api.send("POST", path, openaiBody("agreeing"));
    for (const metadata of [
      { self: `https://other.example/prefix${path}/agreeing?x=y` },
      { self: `${path}/agreeing` },
      { created_at: "0001-01-01T00:00:00Z", updated_at: "2026-01-31T12:00:00.123456+02:00" },
      { self: "", resource_name: "", created_at: "", updated_at: "", deleted_at: "", uid: "" },
    ]) {
      const answer = await api.send("PUT", `${path}/agreeing`, { ...openaiBody("agreeing"), metadata });
      expect([metadata, answer.status]).toEqual([metadata, 200]);
    }
    const foreign = { ...openaiBody("new"), metadata: { self: `${path}/agreeing` } };
    expect((await api.send("POST", path, foreign)).json.errors[0].source.pointer).toBe("/metadata/self");
    expect((await api.send("POST", path, { ...foreign, metadata: { uid: "ignored" } })).status).toBe(201);
    const noName = await api.send("POST", path, { ...foreign, name: "\ud800" });
    expect(noName.status).toBe(400);
  });

  it("with a stale resource version are 409, whatever it looks like", async () => {
    await api.send("POST", path, openaiBody("versioned"));
    for (const [version, status] of [
      ["7", 409],
      ["abc", 409],
      ["1", 200],
      ["", 200],
    ] as const) {
      const body = { ...openaiBody("versioned"), metadata: { resource_version: version } };
      expect([version, (await api.send("PUT", `${path}/versioned`, body)).status]).toEqual([version, status]);
    }
  });

  it("never change type or endpoint", async () => {
    await api.send("POST", path, openaiBody("fixed"));
    const { spec } = openaiBody("fixed");
    for (const change of [{ connection_type: "ANTHROPIC" }, { endpoint: `${spec.endpoint}/` }]) {
      const answer = await api.send("PUT", `${path}/fixed`, { name: "fixed", spec: { ...spec, ...change } });
      expect([answer.status, answer.json.errors[0].code]).toEqual([400, "immutable_field"]);
    }
    const { connection_type, endpoint, ...credentialOnly } = spec;
    expect((await api.send("PUT", `${path}/fixed`, { spec: credentialOnly })).status).toBe(200);
    expect(
      (await api.send("PUT", `${path}/fixed`, { spec: { ...spec, connection_type: "openai" } })).status,
    ).toBe(200);
  });

  it("keep the fields that are not sent with ?merge=true, and not without", async () => {
    const send = (method: "PUT" | "PATCH", query: string, data: Record<string, string>) =>
      api.send(method, `${path}/merged${query}`, { spec: { auth_data: { data: JSON.stringify(data) } } });
    const identity = async () =>
      (await api.send("GET", `${keymoorV1}/connections/merged`)).json.identity as unknown;
    const spec = { connection_type: "REST", endpoint: "https://api.example.com" };
    const whole = { ...spec, auth_data: { data: '{"USERNAME":"reader","PASSWORD":"pass-1"}' } };
    expect((await api.send("POST", path, { name: "merged", spec: whole })).status).toBe(201);
    const alone = await send("PUT", "", { PASSWORD: "pass-2" });
    expect([alone.status, alone.json.errors[0].code]).toEqual([400, "option_missing"]);
    for (const method of ["PUT", "PATCH"] as const) {
      expect((await send(method, "?merge=true", { PASSWORD: "pass-3" })).status).toBe(200);
      expect(await identity()).toEqual({ username: "reader" });
    }
    const empty = await send("PUT", "?merge=true", {});
    expect([empty.status, empty.json.errors[0].code]).toEqual([400, "option_missing"]);
    const other = await send("PUT", "?merge=true", { BEARER_TOKEN: "token-1" });
    expect([other.status, await identity()]).toEqual([200, {}]);
  });

  it("are gone after DELETE, and their name is free at once", async () => {
    await api.send("POST", path, openaiBody("gone"));
    const deleted = await api.send("DELETE", `${path}/gone`);
    expect([deleted.status, deleted.text, deleted.headers["content-type"]]).toEqual([204, "", undefined]);
    expect((await api.send("GET", `${path}/gone`)).status).toBe(404);
    expect((await api.send("DELETE", `${path}/gone`)).status).toBe(404);
    expect((await api.send("POST", path, openaiBody("gone"))).status).toBe(201);
  });

  it("of a compromised credential keep no earlier version", async () => {
    await api.send("POST", path, openaiBody("leaked"));
    await api.send("PUT", `${path}/leaked`, openaiBody("leaked", "sk-second"));
    const versions = `${keymoorV1}/connections/leaked/versions`;
    expect((await api.send("GET", versions)).json.data).toHaveLength(2);
    expect(
      (await api.send("PUT", `${path}/leaked?compromised=true`, openaiBody("leaked", "sk-third"))).status,
    ).toBe(200);
    expect((await api.send("GET", versions)).json).toMatchObject({
      current: 3,
      data: [{ version: 3, is_current: true }],
    });
    const misspelt = await api.send("PUT", `${path}/leaked?compromized=true`, openaiBody("leaked"));
    expect(misspelt.json.errors[0].detail).toBe(
      'Unknown parameter "compromized". Did you mean "compromised"?',
    );
    expect(misspelt.json.errors[0].source).toEqual({ parameter: "compromized" });
    const foreign = await api.send("PUT", `${path}/leaked?sk-secret=true`, openaiBody("leaked"));
    expect([foreign.status, foreign.json.errors[0].source]).toEqual([400, {}]);
    expect(foreign.text).not.toContain("sk-secret");
  });
});

describe("lists of connections", () => {
  let api: ApiFixture;
  beforeAll(async () => {
    api = await openApi();
    const openai = openaiBody("x").spec;
    for (const name of ["b", "B", "a", "c-1", "c"]) {
      await api.send("POST", path, { name, spec: openai });
    }
    const anthropic = {
      ...openai,
      connection_type: "anthropic",
      endpoint: "https://api.anthropic.com/v1/messages",
    };
    await api.send("POST", path, { name: "d", spec: anthropic });
    await api.send("POST", path, { name: "a", spec: anthropic }, { "keymoor-region": "aws.eu-west-1" });
  });
  afterAll(() => api.close());

  async function names(query: string, headers = {}): Promise<string[]> {
    const found: string[] = [];
    for (let url = `${path}?${query}`; url !== ""; ) {
      const page = await api.send("GET", url, undefined, headers);
      expect(page.status).toBe(200);
      found.push(...page.json.data.map(({ name }: { name: string }) => name));
      expect(typeof page.json.metadata.next).toBe("string");
      url = page.json.metadata.next.replace(publicUrl, "");
    }
    return found;
  }

  it("page in byte order of name and end with an empty next", async () => {
    expect(await names("page_size=2")).toEqual(["B", "a", "b", "c", "c-1", "d"]);
    expect(await names("")).toEqual(["B", "a", "b", "c", "c-1", "d"]);
    const first = await api.send("GET", `${path}?page_size=4`);
    expect(first.json).toMatchObject({ api_version: "sql/v1", kind: "ConnectionList" });
    expect(first.json.metadata).toMatchObject({
      first: `${publicUrl}${path}?page_size=4`,
      self: `${publicUrl}${path}?page_size=4`,
      last: "",
      prev: "",
      total_size: 6,
    });
    expect(new URL(first.json.metadata.next).searchParams.get("page_token")?.length).toBeLessThanOrEqual(255);
  });

  it("filter by type in any case; an unknown type is an empty list", async () => {
    expect(await names("spec.connection_type=Anthropic&page_size=1")).toEqual(["d"]);
    const unknown = await api.send("GET", `${path}?spec.connection_type=JDBC`);
    expect([unknown.status, unknown.json.data, unknown.json.metadata.total_size]).toEqual([200, [], 0]);
    expect(await names("spec.connection_type=&page_token=&page_size=4")).toEqual([
      "B",
      "a",
      "b",
      "c",
      "c-1",
      "d",
    ]);
    const views = await api.send("GET", `${keymoorV1}/connections?type=&page_size=100`);
    expect(views.json.metadata.total_size).toBe(7);
    const [some] = (await api.send("GET", `${keymoorV1}/connections?type=anthropic`)).json.data;
    expect(some.type).toBe("ANTHROPIC");
  });

  it("hold one region; the header, or the key, says which", async () => {
    expect(await names("", { "keymoor-region": "AWS.eu-west-1" })).toEqual(["a"]);
    const contradicting = await api.send("GET", path, undefined, {
      authorization: basicOf("organizationAdmin", "flink"),
      "keymoor-region": "aws.eu-west-1",
    });
    expect(contradicting.status).toBe(401);
    const all = await api.send("GET", `${keymoorV1}/connections?page_size=3`);
    expect(
      all.json.data.map((item: { name: string; region: string }) => `${item.name} ${item.region}`),
    ).toEqual(["B us-east-1", "a eu-west-1", "a us-east-1"]);
    const rest = await api.send("GET", all.json.metadata.next.replace(publicUrl, ""));
    expect(rest.json.data.map(({ name }: { name: string }) => name)).toEqual(["b", "c", "c-1"]);
    expect([rest.json.metadata.total_size, rest.json.data[0].cloud]).toEqual([7, "AWS"]);
  });

  it.each(["page_size=0", "page_size=101", "page_size=ten", "page_size=1&page_size=2", "page_size="])(
    "with %s are refused with a sentence that says what is taken",
    async (query) => {
      const answer = await api.send("GET", `${path}?${query}`);
      expect(answer.json.errors[0]).toMatchObject({
        status: "400",
        code: "invalid_request",
        detail: 'Parameter "page_size" must be a whole number from 1 to 100.',
        source: { parameter: "page_size" },
      });
    },
  );

  it("refuse a page token of another region, filter, list or server", async () => {
    const { metadata } = (await api.send("GET", `${path}?page_size=1`)).json;
    const token = new URL(metadata.next).searchParams.get("page_token") ?? "";
    const forged = `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`;
    for (const [query, headers] of [
      [`page_token=${token}&spec.connection_type=OPENAI`, {}],
      [`page_token=${token}`, { "keymoor-region": "aws.eu-west-1" }],
      [`page_token=${forged}`, {}],
      ["page_token=x", {}],
    ] as const) {
      const answer = await api.send("GET", `${path}?${query}`, undefined, headers);
      expect([answer.status, answer.json.errors[0].code]).toEqual([400, "invalid_page_token"]);
    }
    const elsewhere = await api.send("GET", `${keymoorV1}/connections?page_token=${token}`);
    expect(elsewhere.json.errors[0].code).toBe("invalid_page_token");
  });
});
