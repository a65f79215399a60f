import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeCertificate } from "../../src/egress/fixtures/certificates.ts";
import { makeFolder, start, stop } from "../fixtures/launch.ts";
import { organizationId, principals } from "../fixtures/services.ts";
import { type CliClient, cliClient } from "./cli-client.ts";
import { type ContractServer, openContractServer, person } from "./contract-server.ts";
import { failureOf } from "./failure-of.ts";

const hourMs = 3_600_000;
const where = { cloud: "aws", region: "us-east-1" };

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

  it("8: over https with an authority of one's own, every request goes to the https origin", async () => {
    const authority = makeCertificate({ name: "authority of one's own" });
    const certificate = makeCertificate({ name: "keymoor", issuer: authority, addresses: ["127.0.0.1"] });
    const folder = makeFolder();
    writeFileSync(join(folder, "tls.crt"), certificate.cert);
    writeFileSync(join(folder, "tls.key"), certificate.key);
    writeFileSync(
      join(folder, "seed.yaml"),
      `users: [ { id: u-1, email: ${person.email}, password: ${person.password}, roles: [ { role: OrganizationAdmin } ] } ]\n`,
    );
    const process = await start(folder, {
      KEYMOOR_TLS_CERT: "tls.crt",
      KEYMOOR_TLS_KEY: "tls.key",
      KEYMOOR_SEED: "seed.yaml",
    });
    const stranger = cliClient(`${process.url}/confluent.cloud`, () => new Date());
    await expect(stranger.login(person)).rejects.toThrow(/certificate/);
    const https = cliClient(`${process.url}/confluent.cloud`, () => new Date(), authority.cert);
    await https.login(person);
    await https.connection.create(where, "over-https", openai);
    expect((await https.connection.list(where)).map(({ name }) => name)).toEqual(["over-https"]);
    expect(https.session.exchanges.every(({ sent }) => sent.url.startsWith(process.url))).toBe(true);
    await stop(process);
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
