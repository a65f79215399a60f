import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addUser,
  adminEmail,
  openBrowser,
  password,
  setPassword,
  signInClient,
} from "../../../test/fixtures/people.ts";
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
import { createServer } from "../server.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

describe("signing in as official clients do", () => {
  let api: ApiFixture;
  beforeAll(async () => {
    api = await openApi();
    await setPassword(api, principals.organizationAdmin);
    await addUser(api, "u-developer", { role: "FlinkDeveloper", environmentId });
    await addUser(api, "u-invited", { password: null });
    await addUser(api, "u-disabled");
    await api.services.store.write([
      {
        do: "update_principal",
        id: "u-disabled",
        change: { disabledAt: "2026-01-01T00:00:00.000Z" },
        updatedAt: "2026-01-01T00:00:00.000Z",
      },
    ]);
  });
  afterAll(() => api.close());

  const post = (body: unknown) => openBrowser(api).send("POST", "/api/sessions", body);
  const get = (path: string, authorization: string) => api.send("GET", path, undefined, { authorization });
  const events = async (action: string) => {
    await api.services.store.flush();
    const { json } = await api.send("GET", `/keymoor/v1/audit-events?action=${action}&page_size=100`);
    return json.data;
  };

  it("finds that no address signs in elsewhere or with a second factor", async () => {
    const query = `email=${adminEmail}&client_id=x&org_resource_id=y&XXX_sizecache=0`;
    const { status, json } = await get(`/api/login/realm?${query}`, "");
    expect([status, json]).toEqual([200, { is_sso: false, mfa_required: false }]);
  });

  it("gets a JWT with a numeric exp, and a refresh token that begins with v1.", async () => {
    const { status, headers, json } = await post({ email: adminEmail.toUpperCase(), password });
    expect([status, headers["content-type"]]).toEqual([200, "application/json; charset=utf-8"]);
    const parts = (json.token as string).split(".");
    expect(parts).toHaveLength(3);
    const [header, claims] = parts
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, "base64url").toString()));
    expect(header).toMatchObject({ alg: "HS256", typ: "JWT" });
    expect(claims.exp - Math.round(api.services.now().getTime() / 1000)).toBeGreaterThan(11 * 3600);
    expect(json.refresh_token).toMatch(/^v1\./);
    expect(json.user).toMatchObject({ resource_id: principals.organizationAdmin, email: adminEmail });
    expect(json.organization).toEqual({ id: expect.any(Number), resource_id: organizationId, name: "Acme" });
    for (const number of [json.user.id, json.organization.id]) {
      expect(Number.isInteger(number) && number > 0 && number < 2 ** 31).toBe(true);
    }
  });

  it("takes camelCase, snake_case and fields that nobody knows", async () => {
    const bodies = [
      { email: adminEmail, password, orgResourceId: organizationId, XXX: 1 },
      { email: adminEmail, password, org_resource_id: organizationId, orgResourceId: "" },
    ];
    for (const body of bodies) expect((await post(body)).status).toBe(200);
    const { refreshToken } = await signInClient(api, adminEmail);
    for (const body of [{ refreshToken, orgResourceId: organizationId }, { refresh_token: refreshToken }]) {
      expect((await post(body)).status).toBe(200);
    }
  });

  it("answers all that is not right alike", async () => {
    const bodies = [
      { email: adminEmail, password: "wrong" },
      { email: adminEmail },
      { email: "nobody@example.com", password },
      { email: "u-invited@example.com", password },
      { email: "u-disabled@example.com", password },
      { email: adminEmail, password, orgResourceId: "2222bbbb-22bb-22bb-22bb-222222bbbbbb" },
      {},
    ];
    const answers = await Promise.all(bodies.map(post));
    const seen = answers.map(({ status, json }) => [status, json.errors[0].code, json.errors[0].detail]);
    const sentence = "Incorrect e-mail address, password or organization id.";
    expect(seen).toEqual(bodies.map(() => [401, "user_unauthenticated", sentence]));
  });

  it("hashes once for every attempt, whether the address is anybody's or not", async () => {
    const { passwords } = api.services;
    let hashes = 0;
    const verify: typeof passwords.verify = (...given) => {
      hashes += 1;
      return passwords.verify(...given);
    };
    const services = { ...api.services, passwords: { ...passwords, verify } };
    const log = { isLevelEnabled: () => false, debug: () => {}, error: () => {} };
    const app = await createServer(services, {
      gate: { isOpen: true, wait: async () => {} },
      trustedProxies: [],
      log,
    });
    for (const email of [adminEmail, "none@example.com", "u-invited@example.com", "u-disabled@example.com"]) {
      await app.inject({ method: "POST", url: "/api/sessions", payload: { email, password: "wrong" } });
    }
    expect(hashes).toBe(4);
    await app.close();
  });

  it("is braked after ten failures a minute of one address, before a password is looked at", async () => {
    const email = "u-developer@example.com";
    const burst = await Promise.all(Array.from({ length: 12 }, () => post({ email, password: "wrong" })));
    expect(burst.map(({ status }) => status).sort()).toEqual([...Array(10).fill(401), 429, 429]);
    const right = await post({ email, password });
    expect([right.status, right.json.errors[0].code]).toEqual([429, "too_many_attempts"]);
    expect(Number(right.headers["retry-after"])).toBeGreaterThan(0);
    expect((await post({ email: adminEmail, password })).status).toBe(200);
    api.advance(60_000);
    for (let count = 0; count < 12; count += 1) expect((await post({ email, password })).status).toBe(200);
  });

  it("leaves an audit event with the user, and never with the address of nobody", async () => {
    await post({ email: "typed.into-the.wrong.field@example.com", password: "x" });
    const all = await events("session.create");
    expect(JSON.stringify(all)).not.toContain("@");
    const of = (outcome: string, principal: string | null) =>
      all.filter(
        (event: { outcome: string; principal: string }) =>
          event.outcome === outcome && event.principal === principal,
      );
    expect(of("done", principals.organizationAdmin)[0]).toMatchObject({
      credential: expect.stringMatching(/^ses-/),
    });
    expect(of("refused", "u-disabled").length).toBeGreaterThan(0);
    expect(of("refused", null).length).toBeGreaterThan(0);
  });

  it("tells who one is, with the environments one has a role in, in order", async () => {
    const { authorization } = await signInClient(api, adminEmail);
    const { status, json } = await get("/api/me", authorization);
    expect([status, json.user.resource_id]).toEqual([200, principals.organizationAdmin]);
    expect(json.organization).toMatchObject({ resource_id: organizationId });
    expect(json.organization).not.toHaveProperty("suspension_status");
    expect(json.accounts).toEqual([
      { id: environmentId, name: "default" },
      { id: otherEnvironmentId, name: "other" },
    ]);
    const developer = await signInClient(api, "u-developer@example.com");
    expect((await get("/api/me", developer.authorization)).json.accounts).toEqual([
      { id: environmentId, name: "default" },
    ]);
  });

  it("gives a token for environments that opens nothing above them", async () => {
    const { authorization } = await signInClient(api, adminEmail);
    const made = await api.send("POST", "/api/access_tokens", {}, { authorization });
    expect([made.status, made.json.token.split(".").length]).toEqual([200, 3]);
    const dataPlane = `Bearer ${made.json.token}`;
    expect((await get(`${sqlV1}/connections`, dataPlane)).status).toBe(200);
    for (const path of ["/org/v2/environments", "/api/me"]) {
      expect((await get(path, dataPlane)).status).toBe(401);
    }
    expect((await api.send("POST", "/api/access_tokens", {}, { authorization: dataPlane })).status).toBe(401);
    expect((await api.send("POST", "/api/access_tokens", {})).json.errors[0].code).toBe("user_unauthorized");
    api.advance(15 * 60_000 + 1000);
    expect((await get(`${sqlV1}/connections`, dataPlane)).status).toBe(401);
    expect((await get(`${sqlV1}/connections`, authorization)).status).toBe(200);
  });

  it("goes on with the refresh token when the access token has expired, until the session ends", async () => {
    const { authorization, refreshToken } = await signInClient(api, adminEmail);
    api.advance(12 * hourMs + 1000);
    expect((await get("/api/me", authorization)).status).toBe(401);
    const renewed = await post({ refreshToken });
    expect([renewed.status, renewed.json.refresh_token]).toEqual([200, refreshToken]);
    expect((await get("/api/me", `Bearer ${renewed.json.token}`)).status).toBe(200);
    api.advance(29 * dayMs);
    const last = await post({ refreshToken });
    const { exp } = JSON.parse(Buffer.from(last.json.token.split(".")[1], "base64url").toString());
    expect(exp * 1000 - api.services.now().getTime()).toBeLessThan(12 * hourMs + 1000);
    api.advance(dayMs);
    expect((await post({ refreshToken })).status).toBe(401);
    expect((await events("session.renew")).length).toBeGreaterThan(0);
  });

  it("does not go on with a refresh token of another secret, another form, or a foreign organization", async () => {
    const { refreshToken } = await signInClient(api, adminEmail);
    const [, id, secret = ""] = refreshToken.split(".");
    const wrong = [
      { refreshToken: `v1.${id}.${"A".repeat(43)}` },
      { refreshToken: `v1.ses-0000000000000000.${secret}` },
      { refreshToken: `${id}.${secret}` },
      { refreshToken: "v1." },
      { refreshToken, orgResourceId: "2222bbbb-22bb-22bb-22bb-222222bbbbbb" },
    ];
    for (const body of wrong) {
      const { status, json } = await post(body);
      expect([status, json.errors[0].detail]).toEqual([401, "The session has ended. Sign in again."]);
    }
    expect((await post({ refreshToken })).status).toBe(200);
  });

  it("ends by signing out, with an access token that has expired too", async () => {
    for (const waitMs of [0, 13 * hourMs]) {
      const { token, refreshToken, authorization } = await signInClient(api, adminEmail);
      api.advance(waitMs);
      const ended = await openBrowser(api).send("DELETE", "/api/sessions", { idToken: token });
      expect([ended.status, ended.text]).toEqual([200, "{}"]);
      expect((await get("/api/me", authorization)).status).toBe(401);
      expect((await post({ refreshToken })).status).toBe(401);
    }
    const none = await openBrowser(api).send("DELETE", "/api/sessions", { id_token: "x.y.z" });
    expect([none.status, none.text]).toEqual([200, "{}"]);
    expect((await events("session.end")).length).toBe(2);
  });

  it("ends at once for a user who is disabled", async () => {
    await addUser(api, "u-leaver", { role: "OrganizationAdmin" });
    const { authorization, refreshToken } = await signInClient(api, "u-leaver@example.com");
    expect((await get("/api/me", authorization)).status).toBe(200);
    const at = api.services.now().toISOString();
    const change = { disabledAt: at };
    await api.services.store.write([{ do: "update_principal", id: "u-leaver", change, updatedAt: at }]);
    api.services.access.clear();
    expect((await get("/api/me", authorization)).status).toBe(401);
    expect((await post({ refreshToken })).status).toBe(401);
    expect((await post({ email: "u-leaver@example.com", password })).status).toBe(401);
  });

  it("is refused a token that was changed, or made elsewhere", async () => {
    const { token } = await signInClient(api, adminEmail);
    const [header, claims = "", signature] = token.split(".");
    const other = { ...JSON.parse(Buffer.from(claims, "base64url").toString()), sub: "sa-nobody" };
    const changed = Buffer.from(JSON.stringify(other)).toString("base64url");
    for (const text of [`${header}.${changed}.${signature}`, `${header}.${claims}.`, `${header}.${claims}`]) {
      expect((await get("/api/me", `Bearer ${text}`)).status).toBe(401);
    }
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url");
    expect((await get("/api/me", `Bearer ${none}.${claims}.${signature}`)).status).toBe(401);
  });

  it("lists users and service accounts without pages, to those who manage access", async () => {
    const ids = async (path: string, authorization: string) =>
      (await get(path, authorization)).json.users.map(
        ({ resource_id }: { resource_id: string }) => resource_id,
      );
    expect(await ids("/api/users", basicOf("organizationAdmin"))).toContain("u-developer");
    expect(await ids("/api/users", basicOf("environmentAdmin"))).toContain("u-developer");
    expect(await ids("/api/service_accounts", basicOf("environmentAdmin"))).toContain("sa-assigner");
    const developer = (await signInClient(api, "u-developer@example.com")).authorization;
    expect(await ids("/api/users", developer)).toEqual(["u-developer"]);
    expect(await ids("/api/service_accounts", developer)).toEqual([]);
    expect(await ids("/api/service_accounts", basicOf("flinkAdmin"))).toEqual(["sa-flinkadmin"]);
  });

  it("may report usage, which is kept nowhere, and ask for a trial with a body, which is 404", async () => {
    const report = await openBrowser(api).send("POST", "/api/cli/v1/usages", {
      command: "login",
      flags: ["url"],
    });
    expect([report.status, report.text]).toEqual([200, "{}"]);
    const trial = await api.app.inject({
      method: "GET",
      url: "/api/growth/v1/free-trial-info",
      headers: { "content-type": "application/json" },
      payload: '{"orgId":1}',
    });
    expect([trial.statusCode, trial.headers["content-type"]]).toEqual([
      404,
      "application/json; charset=utf-8",
    ]);
  });
});
