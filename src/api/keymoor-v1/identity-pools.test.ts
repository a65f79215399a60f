import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Issuer, makeSigningKey, startIssuer } from "../../../test/fixtures/issuer.ts";
import {
  type ApiFixture,
  basicOf,
  environmentId,
  keymoorV1,
  openApi,
  openaiBody,
  organizationId,
  principals,
  publicUrl,
  sqlV1,
} from "../../../test/fixtures/services.ts";

const path = "/keymoor/v1/identity-pools";

describe("identity pools", () => {
  let api: ApiFixture;
  let issuer: Issuer;
  beforeAll(async () => {
    api = await openApi();
    issuer = await startIssuer(await makeSigningKey("first"), api.services.now);
  });
  afterAll(async () => {
    issuer.close();
    await api.close();
  });

  const body = (more: object = {}) => ({
    name: "builds",
    issuer: issuer.url,
    audience: "keymoor",
    claims: { sub: "job" },
    service_account: principals.flinkAdmin,
    ...more,
  });
  const make = async (more: object = {}) => {
    const { status, json } = await api.send("POST", path, body(more));
    expect(status).toBe(201);
    return json;
  };
  const bearer = async (claims: Readonly<Record<string, unknown>> = {}) => ({
    authorization: `Bearer ${await issuer.sign(claims)}`,
  });

  it("are made, read, listed, changed and deleted, each with its audit event", async () => {
    const made = await make({ claims: { sub: "crud" } });
    expect(made).toEqual({
      id: expect.stringMatching(/^pool-[a-z0-9]{6}$/),
      name: "builds",
      description: "",
      issuer: issuer.url,
      jwks_uri: null,
      audience: "keymoor",
      claims: { sub: "crud" },
      service_account: principals.flinkAdmin,
      created_at: expect.any(String),
      updated_at: made.created_at,
      keys: { fetched_at: null, problem: "" },
    });
    const one = `${path}/${made.id}`;
    expect((await api.send("GET", one)).json).toEqual(made);
    api.advance(1000);
    const changed = await api.send("PATCH", one, { description: "of the shop", claims: { ref: "main" } });
    expect([changed.status, changed.json]).toEqual([
      200,
      {
        ...made,
        description: "of the shop",
        claims: { ref: "main" },
        updated_at: expect.not.stringMatching(made.updated_at),
      },
    ]);
    expect((await api.send("GET", one)).json).toEqual(changed.json);
    const listed = await api.send("GET", `${path}?page_size=1`);
    expect(listed.json).toMatchObject({
      data: [{ id: expect.any(String) }],
      metadata: { total_size: 1, next: "" },
    });
    expect((await api.send("DELETE", one)).status).toBe(204);
    expect((await api.send("GET", one)).json.errors[0].code).toBe("identity_pool_not_found");
    await api.services.store.flush();
    const { json } = await api.send("GET", "/keymoor/v1/audit-events?page_size=100");
    const done = json.data.filter(
      (event: { resource_name: string; outcome: string }) => event.resource_name === made.id,
    );
    expect(done.map(({ action }: { action: string }) => action).sort()).toEqual([
      "identity_pool.create",
      "identity_pool.delete",
      "identity_pool.update",
    ]);
  });

  it("are listed page by page", async () => {
    const ids = [
      (await make({ claims: { sub: "p1" } })).id,
      (await make({ claims: { sub: "p2" } })).id,
    ].sort();
    const first = await api.send("GET", `${path}?page_size=1`);
    const next = new URL(first.json.metadata.next);
    expect(next.origin).toBe(publicUrl);
    const second = await api.send("GET", next.pathname + next.search);
    expect([first.json.data[0].id, second.json.data[0].id, second.json.metadata.next]).toEqual([...ids, ""]);
    for (const id of ids) await api.send("DELETE", `${path}/${id}`);
  });

  it.each<[string, object, string]>([
    [
      "without claims",
      { claims: {} },
      "The identity pool names no claim, so that every token of the issuer would pass.",
    ],
    [
      "whose only claim is one that every token of the issuer has",
      { claims: { iss: "https://a.example" } },
      'The claim "iss" does not tell whose token it is.',
    ],
    ["the same by a pointer", { claims: { "/aud": "keymoor" } }, 'The claim "/aud" does not tell'],
    ["with a claim by a broken pointer", { claims: { "/a//b": "x" } }, "The name of a claim is not one."],
    ["with an empty value", { claims: { sub: "" } }, 'The value of the claim "sub" must be'],
    ["of an issuer on plain http", { issuer: "http://issuer.example" }, "The issuer is not an https URL"],
    [
      "of an issuer that is no URL",
      { issuer: "kubernetes/serviceaccount" },
      "The issuer is not an https URL",
    ],
    [
      "of an issuer with a query",
      { issuer: "https://issuer.example/?tenant=1" },
      "The issuer is not an https URL",
    ],
    [
      "of an issuer with a password",
      { issuer: "https://a:b@issuer.example" },
      "The issuer is not an https URL",
    ],
    ["of this server's own issuer", { issuer: "keymoor" }, "The issuer is Keymoor's own"],
    ["with keys on plain http", { jwks_uri: "http://issuer.example/keys" }, "must be an https URL"],
    ["with keys in a file", { jwks_uri: "file:///etc/passwd" }, "must be an https URL"],
    ["without an audience", { audience: "" }, 'Field "audience" must be a string of 1 to'],
    ["for nobody", { service_account: "sa-none" }, "The service account does not exist."],
    ["for a user", { service_account: "u-orgadmin" }, "The service account does not exist."],
    ["with a misspelt field", { jwksUri: "x" }, 'Did you mean "jwks_uri"?'],
  ])("%s are refused, at once and by a change", async (_, more, sentence) => {
    const refused = await api.send("POST", path, body(more));
    expect([refused.status, refused.json.errors[0].detail]).toEqual([400, expect.stringContaining(sentence)]);
    const { id } = await make({ claims: { sub: "kept" } });
    const changed = await api.send("PATCH", `${path}/${id}`, more);
    expect([changed.status, changed.json.errors[0].detail]).toEqual([400, expect.stringContaining(sentence)]);
    expect((await api.send("GET", `${path}/${id}`)).json.claims).toEqual({ sub: "kept" });
    await api.send("DELETE", `${path}/${id}`);
  });

  it("let their tokens on every path, with the rights of the service account", async () => {
    const { id } = await make();
    const create = await api.send("POST", `${sqlV1}/connections`, openaiBody("by-token"), await bearer());
    expect([create.status, create.json.name]).toEqual([201, "by-token"]);
    const statement = { name: "s-1", spec: { statement: "SHOW CONNECTIONS" } };
    expect((await api.send("POST", `${sqlV1}/statements`, statement, await bearer())).status).toBe(201);
    expect(
      (await api.send("GET", `${keymoorV1}/connections/by-token`, undefined, await bearer())).status,
    ).toBe(200);
    expect(
      (await api.send("GET", "/org/v2/environments", undefined, await bearer())).json.data,
    ).toMatchObject([{ id: environmentId }]);
    expect((await api.send("GET", path, undefined, await bearer())).status).toBe(403);
    const call = await api.send("GET", `${keymoorV1}/connections/missing/call`, undefined, await bearer());
    expect([call.status, call.json.errors[0].code]).toEqual([404, "connection_not_found"]);
    const short = await api.send("GET", "/c/by-token", undefined, await bearer());
    expect([short.status, short.json.errors[0].code]).toEqual([400, "invalid_request"]);
    await api.services.store.flush();
    const { json } = await api.send("GET", "/keymoor/v1/audit-events?action=connection.create");
    expect(json.data[0]).toMatchObject({ principal: principals.flinkAdmin, credential: id });
    await api.send("DELETE", `${path}/${id}`);
  });

  it("show when the keys of the issuer were fetched", async () => {
    const { id } = await make();
    await api.send("GET", "/keymoor/v1/whoami", undefined, await bearer());
    const { json } = await api.send("GET", `${path}/${id}`);
    expect(json.keys).toEqual({ fetched_at: expect.stringMatching(/Z$/), problem: "" });
    await api.send("DELETE", `${path}/${id}`);
  });

  it("are nothing for a Flink key or for a role in an environment", async () => {
    for (const authorization of [basicOf("organizationAdmin", "flink"), basicOf("environmentAdmin")]) {
      for (const [method, more] of [
        ["GET", ""],
        ["POST", ""],
        ["PATCH", "/pool-x"],
        ["DELETE", "/pool-x"],
      ] as const) {
        const { status } = await api.send(method, path + more, method === "GET" ? undefined : body(), {
          authorization,
        });
        expect([method, status]).toEqual([method, 403]);
      }
    }
  });

  it("stay as they are while nobody else is an administrator who can get in", async () => {
    const alone = await openApi();
    try {
      const { json: account } = await alone.send("POST", "/iam/v2/service-accounts", {
        display_name: "root",
      });
      const role = {
        principal: `User:${account.id}`,
        role_name: "OrganizationAdmin",
        crn_pattern: `crn://confluent.cloud/organization=${organizationId}`,
      };
      expect((await alone.send("POST", "/iam/v2/role-bindings", role)).status).toBe(201);
      const made = await alone.send("POST", path, body({ service_account: account.id }));
      const authorization = `Bearer ${await issuer.sign({ sub: "job" })}`;
      const key = `/iam/v2/api-keys/${principals.organizationAdmin}-cloud`;
      expect((await alone.send("DELETE", key, undefined, { authorization })).status).toBe(204);
      const one = `${path}/${made.json.id}`;
      const other = { service_account: principals.flinkAdmin };
      for (const answer of [
        await alone.send("DELETE", one, undefined, { authorization }),
        await alone.send("PATCH", one, other, { authorization }),
      ]) {
        expect([answer.status, answer.json.errors[0].code]).toEqual([400, "last_administrator"]);
      }
      const renamed = await alone.send("PATCH", one, { name: "the last one" }, { authorization });
      expect([renamed.status, renamed.json.service_account]).toEqual([200, account.id]);
    } finally {
      await alone.close();
    }
  });
});
