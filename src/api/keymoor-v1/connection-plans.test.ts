import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ApiFixture, basicOf, keymoorV1, openApi, sqlV1 } from "../../../test/fixtures/services.ts";

const secret = "sk-planned-secret-0123456789";
const file = "file:connections.yaml";
const plans = `${keymoorV1}/connection-plans`;

/** An entry as the seed's YAML has it. */
function entry(name: string, more: object = {}) {
  return {
    name,
    cloud: "AWS",
    region: "us-east-1",
    type: "rest",
    endpoint: "https://api.example.com/v1",
    credential: { username: "ada", password: secret },
    ...more,
  };
}

function oauth(name: string, tokenEndpoint: string, more: object = {}) {
  return entry(name, {
    type: "mcp_server",
    options: { "token-endpoint": tokenEndpoint, ...more },
    credential: { "client-id": "c", "client-secret": secret, scope: "all" },
  });
}

describe("the plan of a file", () => {
  let api: ApiFixture;
  let made = 0;
  let name = "";
  beforeAll(async () => {
    api = await openApi({ env: { PLANNED: secret, OTHER: "another" } });
  });
  afterAll(() => api.close());
  beforeEach(() => {
    made += 1;
    name = `planned-${made}`;
  });

  async function create(query = `managed_by=${file}`, data: object = { USERNAME: "ada", PASSWORD: secret }) {
    const answer = await api.send("POST", `${sqlV1}/connections?${query}`, {
      name,
      spec: {
        connection_type: "REST",
        endpoint: "https://api.example.com/v1",
        auth_data: { data: JSON.stringify(data) },
      },
    });
    expect(answer.status).toBe(201);
  }

  async function plan(connections: readonly object[], more: object = {}) {
    const answer = await api.send("POST", plans, { managed_by: file, connections, ...more });
    expect(answer.text).not.toContain(secret);
    return answer;
  }

  async function actionOf(one: object) {
    const { status, json } = await plan([one]);
    expect(status).toBe(200);
    const [{ action, reason }] = json.data;
    return [action, reason];
  }

  it("creates what does not exist", async () => {
    const { json } = await plan([entry(name)]);
    expect(json.data).toEqual([
      {
        name,
        cloud: "AWS",
        region: "us-east-1",
        action: "create",
        reason: "",
        removed_options: [],
        managed_by: null,
        uid: null,
        resource_version: null,
        unusable_references: [],
      },
    ]);
  });

  it("leaves alone what is the same, in whatever case and order it is written", async () => {
    await create();
    const same = { type: "REST", cloud: "aws", credential: { password: secret, username: "ada" } };
    expect(await actionOf(entry(name, same))).toEqual(["unchanged", ""]);
  });

  it.each([
    ["a secret", { credential: { username: "ada", password: `${secret}x` } }],
    ["an identifying field", { credential: { username: "eve", password: secret } }],
    ["the way to authenticate", { credential: { token: secret } }],
    ["a reference in place of the value", { credential: { username: "ada", password: "${env:PLANNED}" } }],
  ])("rotates when %s is another", async (_what, more) => {
    await create();
    const [action, reason] = await actionOf(entry(name, more));
    expect([action, reason]).toEqual(["rotate", "another credential"]);
  });

  it("compares references as references, whatever they lead to", async () => {
    await create(undefined, { USERNAME: "ada", PASSWORD: "${env:PLANNED}" });
    const by = (reference: string) => entry(name, { credential: { username: "ada", password: reference } });
    expect(await actionOf(by("${env:PLANNED}"))).toEqual(["unchanged", ""]);
    expect(await actionOf(by("${env:OTHER}"))).toEqual(["rotate", "another credential"]);
    expect(await actionOf(by(secret))).toEqual(["rotate", "another credential"]);
    const { json } = await plan([by("${env:MISSING}"), { ...by("${file:gone}"), name: "by-2" }]);
    expect(json.data.map((one: { unusable_references: object[] }) => one.unusable_references)).toEqual([
      [
        {
          option: "password",
          detail: expect.stringContaining("may not be read"),
          hint: "Add it to KEYMOOR_SECRETS_ENV.",
        },
      ],
      [{ option: "password", detail: expect.stringContaining("KEYMOOR_SECRETS_DIR"), hint: null }],
    ]);
    expect(JSON.stringify(json)).not.toMatch(/MISSING|gone/);
  });

  it.each([
    ["type", { type: "a2a" }],
    ["endpoint", { endpoint: "https://api.example.com/v2" }],
    ["comment", { comment: "for tests" }],
  ])("replaces when the %s is another", async (what, more) => {
    await create();
    expect(await actionOf(entry(name, more))).toEqual(["replace", `another ${what}`]);
  });

  it("says nothing of a comment that the file does not have", async () => {
    await create(`managed_by=${file}&comment=made%20by%20hand`);
    expect(await actionOf(entry(name))).toEqual(["unchanged", ""]);
    expect(await actionOf(entry(name, { comment: "made by hand" }))).toEqual(["unchanged", ""]);
  });

  it("replaces what was changed in the database, because only that helps", async () => {
    await create();
    const database = new DatabaseSync(join(api.folder, "keymoor.db"));
    database.exec(`UPDATE connection SET options = '{"a":"b"}' WHERE name = '${name}'`);
    database.close();
    expect(await actionOf(entry(name))).toEqual(["replace", "the stored credential does not open"]);
  });

  it("names the public options that a rotation has to remove, and takes a default for what it stands for", async () => {
    const wanted = oauth(name, "https://id.example.com/token", { "transport-type": "STREAMABLE_HTTP" });
    const { status } = await api.send("POST", `${sqlV1}/connections?managed_by=${file}`, {
      name,
      spec: {
        connection_type: "MCP_SERVER",
        endpoint: wanted.endpoint,
        auth_data: {
          data: JSON.stringify({
            OAUTH2_TOKEN_ENDPOINT: "https://id.example.com/token",
            OAUTH2_CLIENT_ID: "c",
            OAUTH2_CLIENT_SECRET: secret,
            OAUTH2_SCOPE: "all",
            TRANSPORT_TYPE: "STREAMABLE_HTTP",
          }),
        },
      },
    });
    expect(status).toBe(201);
    expect(await actionOf(wanted)).toEqual(["unchanged", ""]);
    const { json } = await plan([oauth(name, "https://id.example.com/token")]);
    expect(json.data[0]).toMatchObject({
      action: "rotate",
      reason: "another transport-type",
      removed_options: ["transport-type"],
    });
    expect(
      await actionOf(oauth(name, "https://id.example.org/token", { "transport-type": "STREAMABLE_HTTP" })),
    ).toEqual(["rotate", "another token-endpoint"]);
  });

  it("does not let anybody guess a credential: after ten wrong ones a right one is not looked at either", async () => {
    await create();
    const guess = (password: string) => plan([entry(name, { credential: { username: "ada", password } })]);
    for (let number = 0; number < 10; number += 1) {
      expect((await guess(`wrong-${number}`)).json.data[0].action).toBe("rotate");
    }
    for (const password of ["wrong-10", secret]) {
      const { status, json, headers } = await guess(password);
      expect([status, json.errors[0].code]).toEqual([429, "too_many_attempts"]);
      expect(Number(headers["retry-after"])).toBeGreaterThan(0);
    }
    // Nor may others guess on.
    const asOther = { authorization: basicOf("environmentAdmin") };
    const entries = [entry(name, { credential: { username: "ada", password: secret } })];
    const body = { managed_by: file, prune: false, connections: entries };
    expect((await api.send("POST", `${keymoorV1}/connection-plans`, body, asOther)).status).toBe(429);
    api.advance(61_000);
    expect((await guess(secret)).json.data[0].action).toBe("unchanged");
    for (let number = 0; number < 12; number += 1) expect((await guess(secret)).status).toBe(200);
  });

  it("adopts what is the same and not marked by this file, which marking it settles", async () => {
    await create("");
    expect(await actionOf(entry(name))).toEqual(["adopt", "not managed by a file so far"]);
    const mark = (managed_by: string | null) =>
      api.send("PUT", `${keymoorV1}/connections/${name}/managed-by`, { managed_by });
    expect((await mark("file:other.yaml")).json.managed_by).toBe("file:other.yaml");
    expect(await actionOf(entry(name))).toEqual(["adopt", "managed by file:other.yaml so far"]);
    const { status, json } = await mark(file);
    expect([status, json.managed_by, json.resource_version, json.credential_version]).toEqual([
      200,
      file,
      "1",
      1,
    ]);
    expect(await actionOf(entry(name))).toEqual(["unchanged", ""]);
    expect((await mark(null)).json.managed_by).toBe(null);
    const wrong = await mark("nothing like a mark");
    expect([wrong.status, wrong.json.errors[0].code]).toEqual([400, "invalid_request"]);
  });

  it("deletes what only the mark still knows, and only when asked", async () => {
    const mine = `managed_by=file:${name}.yaml`;
    const managed_by = `file:${name}.yaml`;
    const [kept, gone, also] = [`${name}-kept`, `${name}-gone`, `${name}-also`];
    for (const one of [kept, gone, also]) {
      name = one;
      await create(mine);
    }
    const answer = await plan([entry(kept)], { managed_by });
    expect(answer.json.data.map(({ action }: { action: string }) => action)).toEqual(["unchanged"]);
    const also_kept = [{ name: also, cloud: "AWS", region: "us-east-1" }];
    const pruned = await plan([entry(kept)], { managed_by, prune: true, also_kept });
    expect(
      pruned.json.data.map(({ action, name: one }: { action: string; name: string }) => [action, one]),
    ).toEqual([
      ["unchanged", kept],
      ["delete", gone],
    ]);
  });

  it.each<[string, object, string, RegExp]>([
    ["an unknown type", { type: "restt" }, "unknown_connection_type", /^Connection "planned-\d+": .*"rest"/],
    [
      "a misspelt option",
      { credential: { username: "ada", pasword: secret } },
      "option_unknown",
      /Unknown option "pasword". Did you mean "password"/,
    ],
    ["a missing option", { credential: { username: "ada" } }, "option_missing", /"password"/],
    ["another type's option", { credential: { "api-key": secret } }, "option_not_accepted", /"api-key"/],
    ["an unknown region", { region: "nowhere" }, "invalid_request", /no such region.*aws.us-east-1/],
    [
      "an endpoint with a key in it",
      { endpoint: `https://a.example/?key=${secret}` },
      "endpoint_carries_credentials",
      /./,
    ],
    ["a name that is none", { name: "a b" }, "invalid_name", /^Entry 1: /],
    ["one key twice", { options: { username: "ada" } }, "option_twice", /^Entry 1: /],
    ["a mask", { credential: { username: "ada", password: "******" } }, "secret_is_mask", /"password"/],
  ])("refuses %s with the entry's name", async (_what, more, code, sentence) => {
    const { status, json } = await plan([entry(name, more)]);
    expect([status, json.errors[0].code]).toEqual([400, code]);
    expect(json.errors[0].detail).toMatch(sentence);
    expect(json.errors[0].source.pointer).toBe("/connections/0");
  });

  it("refuses one entry twice, more than a hundred, and a field that it does not know", async () => {
    const twice = await plan([entry(name), entry(name)]);
    expect([twice.status, twice.json.errors[0].source.pointer]).toEqual([400, "/connections/1"]);
    const many = await plan(Array.from({ length: 101 }, (_, index) => entry(`many-${index}`)));
    expect([many.status, many.json.errors[0].detail]).toEqual([
      400,
      expect.stringContaining("a list of at most 100 items"),
    ]);
    const unknown = await plan([entry(name, { endpont: "x" })]);
    expect([unknown.status, unknown.json.errors[0].code]).toEqual([400, "unknown_field"]);
  });

  it("keeps a Flink key in its region, and takes the right to manage", async () => {
    const send = (authorization: string, region: string) =>
      api.send(
        "POST",
        plans,
        { managed_by: file, connections: [entry(name, { region })] },
        { authorization },
      );
    expect((await send(basicOf("flinkAdmin", "flink"), "us-east-1")).status).toBe(200);
    expect((await send(basicOf("flinkAdmin", "flink"), "eu-west-1")).status).toBe(401);
    expect((await send(basicOf("flinkDeveloper"), "us-east-1")).status).toBe(403);
  });

  it("leaves neither a secret nor a change behind", async () => {
    await create();
    await plan([entry(name, { credential: { username: "ada", password: `${secret}-new` } })], {
      prune: true,
    });
    await api.services.store.flush();
    const audit = await api.send("GET", "/keymoor/v1/audit-events?action=connection.plan&page_size=100");
    expect(audit.json.data.length).toBeGreaterThan(0);
    expect(audit.text + JSON.stringify(api.logged)).not.toContain(secret);
    const { json } = await api.send("GET", `${keymoorV1}/connections/${name}`);
    expect([json.resource_version, json.managed_by]).toEqual(["1", file]);
  });
});

describe("a creation", () => {
  let api: ApiFixture;
  beforeAll(async () => {
    api = await openApi();
  });
  afterAll(() => api.close());

  it("takes a comment, and replaces what bears the name in one transaction", async () => {
    const body = (endpoint: string) => ({
      name: "again",
      spec: { connection_type: "REST", endpoint, auth_data: { data: '{"BEARER_TOKEN":"t0123456789"}' } },
    });
    const create = (query: string, endpoint: string) =>
      api.send("POST", `${sqlV1}/connections?${query}`, body(endpoint));
    const first = await create("comment=one", "https://one.example/");
    expect((await create("comment=two", "https://two.example/")).status).toBe(409);
    const refused = await create("replace=true", "no url");
    expect(refused.status).toBe(400);
    const second = await create("comment=two&replace=true", "https://two.example/");
    expect(second.status).toBe(201);
    expect(second.json.metadata.uid).not.toBe(first.json.metadata.uid);
    const { json } = await api.send("GET", `${keymoorV1}/connections/again`);
    expect([json.comment, json.endpoint]).toEqual(["two", "https://two.example/"]);
  });
});
