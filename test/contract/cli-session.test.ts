import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { environmentId, organizationId, otherEnvironmentId, principals } from "../fixtures/services.ts";
import { cliClient } from "./cli-client.ts";
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
    expect(await failureOf(cli.environment.list())).toBe("The session has ended. Sign in again.");
    expect(await failureOf(cli.connection.list(where))).toMatch(
      /^The session has ended\. Sign in again\.\nFailed to get environment/,
    );
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
    expect(await failureOf(cli.connection.list(where))).toMatch(
      /^This organization or environment does not exist/,
    );
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
