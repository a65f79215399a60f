import { type AddressInfo, connect } from "node:net";
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
  sqlV1,
} from "../../test/fixtures/services.ts";
import { auditOutcomes } from "../operations/audit-event.ts";
import { Gate } from "../start/gate.ts";

const connections = `${sqlV1}/connections`;

describe("a request", () => {
  let api: ApiFixture;
  let port = 0;
  beforeAll(async () => {
    api = await openApi();
    await api.app.listen({ host: "127.0.0.1", port: 0 });
    port = (api.app.server.address() as AddressInfo).port;
    await api.send("POST", connections, openaiBody("known"));
  });
  afterAll(() => api.close());

  const codeOf = (answer: { json: { errors: { code: string }[] } }) => answer.json.errors[0]?.code;
  const detailOf = (answer: { json: { errors: { detail: string }[] } }) => answer.json.errors[0]?.detail;
  const developer = { authorization: basicOf("flinkDeveloper") };

  /** What comes back on a socket for exactly these bytes. */
  function raw(text: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1", () => socket.write(text));
      let answer = "";
      socket.on("data", (chunk) => {
        answer += chunk.toString();
      });
      socket.on("end", () => resolve(answer));
      socket.on("error", reject);
    });
  }

  describe("is judged in the order of", () => {
    it("key, before organization and environment", async () => {
      const answer = await api.send("GET", "/sql/v1/organizations/x/environments/y/connections", undefined, {
        authorization: "Basic eDp5",
      });
      expect([answer.status, codeOf(answer)]).toEqual([401, "user_unauthenticated"]);
      expect(answer.headers["www-authenticate"]).toBe(
        'Basic error="invalid_key", error_description="invalid API key."',
      );
    });

    it("key, whose challenge no browser answers with a window of its own when a page asks", async () => {
      const { headers } = await api.send("GET", "/keymoor/v1/whoami", undefined, {
        authorization: "Basic eDp5",
        "sec-fetch-dest": "empty",
      });
      expect(headers["www-authenticate"]).toMatch(/^Session error="invalid_key"/);
    });

    it("organization and environment, which are 403 alike when unknown and when not readable", async () => {
      const at = (organization: string, environment: string) =>
        api.send(
          "GET",
          `/sql/v1/organizations/${organization}/environments/${environment}/connections`,
          undefined,
          developer,
        );
      const answers = await Promise.all([
        at(organizationId, "env-none"),
        at("22222222-11aa-11aa-11aa-111111aaaaaa", environmentId),
        at(organizationId, otherEnvironmentId),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
      expect(new Set(answers.map(detailOf)).size).toBe(1);
    });

    it("right, before the name and before a body that is no JSON", async () => {
      for (const [method, path] of [
        ["POST", connections],
        ["PUT", `${connections}/missing`],
        ["PUT", `${connections}/known`],
      ] as const) {
        const answer = await api.send(method, path, "{ no json", developer);
        expect([method, answer.status, codeOf(answer)]).toEqual([method, 403, "user_unauthorized"]);
      }
    });

    it("name, before the body", async () => {
      for (const body of ["{ no json", "{}", { spec: { wrong: 1 } }]) {
        expect((await api.send("PUT", `${connections}/missing`, body)).status).toBe(404);
        expect((await api.send("PUT", `${sqlV1}/statements/missing`, body)).status).toBe(404);
      }
    });

    it("a key of another environment or region, which is 401 and never 403", async () => {
      const flink = { authorization: basicOf("organizationAdmin", "flink") };
      const elsewhere = `/sql/v1/organizations/${organizationId}/environments/${otherEnvironmentId}/connections`;
      expect((await api.send("GET", elsewhere, undefined, flink)).status).toBe(401);
      const region = await api.send("GET", connections, undefined, {
        ...flink,
        "keymoor-region": "aws.eu-west-1",
      });
      expect([region.status, detailOf(region)]).toEqual([401, expect.stringContaining("invalid API key")]);
    });
  });

  describe("with a body that is not right is told one thing in one sentence:", () => {
    const { spec } = openaiBody("x");
    it.each<[string, unknown, string, string, string | undefined]>([
      ["no body", undefined, "invalid_request", "The body must be an object.", ""],
      [
        "no JSON",
        "{",
        "malformed_body",
        "The body is not valid JSON. Check quotes, commas and brackets.",
        undefined,
      ],
      ["a list", [], "invalid_request", "The body must be an object.", ""],
      ["no name", { spec }, "invalid_request", 'Field "name" is missing.', "/name"],
      [
        "a wrong kind of name",
        { name: 7, spec },
        "invalid_request",
        'Field "name" must be a string.',
        "/name",
      ],
      [
        "data that is no string",
        { name: "x", spec: { ...spec, auth_data: { data: { API_KEY: "sk-secret" } } } },
        "invalid_request",
        'Field "spec.auth_data.data" must be a JSON object written as a string.',
        "/spec/auth_data/data",
      ],
      [
        "another provider",
        { name: "x", spec: { ...spec, auth_data: { kind: "sk-secret", data: "{}" } } },
        "invalid_request",
        'Field "spec.auth_data.kind" must be "PlaintextProvider" or "sql.v1.PlaintextProvider".',
        "/spec/auth_data/kind",
      ],
      [
        "a misspelt field",
        { name: "x", spec: { ...spec, endpoint: undefined, enpoint: "sk-secret" } },
        "unknown_field",
        'Unknown field "enpoint" in "spec". Did you mean "endpoint"?',
        "/spec/enpoint",
      ],
      [
        "a misspelt field of the credential's envelope",
        { name: "x", spec: { ...spec, auth_data: { ...spec.auth_data, dta: "sk-secret" } } },
        "unknown_field",
        'Unknown field "dta" in "spec.auth_data". Did you mean "data"?',
        "/spec/auth_data/dta",
      ],
      [
        "a misspelt field that is no plain word",
        { name: "x", spec: { ...spec, "/ndpoint": "sk-secret" } },
        "unknown_field",
        'Unknown field "/ndpoint" in "spec". Did you mean "endpoint"?',
        "/spec",
      ],
      [
        "an unknown field, which is not repeated",
        { name: "x", spec: { ...spec, "sk-secret": 1 } },
        "unknown_field",
        'A field in "spec" is not known here. Known are "connection_type", "endpoint", "auth_data".',
        "/spec",
      ],
      [
        "__proto__",
        '{"name":"x","__proto__":{"a":1}}',
        "unknown_field",
        expect.stringContaining("A field is not known here.") as unknown as string,
        "",
      ],
    ])("%s", async (_, body, code, detail, pointer) => {
      const answer = await api.send("POST", connections, body, { "content-type": "application/json" });
      const [error] = answer.json.errors;
      expect([answer.status, error.code, error.detail, error.source.pointer]).toEqual([
        400,
        code,
        detail,
        pointer,
      ]);
      expect(answer.text).not.toContain("sk-secret");
      expect(answer.json.errors).toHaveLength(1);
    });

    it("bytes that are not UTF-8", async () => {
      const answer = await api.app.inject({
        method: "POST",
        url: connections,
        headers: { authorization: basicOf("organizationAdmin"), "content-type": "application/json" },
        payload: Buffer.from([0x22, 0xff, 0x22]),
      });
      expect(answer.json().errors[0].code).toBe("malformed_body");
    });

    it("more than 32 levels", async () => {
      const nested = (levels: number) =>
        `{"name":"x","spec":{},"status":${'{"a":'.repeat(levels)}1${"}".repeat(levels)}}`;
      const detail = async (body: string) => detailOf(await api.send("POST", connections, body));
      expect(await detail(nested(31))).toBe('Field "spec.connection_type" is missing.');
      expect(await detail(nested(32))).toBe("The body is nested more than 32 levels deep.");
      expect(await detail("[".repeat(500_000))).toContain("not valid JSON");
      expect(await detail("[".repeat(500_000) + "]".repeat(500_000))).toContain("32 levels");
    });

    it("another media type", async () => {
      for (const type of ["text/plain", "application/x-www-form-urlencoded", "nonsense"]) {
        const answer = await api.send("POST", connections, openaiBody("x"), { "content-type": type });
        expect([type, answer.status, codeOf(answer)]).toEqual([type, 400, "unsupported_media_type"]);
      }
    });

    it("more than 1 MiB", async () => {
      const answer = await api.send("POST", connections, JSON.stringify({ name: "x".repeat(1024 * 1024) }));
      expect([answer.status, codeOf(answer)]).toEqual([400, "request_too_large"]);
    });
  });

  it("of an unknown path is 404 and of a wrong method 405 with Allow, as JSON and without a key", async () => {
    for (const [method, path, status, allow] of [
      ["GET", "/nothing", 404, undefined],
      ["GET", "/", 404, undefined],
      ["GET", `${sqlV1}/nothing`, 404, undefined],
      ["POST", "/health", 405, "GET, HEAD"],
      ["PUT", connections, 405, "GET, HEAD, POST"],
      ["OPTIONS", `${connections}/x`, 405, "DELETE, GET, HEAD, PATCH, PUT"],
      ["PROPFIND", `${connections}/x`, 405, "DELETE, GET, HEAD, PATCH, PUT"],
    ] as const) {
      const answer = await api.send(method, path, undefined, { authorization: "" });
      expect([method, path, answer.status, answer.headers.allow]).toEqual([method, path, status, allow]);
      expect(answer.headers["content-type"]).toMatch(/^application\/json/);
      expect(answer.json.errors[0].status).toBe(String(status));
    }
  });

  it("may double the leading slash or give the absolute form", async () => {
    expect((await api.send("GET", `//${connections.slice(1)}/known`)).status).toBe(200);
    const absolute = await raw(
      `GET http://other.example${connections}/known HTTP/1.1\r\nHost: other.example\r\nAuthorization: ${basicOf("organizationAdmin")}\r\nConnection: close\r\n\r\n`,
    );
    expect(absolute).toMatch(/^HTTP\/1.1 200/);
  });

  it("has its name decoded once", async () => {
    expect((await api.send("GET", `${connections}/kno%77n`)).status).toBe(200);
    expect((await api.send("GET", `${connections}/kno%2577n`)).status).toBe(404);
    expect((await api.send("GET", `${connections}/a%2Fb`)).status).toBe(404);
    const bad = await api.send("GET", `${connections}/%zz`);
    expect([bad.status, codeOf(bad)]).toEqual([400, "invalid_request"]);
  });

  it("gets an id of ours, whatever id it brings", async () => {
    for (const path of [`${connections}/known`, "/nothing", "/health"]) {
      const { headers } = await api.send("GET", path, undefined, { "x-request-id": "mine" });
      expect(headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it("that Node cannot read is answered in the same body", async () => {
    const answer = await raw("GET / HTTP/1.1\r\nbroken header\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/);
    expect(JSON.parse(answer.slice(answer.indexOf("\r\n\r\n")))).toMatchObject({
      errors: [{ status: "400" }],
    });
    expect(await raw("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n")).toContain("call_method_not_allowed");
  });

  it.each([
    ["Host: a", "Host: b"],
    ["Host: a", "hOST: a"],
    ["Host: a", "Transfer-Encoding: gzip, chunked"],
    ["Host: a", "Transfer-Encoding: gzip", "Transfer-Encoding: chunked"],
    ["Host: a", "Transfer-Encoding: identity"],
  ])("that others may read otherwise is refused, and its connection closed: %s, %s", async (...headers) => {
    const authorization = `Authorization: ${basicOf("organizationAdmin")}`;
    for (const path of ["/health", "/nothing", connections, "/c/known"]) {
      const answer = await raw(
        `POST ${path} HTTP/1.1\r\n${[...headers, authorization].join("\r\n")}\r\n\r\n0\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1.1 400 Bad Request\r\n[\s\S]*connection: close\r\n/i);
      expect(answer).toMatch(
        /The request has more than one Host header|Transfer-Encoding header says something else/,
      );
    }
  });

  it("may be chunked, in any case", async () => {
    const body = JSON.stringify(openaiBody("chunked"));
    const answer = await raw(
      `POST ${connections} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\nContent-Type: application/json\r\nAuthorization: ${basicOf("organizationAdmin")}\r\nConnection: close\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 201/);
  });

  it("that fails too often with one key is told when to try again; the right secret passes", async () => {
    const wrong = { authorization: `Basic ${Buffer.from("u-orgadmin-cloud:guess").toString("base64")}` };
    const answers = [];
    for (let n = 0; n < 12; n += 1) answers.push(await api.send("GET", connections, undefined, wrong));
    expect(answers.map(({ status }) => status)).toEqual([...Array(10).fill(401), 429, 429]);
    expect(Number(answers.at(-1)?.headers["retry-after"])).toBeGreaterThan(0);
    expect((await api.send("GET", connections)).status).toBe(200);
  });

  it("that meets a fault of ours is told its id and nothing else; the log has the rest", async () => {
    const read = api.services.store.read.connection;
    const store = api.services.store.read as { connection: typeof read };
    store.connection = async () => {
      throw new Error("the disk says: sk-secret");
    };
    const answer = await api.send("GET", `${connections}/known`);
    store.connection = read;
    expect([answer.status, codeOf(answer)]).toEqual([500, "internal_error"]);
    expect(answer.text).not.toContain("disk");
    expect(answer.json.errors[0].id).toBe(answer.headers["x-request-id"]);
    expect(api.logged).toContainEqual(
      expect.objectContaining({ err: expect.any(Error), requestId: answer.headers["x-request-id"] }),
    );
  });

  it("is logged by its route and not by its path", async () => {
    await api.send("GET", `${connections}/some-name-of-mine`);
    expect(JSON.stringify(api.logged)).not.toContain("some-name-of-mine");
    expect(api.logged).toContainEqual(
      expect.objectContaining({ route: expect.stringContaining("/:name"), status: 404 }),
    );
  });
});

describe("the server", () => {
  it("is not healthy before it is ready nor while it stops, and takes no work then", async () => {
    const fixture = await openApi();
    const { createServer } = await import("./server.ts");
    const gate = new Gate();
    let stopping = false;
    const app = await createServer(fixture.services, {
      gate,
      trustedProxies: ["127.0.0.1"],
      log: { isLevelEnabled: () => false, debug: () => {}, error: () => {} },
      isStopping: () => stopping,
    });
    const health = async () => {
      const { statusCode, body } = await app.inject("/health");
      return [statusCode, body];
    };
    const headers = { authorization: basicOf("organizationAdmin"), "x-forwarded-for": "203.0.113.9" };
    expect(await health()).toEqual([503, '{"status":"starting"}']);
    const early = app.inject({ url: connections, headers });
    gate.open();
    expect((await early).statusCode).toBe(200);
    expect(await health()).toEqual([200, '{"status":"ok"}']);
    stopping = true;
    expect(await health()).toEqual([503, '{"status":"stopping"}']);
    const late = await app.inject({ url: connections, headers });
    expect([late.statusCode, late.json().errors[0].code, late.headers["retry-after"]]).toEqual([
      503,
      "stopping",
      "1",
    ]);

    await fixture.services.store.flush();
    const events = await fixture.send("GET", "/keymoor/v1/audit-events?action=connection.list");
    expect(events.json.data.map(({ address }: { address: string }) => address)).toContain("203.0.113.9");
    await app.close();
    await fixture.close();
  });

  it("has no open route but those that say nothing of what it holds", async () => {
    const api = await openApi();
    const open = [];
    for (const [path, operations] of Object.entries(api.app.swagger().paths ?? {})) {
      const url = path
        .replace("{organization_id}", organizationId)
        .replace("{environment_id}", environmentId)
        .replace(/\{\w+\}/g, "1");
      const [method = ""] = Object.keys(operations ?? {});
      const answer = await api.send(method.toUpperCase(), url, undefined, { authorization: "" });
      if (answer.status !== 401) open.push(path);
    }
    // Where one gets in, and what official clients send whoever they are.
    const signIn = [
      "/api/cli/v1/usages",
      "/api/login/realm",
      "/api/sessions",
      "/keymoor/v1/invitations/accept",
      "/keymoor/v1/session",
      "/keymoor/v1/session/link",
      "/sts/v1/oauth2/token", // the token that is exchanged is the credential; without one its form is not complete
    ];
    expect(open.sort()).toEqual([...signIn, "/docs", "/health", "/openapi.json"].sort());
    await api.close();
  });
});

describe("keymoor/v1", () => {
  let api: ApiFixture;
  beforeAll(async () => {
    api = await openApi();
    await api.send("POST", `${sqlV1}/connections`, openaiBody("one"));
  });
  afterAll(() => api.close());

  it("serves the catalogue of types to every right key", async () => {
    const answer = await api.send("GET", "/keymoor/v1/connection-types", undefined, {
      authorization: basicOf("nobody"),
    });
    expect(answer.json.data).toHaveLength(19);
    const elastic = answer.json.data.find(({ name }: { name: string }) => name === "elastic");
    expect(elastic.auth_methods[1].fields[1]).toMatchObject({
      key: "password",
      wire_key: "PASSWORD",
      visibility: "secret",
      required: true,
    });
  });

  it("describes a connection in full, identifying fields only to those who may rotate", async () => {
    const spec = {
      connection_type: "ELASTIC",
      endpoint: "https://name.es.example:9243",
      auth_data: { data: JSON.stringify({ USERNAME: "ada", PASSWORD: "secret-password" }) },
    };
    await api.send("POST", `${sqlV1}/connections`, { name: "elastic", spec });
    const full = await api.send("GET", `${keymoorV1}/connections/elastic`);
    expect(full.json).toMatchObject({
      name: "elastic",
      cloud: "AWS",
      region: "us-east-1",
      type: "ELASTIC",
      authentication: "basic",
      identity: { username: "ada" },
      credential_version: 1,
      status: { phase: "PENDING", detail: "", checked_at: null },
      usage: { last_used_at: null, last_used_by: null, days: [] },
    });
    const developer = { authorization: basicOf("flinkDeveloper") };
    const less = await api.send("GET", `${keymoorV1}/connections/elastic`, undefined, developer);
    expect([less.status, less.json.identity]).toEqual([200, null]);
    expect(full.text + less.text).not.toContain("secret-password");
  });

  it("goes back to an earlier version of the credential", async () => {
    await api.send("PUT", `${sqlV1}/connections/one`, openaiBody("one", "sk-second"));
    const back = await api.send("POST", `${keymoorV1}/connections/one/versions/1/activate`);
    expect([back.status, back.json.credential_version, back.json.resource_version]).toEqual([200, 1, "3"]);
    const missing = await api.send("POST", `${keymoorV1}/connections/one/versions/9/activate`);
    expect([missing.status, missing.json.errors[0].code]).toEqual([404, "credential_version_not_found"]);
    for (const version of ["0", "x", "1e3"]) {
      const bad = await api.send("POST", `${keymoorV1}/connections/one/versions/${version}/activate`);
      expect([version, bad.status]).toEqual([version, 400]);
    }
  });

  it("shows a use token once, lists it without its secret, and revokes it", async () => {
    const made = await api.send("POST", `${keymoorV1}/use-tokens`, { name: "app", connections: ["one"] });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({ name: "app", connections: ["one"], cloud: "AWS", revoked_at: null });
    expect(made.json.token).toMatch(/^kmt_/);
    const lifeMs = Date.parse(made.json.expires_at) - Date.parse(made.json.created_at);
    expect(lifeMs).toBe(30 * 24 * 3600 * 1000);
    const listed = await api.send("GET", `${keymoorV1}/use-tokens`);
    expect(listed.json.data).toHaveLength(1);
    expect(listed.text).not.toContain(made.json.token);
    const asToken = { authorization: `Bearer ${made.json.token}` };
    for (const path of [`${sqlV1}/connections`, `${keymoorV1}/use-tokens`]) {
      expect((await api.send("GET", path, undefined, asToken)).status).toBe(403);
    }
    expect((await api.send("DELETE", `${keymoorV1}/use-tokens/${made.json.id}`)).status).toBe(204);
    expect((await api.send("GET", `${keymoorV1}/use-tokens`)).json.data[0].revoked_at).not.toBeNull();
    expect((await api.send("DELETE", `${keymoorV1}/use-tokens/none`)).status).toBe(404);
    for (const body of [
      { name: "x", connections: [] },
      { name: "x", connections: ["one"], expires_in_seconds: 0 },
    ]) {
      expect((await api.send("POST", `${keymoorV1}/use-tokens`, body)).status).toBe(400);
    }
  });

  it("pages through audit events, newest first, filtered", async () => {
    await api.services.store.flush();
    const first = await api.send("GET", "/keymoor/v1/audit-events?page_size=2");
    expect(first.json.data).toHaveLength(2);
    const second = await api.send("GET", first.json.metadata.next.replace("http://keymoor.test:8090", ""));
    const times = [...first.json.data, ...second.json.data].map(({ at }) => at);
    expect(times).toEqual([...times].sort().reverse());
    const created = await api.send(
      "GET",
      "/keymoor/v1/audit-events?action=connection.create&resource_name=one",
    );
    expect(created.json.data).toEqual([
      expect.objectContaining({
        action: "connection.create",
        outcome: "done",
        resource_kind: "connection",
        resource_name: "one",
        principal: "u-orgadmin",
        credential: "u-orgadmin-cloud",
        environment_id: environmentId,
        request_id: expect.any(String),
      }),
    ]);
    for (const outcome of auditOutcomes) {
      const { status, json } = await api.send("GET", `/keymoor/v1/audit-events?outcome=${outcome}`);
      expect(status).toBe(200);
      expect(json.data.every((event: { outcome: string }) => event.outcome === outcome)).toBe(true);
    }
    const none = await api.send("GET", "/keymoor/v1/audit-events?from=2001-01-01&to=2001-01-02T00:00:00Z");
    expect([none.status, none.json.data]).toEqual([200, []]);
    for (const query of ["from=yesterday", "from=2001-13-45", "outcome=perhaps", "pagesize=1"]) {
      expect([query, (await api.send("GET", `/keymoor/v1/audit-events?${query}`)).status]).toEqual([
        query,
        400,
      ]);
    }
  });
});
