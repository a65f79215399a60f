import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { environmentId, organizationId, otherEnvironmentId, principals } from "../fixtures/services.ts";
import { type CliClient, cliClient } from "./cli-client.ts";
import { type ContractServer, openContractServer, person } from "./contract-server.ts";
import { failureOf } from "./failure-of.ts";
import { valueAt } from "./reading.ts";

const hourMs = 3_600_000;
const where = { cloud: "aws", region: "us-east-1" };

describe("confluent login", () => {
  let server: ContractServer;
  beforeAll(async () => {
    server = await openContractServer();
  });
  afterAll(() => server.close());
  const client = (path = "/confluent.cloud") => cliClient(`${server.origin}${path}`, server.now);
  const signedIn = async () => {
    const cli = client();
    await cli.login(person);
    return cli;
  };

  it("asks for the realm twice, opens a session and begins in the first environment", async () => {
    const cli = client();
    const requests = await cli.requestsOf(() => cli.login(person));
    expect(requests).toEqual([
      `GET /api/login/realm?XXX_sizecache=0&client_id=oX2nvSKl5jvBKVgwehZfvR4K8RhsZIEs&email=u-orgadmin%40example.com`,
      `GET /api/login/realm?XXX_sizecache=0&client_id=oX2nvSKl5jvBKVgwehZfvR4K8RhsZIEs&email=u-orgadmin%40example.com`,
      "POST /api/sessions",
      "GET /api/me",
      "GET /api/growth/v1/free-trial-info",
    ]);
    expect(cli.session).toMatchObject({
      environment: environmentId,
      organization: organizationId,
      user: { resourceId: principals.organizationAdmin, email: person.email },
    });
  });

  it("works with every login URL whose path ends in confluent.cloud", async () => {
    for (const path of ["/confluent.cloud", "/keymoor/confluent.cloud", "/a/b/x.confluent.cloud"]) {
      const cli = client(path);
      await cli.login(person);
      expect((await cli.connection.list(where)).length).toBe(0);
      expect((await cli.role.list()).length).toBeGreaterThan(0);
    }
  });

  it("takes --organization when it is the server's", async () => {
    const cli = client();
    await cli.login({ ...person, organization: organizationId });
    expect(cli.session.organization).toBe(organizationId);
  });

  it("says the same of a wrong password, an unknown address and a foreign organization", async () => {
    const failures = await Promise.all(
      [
        { ...person, password: "wrong" },
        { ...person, email: "nobody@example.com" },
        { ...person, organization: "22222222-2222-2222-2222-222222222222" },
        { email: "u-orgadmin", password: "u-orgadmin" },
      ].map((options) => failureOf(client().login(options))),
    );
    expect(new Set(failures)).toEqual(new Set(["incorrect email, password, or organization ID"]));
  });

  it("renews an access token before it ends, and the command goes on", async () => {
    const cli = await signedIn();
    const { token } = cli.session;
    server.advance(13 * hourMs);
    const requests = await cli.requestsOf(() => cli.environment.list());
    expect(requests.slice(0, 2)).toEqual([
      "POST /api/sessions",
      "GET /api/org/v2/environments?page_size=100",
    ]);
    expect(cli.session.token).not.toBe(token);
  });

  it("ends every session after thirty days: expired token", async () => {
    const cli = await signedIn();
    server.advance(31 * 24 * hourMs);
    expect(await failureOf(cli.environment.list())).toBe("expired token");
  });

  it("ends the session at once by logout: its tokens are worth nothing afterwards", async () => {
    const cli = await signedIn();
    const { token, refreshToken } = cli.session;
    await cli.logout();
    cli.session.token = token;
    cli.session.refreshToken = refreshToken;
    expect(await failureOf(cli.environment.list())).toBe("expired token");
    expect(await failureOf(cli.connection.list(where))).toMatch(/^expired token\nFailed to get environment/);
  });

  it("refuses a token that was changed, and one that another server signed", async () => {
    const [header = "", payload = ""] = (await signedIn()).session.token.split(".");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, unknown>;
    const foreign = Buffer.from(JSON.stringify({ ...claims, organization: "other" })).toString("base64url");
    for (const token of [`${header}.${foreign}.c2ln`, `${header}.${payload}.c2ln`, `${header}.${payload}.`]) {
      const answer = await server.send("GET", "/api/me", undefined, { authorization: `Bearer ${token}` });
      expect([answer.status, valueAt(answer.json, "errors.0.status")]).toEqual([401, "401"]);
    }
  });

  it("lets a token reach the server's own organization only", async () => {
    const cli = await signedIn();
    cli.session.endpoint = server.origin;
    cli.session.organization = "22222222-2222-2222-2222-222222222222";
    expect(await failureOf(cli.connection.list(where))).toMatch(/^This organization or environment does not exist/);
    expect(await failureOf(cli.organization.describe())).toBe(
      "This organization does not exist on this server.",
    );
  });

  it("keeps people out of environments in which they have no role, by the sentence that is shown", async () => {
    const cli = await signedIn();
    await cli.environment.use(otherEnvironmentId);
    expect((await cli.connection.list(where)).length).toBe(0);
    await cli.environment.use(environmentId);
    for (const id of ["env-nowhere", organizationId, "lfcp-x7rgx1", "default", "..%2Fusers"]) {
      expect(await failureOf(cli.environment.use(id))).toMatch(/^This environment does not exist/);
      const elsewhere = { ...where, environment: id };
      expect(await failureOf(cli.connection.list(elsewhere))).toContain(`Failed to get environment '${id}'.`);
    }
  });
});

describe("surprises of the CLI (contract/cli.md 9)", () => {
  let server: ContractServer;
  let cli: CliClient;
  beforeAll(async () => {
    server = await openContractServer();
    cli = cliClient(`${server.origin}/confluent.cloud`, server.now);
    await cli.login(person);
  });
  afterAll(() => server.close());
  const flags = { "api-key": "sk-surprise-0123456789" };
  const openai = { type: "openai", endpoint: "https://api.openai.com/v1/chat/completions", flags };

  it("1: access tokens are JWTs with exp, refresh tokens begin with v1.", () => {
    expect(cli.session.token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(cli.session.refreshToken).toMatch(/^v1\./);
  });

  it("2: every connection in every answer has spec.auth_data", async () => {
    await cli.connection.create(where, "surprise-2", openai);
    expect((await cli.connection.list(where)).map(({ data }) => data)).toEqual(["<REDACTED>"]);
    await cli.connection.delete(where, "surprise-2");
  });

  it("3: what is secret is masked by the server: connection data, statement text, statement properties", async () => {
    const before = cli.session.exchanges.length;
    await cli.connection.create(where, "surprise-3", openai);
    await cli.connection.update(where, "surprise-3", flags);
    await cli.statement.create(where, "masked-by-server", {
      sql: `CREATE CONNECTION surprise_3 WITH ('type'='openai','endpoint'='https://api.openai.com/v1/chat/completions','api-key'='${flags["api-key"]}')`,
      properties: { "sql.secrets.key": flags["api-key"] },
    });
    await cli.statement.describe(where, "masked-by-server");
    await cli.statement.list(where);
    const answers = cli.session.exchanges.slice(before).map(({ received }) => received.text);
    expect(answers.join("\n")).not.toContain(flags["api-key"]);
    expect((await cli.statement.describe(where, "masked-by-server")).properties).toMatchObject({
      "sql.secrets.key": "******",
    });
    await cli.connection.delete(where, "surprise-3", "surprise_3");
  });

  it("4: a credential is JSON in a string, without AUTH_TYPE for AWS and Vertex; a transport may be in any case", async () => {
    const aws = { "aws-access-key": "AKIA0123", "aws-secret-key": "aws <secret> & more" };
    const endpoint = "https://bedrock-runtime.us-east-1.amazonaws.com/model/m/invoke";
    await cli.connection.create(where, "surprise-4-aws", { type: "bedrock", endpoint, flags: aws });
    const sent = cli.session.exchanges.find(({ sent }) => sent.body?.includes("surprise-4-aws"))?.sent.body;
    expect(sent).toContain(String.raw`aws \\u003csecret\\u003e \\u0026 more`);
    expect(sent).not.toContain("AUTH_TYPE");
    const mcp = { token: "mcp-token-0123456789", "transport-type": "streamable_http" };
    await cli.connection.create(where, "surprise-4-mcp", {
      type: "mcp_server",
      endpoint: "https://mcp.example.com/mcp",
      flags: mcp,
    });
    await cli.connection.delete(where, "surprise-4-aws", "surprise-4-mcp");
  });

  it("5: a PUT without a resource version replaces the whole credential; the command prints what was before", async () => {
    await cli.connection.create(where, "surprise-5", openai);
    const printed = await cli.connection.update(where, "surprise-5", { "api-key": "sk-surprise-5-second" });
    expect(printed.name).toBe("surprise-5");
    const put = cli.session.exchanges.findLast(({ sent }) => sent.method === "PUT");
    expect([put?.received.status, put?.sent.body?.includes("resource_version")]).toEqual([200, false]);
    await cli.connection.delete(where, "surprise-5");
  });

  it("6: one unknown name keeps a whole deletion from happening", async () => {
    await cli.connection.create(where, "surprise-6", openai);
    expect(await failureOf(cli.connection.delete(where, "surprise-6", "missing"))).toBe(
      'Flink connection "missing" not found',
    );
    expect((await cli.connection.list(where)).map(({ name }) => name)).toEqual(["surprise-6"]);
    await cli.connection.delete(where, "surprise-6");
  });

  it("7: what a user can mend is a 4xx with a sentence, never a 5xx that the CLI hides behind fifteen seconds", async () => {
    const failures = await Promise.all(
      [
        failureOf(cli.connection.describe(where, "missing")),
        failureOf(cli.connection.create(where, "bad name", openai)),
        failureOf(cli.connection.create(where, "no-endpoint", { ...openai, endpoint: "" })),
        failureOf(cli.connection.create(where, "no-key", { ...openai, flags: {} })),
        failureOf(cli.connection.create(where, "other-key", { ...openai, flags: { token: "t-0123456789" } })),
        failureOf(cli.connection.create(where, "a/b", openai)),
      ].slice(0, 6),
    );
    for (const sentence of failures) expect(sentence).toMatch(/^[A-Z][^.]+[.]/);
    expect(cli.session.exchanges.filter(({ received }) => received.status >= 500)).toEqual([]);
  });

  it("7: a brake says 429 with Retry-After, which the CLI waits for", async () => {
    const other = await openContractServer();
    const stranger = cliClient(`${other.origin}/confluent.cloud`, other.now);
    for (let n = 0; n < 11; n += 1) await failureOf(stranger.login({ ...person, password: `wrong ${n}` }));
    const last = stranger.session.exchanges.at(-1)?.received;
    expect([last?.status, Number(last?.headers["retry-after"]) > 0]).toEqual([429, true]);
    await other.close();
  });

  it("9: flink endpoint use takes the very text that the region and endpoint lists say, which has no path or last slash", async () => {
    await cli.region.use("aws", "us-east-1");
    expect(await cli.endpoint.list()).toContain(server.origin);
    expect(await failureOf(cli.endpoint.use(`${server.origin}/`))).toContain("is invalid");
    await cli.endpoint.use(server.origin);
    expect(await cli.endpoint.listLater()).toEqual([server.origin]);
    await cli.region.useLater("aws", "us-east-1");
    const requests = await cli.requestsOf(() => cli.connection.list(where));
    expect(requests.some((line) => line.includes("/fcpm/v2/regions"))).toBe(false);
    cli.session.endpoint = undefined;
  });

  it("10: a list of bindings by role has users, service accounts, identity providers and group mappings to ask", async () => {
    const crn = `crn://confluent.cloud/organization=${organizationId}`;
    expect(await cli.roleBinding.ofRole("OrganizationAdmin", crn)).toEqual([
      `User:${principals.organizationAdmin}`,
    ]);
  });

  it("10: an API key of one's own finds its owner in three lists of v1", async () => {
    const requests = await cli.requestsOf(() => cli.apiKey.create("cloud"));
    expect(requests).toEqual([
      "GET /api/service_accounts",
      "GET /api/me",
      "GET /api/users",
      "POST /api/iam/v2/api-keys",
      "POST /api/cli/v1/usages",
    ]);
  });

  it("11: a GET with a body, noise in a query and a long User-Agent are answered like any other request", () => {
    const trial = cli.session.exchanges.find(({ sent }) => sent.url.includes("free-trial-info"));
    expect([trial?.sent.body, trial?.received.status]).toEqual(['{"orgId":1}', 404]);
    const realm = cli.session.exchanges.find(({ sent }) => sent.url.includes("XXX_sizecache"));
    expect(realm?.received.status).toBe(200);
  });

  it("12: nobody is sent to another place to sign in: no single sign-on, no second factor", () => {
    const realms = cli.session.exchanges.filter(({ sent }) => sent.url.includes("/api/login/realm"));
    expect(realms.map(({ received }) => JSON.parse(received.text))).toEqual([
      { is_sso: false, mfa_required: false },
      { is_sso: false, mfa_required: false },
    ]);
  });

  it("12: a token lives long enough that a working day never asks the public host for the realm", () => {
    const [, payload = ""] = cli.session.token.split(".");
    const { exp } = JSON.parse(Buffer.from(payload, "base64url").toString()) as { exp: number };
    expect(exp * 1000 - server.now().getTime()).toBeGreaterThan(10 * hourMs);
  });

  it("13: a phase is one of few words", async () => {
    const made = await cli.connection.create(where, "surprise-13", openai);
    expect(made.status).toBe("PENDING");
    await cli.connection.delete(where, "surprise-13");
  });

  it("14: with an endpoint chosen, the region is that of the origin, whatever the flags say", async () => {
    cli.session.endpoint = server.origin;
    await cli.connection.create(where, "surprise-14", openai);
    const listed = await cli.connection.list({ cloud: "gcp", region: "nowhere" });
    expect(listed.map(({ name, cloud }) => [name, cloud])).toEqual([["surprise-14", "gcp"]]);
    cli.session.endpoint = undefined;
    await cli.connection.delete(where, "surprise-14");
  });

  it("15: a report of use is taken and kept nowhere; none is sent after a failure", async () => {
    const worked = await cli.requestsOf(() => cli.environment.list());
    expect(worked.at(-1)).toBe("POST /api/cli/v1/usages");
    const failed = await cli.requestsOf(() => failureOf(cli.environment.describe("env-nowhere")));
    expect(failed).toEqual(["GET /api/org/v2/environments/env-nowhere"]);
  });
});
