import { afterEach, beforeEach, describe, expect, it } from "vitest";
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
  keymoorV1,
  openApi,
  openaiBody,
  organizationId,
  principals,
  publicUrl,
  sqlV1,
} from "../../../test/fixtures/services.ts";

const admin = principals.organizationAdmin;
const dayMs = 24 * 3_600_000;

let api: ApiFixture;
beforeEach(async () => {
  api = await openApi();
});
afterEach(() => api.close());

const as = (authorization: string) => ({
  send: (method: string, path: string, body?: unknown) => api.send(method, path, body, { authorization }),
});
const codeOf = ({ status, json }: { status: number; json: { errors: readonly { code: string }[] } }) => [
  status,
  json.errors[0]?.code,
];

describe("users", () => {
  it("are listed page by page and read one by one, in the shape that official clients know", async () => {
    await addUser(api, "u-developer", { role: "FlinkDeveloper", environmentId });
    const { status, json } = await api.send("GET", "/iam/v2/users?page_size=1");
    expect([status, json.kind, json.data.length]).toEqual([200, "UserList", 1]);
    const next = new URL(json.metadata.next);
    const second = await api.send("GET", next.pathname + next.search);
    expect(second.json.metadata.next).toBe("");
    expect([...json.data, ...second.json.data].map(({ id }) => id)).toEqual(["u-developer", admin]);
    const one = await api.send("GET", "/iam/v2/users/u-developer");
    expect(one.json).toEqual({
      api_version: "iam/v2",
      kind: "User",
      id: "u-developer",
      metadata: {
        self: `${publicUrl}/iam/v2/users/u-developer`,
        resource_name: `crn://confluent.cloud/organization=${organizationId}/user=u-developer`,
        created_at: expect.stringMatching(/:\d\dZ$/),
        updated_at: expect.stringMatching(/:\d\dZ$/),
      },
      email: "u-developer@example.com",
      full_name: "u-developer",
      auth_type: "AUTH_TYPE_LOCAL",
      state: "ACTIVE",
    });
  });

  it("are seen by those who name them in roles, and else only by themselves", async () => {
    await addUser(api, "u-developer", { role: "FlinkDeveloper", environmentId });
    const own = as((await signInClient(api, "u-developer@example.com")).authorization);
    const manager = as(basicOf("environmentAdmin"));
    expect((await manager.send("GET", `/iam/v2/users/${admin}`)).status).toBe(200);
    expect((await manager.send("GET", "/iam/v2/users")).json.data).toHaveLength(2);
    expect((await own.send("GET", "/iam/v2/users")).json.data).toHaveLength(1);
    expect((await own.send("GET", "/iam/v2/users/u-developer")).status).toBe(200);
    const [hidden, unknown] = [
      await own.send("GET", `/iam/v2/users/${admin}`),
      await own.send("GET", "/iam/v2/users/u-none"),
    ];
    expect(codeOf(hidden)).toEqual([404, "principal_not_found"]);
    expect(hidden.json.errors[0].detail).toBe(unknown.json.errors[0].detail);
    expect(codeOf(await api.send("GET", "/iam/v2/users/sa-nobody"))).toEqual([404, "principal_not_found"]);
  });

  it("rename themselves, and are renamed by an OrganizationAdmin", async () => {
    await addUser(api, "u-developer", { role: "FlinkDeveloper", environmentId });
    const own = as((await signInClient(api, "u-developer@example.com")).authorization);
    const mine = await own.send("PATCH", "/iam/v2/users/u-developer", { full_name: "Dev Eloper" });
    expect([mine.status, mine.json.full_name]).toEqual([200, "Dev Eloper"]);
    expect(codeOf(await own.send("PATCH", `/iam/v2/users/${admin}`, { full_name: "x" }))[0]).toBe(404);
    const manager = as(basicOf("environmentAdmin"));
    const refused = await manager.send("PATCH", "/iam/v2/users/u-developer", { full_name: "x" });
    expect(codeOf(refused)).toEqual([403, "user_unauthorized"]);
    expect((await api.send("PATCH", "/iam/v2/users/u-developer", { full_name: "D" })).status).toBe(200);
    expect(codeOf(await api.send("PATCH", "/iam/v2/users/u-developer", { name: "D" }))).toEqual([
      400,
      "unknown_field",
    ]);
  });

  it("stop at once when they are disabled: keys, sessions and use tokens; keys and tokens hold again later", async () => {
    await addUser(api, "u-second", { role: "OrganizationAdmin" });
    const session = await signInClient(api, "u-second@example.com");
    const browser = openBrowser(api);
    await browser.send("POST", "/keymoor/v1/session", { email: "u-second@example.com", password });
    await api.send("POST", `${sqlV1}/connections`, openaiBody("my-openai"));
    const use = await as(session.authorization).send("POST", `${keymoorV1}/use-tokens`, {
      name: "t",
      connections: ["my-openai"],
    });
    const tokens = [session.authorization, `Bearer ${use.json.token}`];
    // The administrator with the fixture's keys is the one who is disabled, by the session of another.
    const second = as(session.authorization);
    const keys = [basicOf("organizationAdmin"), basicOf("organizationAdmin", "flink")];
    const passes = async (authorization: string) =>
      (await as(authorization).send("GET", "/keymoor/v1/whoami")).status;
    for (const one of [...keys, ...tokens]) expect(await passes(one)).toBe(200);

    const off = await second.send("POST", `/keymoor/v1/users/${admin}/disable`);
    expect([off.status, off.json.state]).toEqual([200, "DISABLED"]);
    for (const key of keys) expect(await passes(key)).toBe(401);
    expect((await second.send("POST", `/keymoor/v1/users/${admin}/disable`)).status).toBe(200);
    const on = await second.send("POST", `/keymoor/v1/users/${admin}/enable`);
    expect([on.status, on.json.state]).toEqual([200, "NO_PASSWORD"]);
    for (const key of keys) expect(await passes(key)).toBe(200);

    await api.send("POST", "/keymoor/v1/users/u-second/disable");
    for (const token of tokens) expect(await passes(token)).toBe(401);
    expect((await browser.send("GET", "/keymoor/v1/session")).status).toBe(401);
    await api.send("POST", "/keymoor/v1/users/u-second/enable");
    expect(await passes(`Bearer ${use.json.token}`)).toBe(200);
    expect(await passes(session.authorization)).toBe(401);
    expect((await browser.send("GET", "/keymoor/v1/session")).status).toBe(401);
  });

  it("are not disabled or deleted by themselves, or by those who are no OrganizationAdmin", async () => {
    await addUser(api, "u-developer");
    for (const [method, path] of [
      ["POST", (id: string) => `/keymoor/v1/users/${id}/disable`],
      ["DELETE", (id: string) => `/iam/v2/users/${id}`],
    ] as const) {
      const own = await api.send(method, path(admin));
      expect([...codeOf(own), own.json.errors[0].detail]).toEqual([
        403,
        "user_unauthorized",
        expect.stringContaining("himself"),
      ]);
      const manager = as(basicOf("environmentAdmin"));
      expect(codeOf(await manager.send(method, path("u-developer")))).toEqual([403, "user_unauthorized"]);
      const flinkKey = as(basicOf("organizationAdmin", "flink"));
      expect(codeOf(await flinkKey.send(method, path("u-developer")))).toEqual([403, "user_unauthorized"]);
      expect(codeOf(await as(basicOf("nobody")).send(method, path("u-developer")))[0]).toBe(404);
    }
  });

  it("keep one administrator among them who can get in, also when two disable each other", async () => {
    await addUser(api, "u-one", { role: "OrganizationAdmin" });
    await addUser(api, "u-two", { role: "OrganizationAdmin" });
    await addUser(api, "u-lost", { role: "OrganizationAdmin", password: null });
    const one = as((await signInClient(api, "u-one@example.com")).authorization);
    const two = as((await signInClient(api, "u-two@example.com")).authorization);
    expect((await one.send("POST", `/keymoor/v1/users/${admin}/disable`)).status).toBe(200);
    const both = await Promise.all([
      one.send("POST", "/keymoor/v1/users/u-two/disable"),
      two.send("DELETE", "/iam/v2/users/u-one"),
    ]);
    expect(both.map(({ status }) => status < 300).sort()).toEqual([false, true]);
    const refused = both.find(({ status }) => status >= 300);
    expect([400, 401]).toContain(refused?.status);
  });

  it("count as administrators who can get in with a password or a Cloud key, and no other", async () => {
    const { write, read } = api.services.store;
    const at = api.services.now().toISOString();
    const require = { do: "require_administrator", role: "OrganizationAdmin" } as const;
    await addUser(api, "u-lost", { role: "OrganizationAdmin", password: null });
    await write([require]);
    const withoutKey = [{ do: "delete_api_key", id: `${admin}-cloud` } as const, require];
    await expect(write(withoutKey)).rejects.toMatchObject({ code: "last_administrator" });
    expect(await read.apiKey(`${admin}-cloud`)).toBeDefined();
    await addUser(api, "u-off", { role: "OrganizationAdmin" });
    await write([{ do: "update_principal", id: "u-off", change: { disabledAt: at }, updatedAt: at }]);
    await expect(write(withoutKey)).rejects.toMatchObject({ code: "last_administrator" });
    await addUser(api, "u-environment", { role: "OrganizationAdmin", environmentId });
    await expect(write(withoutKey)).rejects.toMatchObject({ code: "last_administrator" });
    await addUser(api, "u-password", { role: "OrganizationAdmin" });
    await write(withoutKey);
  });

  it("are gone with their keys and roles when they are deleted, and their address is free", async () => {
    await addUser(api, "u-leaver", { role: "OrganizationAdmin" });
    const { authorization } = await signInClient(api, "u-leaver@example.com");
    expect((await api.send("DELETE", "/iam/v2/users/u-leaver")).status).toBe(204);
    expect((await as(authorization).send("GET", "/api/me")).status).toBe(401);
    expect(await api.services.store.read.roleBindings("u-leaver")).toEqual([]);
    expect(codeOf(await api.send("DELETE", "/iam/v2/users/u-leaver"))).toEqual([404, "principal_not_found"]);
    const again = await api.send("POST", "/iam/v2/invitations", { email: "u-leaver@example.com" });
    expect(again.status).toBe(201);
  });
});

describe("an invitation", () => {
  const invite = (email: string) => api.send("POST", "/iam/v2/invitations", { email });
  const tokenOf = (link: string) => link.split("#")[1] ?? "";
  const accept = (link: string, body: object = {}) => {
    const browser = openBrowser(api);
    return browser
      .send("POST", "/keymoor/v1/invitations/accept", { token: tokenOf(link), password, ...body })
      .then((answer) => ({ ...answer, browser }));
  };

  it("is a link that is shown once and lets its user choose a password once", async () => {
    const { status, json } = await invite("New.Person@example.com");
    expect(status).toBe(201);
    expect(json.link).toMatch(/^http:\/\/keymoor\.test:8090\/invite#kml_i-[0-9a-f]{16}\.[\w-]{43}$/);
    expect(json).toMatchObject({
      api_version: "iam/v2",
      kind: "Invitation",
      id: expect.stringMatching(/^i-/),
      email: "New.Person@example.com",
      auth_type: "AUTH_TYPE_LOCAL",
      status: "INVITE_STATUS_SENT",
      user: { id: expect.stringMatching(/^u-[a-z0-9]{6}$/) },
      creator: { id: admin },
    });
    const read = await api.send("GET", `/iam/v2/invitations/${json.id}`);
    const { link, ...rest } = json;
    expect(read.json).toEqual(rest);
    expect((await api.send("GET", `/iam/v2/users/${json.user.id}`)).json.state).toBe("NO_PASSWORD");

    const accepted = await accept(link, { name: "New Person" });
    expect([accepted.status, accepted.json.user]).toEqual([
      201,
      { id: json.user.id, email: "New.Person@example.com", name: "New Person" },
    ]);
    expect((await accepted.browser.send("GET", "/keymoor/v1/session")).status).toBe(200);
    await signInClient(api, "new.person@EXAMPLE.com");
    expect(codeOf(await accept(link))).toEqual([400, "link_not_valid"]);
    const after = (await api.send("GET", "/iam/v2/invitations")).json.data;
    expect(after).toEqual([
      expect.objectContaining({ status: "INVITE_STATUS_ACCEPTED", accepted_at: expect.any(String) }),
    ]);
    expect((await api.send("GET", `/iam/v2/users/${json.user.id}`)).json).toMatchObject({
      state: "ACTIVE",
      full_name: "New Person",
    });
  });

  it("is used by one of two who follow it at once", async () => {
    const { json } = await invite("new@example.com");
    const both = await Promise.all([accept(json.link), accept(json.link, { password: "another password" })]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 400]);
  });

  it("is replaced by a newer one of the same address, and holds for seven days", async () => {
    const first = await invite("new@example.com");
    const second = await invite("NEW@example.com");
    expect(second.json.user.id).toBe(first.json.user.id);
    expect(codeOf(await accept(first.json.link))).toEqual([400, "link_not_valid"]);
    expect(codeOf(await api.send("GET", `/iam/v2/invitations/${first.json.id}`))[0]).toBe(404);
    api.advance(7 * dayMs);
    expect(codeOf(await accept(second.json.link))).toEqual([400, "link_not_valid"]);
    const expired = await api.send("GET", `/iam/v2/invitations/${second.json.id}`);
    expect(expired.json.status).toBe("INVITE_STATUS_EXPIRED");
  });

  it("ends when it is withdrawn, and when its user is disabled", async () => {
    const withdrawn = await invite("new@example.com");
    expect((await api.send("DELETE", `/iam/v2/invitations/${withdrawn.json.id}`)).status).toBe(204);
    expect(codeOf(await accept(withdrawn.json.link))).toEqual([400, "link_not_valid"]);
    expect(codeOf(await api.send("DELETE", `/iam/v2/invitations/${withdrawn.json.id}`))).toEqual([
      404,
      "invitation_not_found",
    ]);
    const { json } = await invite("new@example.com");
    await api.send("POST", `/keymoor/v1/users/${json.user.id}/disable`);
    expect(codeOf(await accept(json.link))).toEqual([400, "link_not_valid"]);
  });

  it("is refused for an address that somebody signs in with, in any case, and for what is none", async () => {
    await addUser(api, "u-taken");
    expect(codeOf(await invite("U-Taken@Example.com"))).toEqual([409, "resource_already_exists"]);
    for (const email of ["", "x", "a b@c", "a@b@c"]) expect((await invite(email)).status).toBe(400);
    const both = await Promise.all([invite("new@example.com"), invite("new@example.com")]);
    expect(both.some(({ status }) => status === 201)).toBe(true);
    const users = (await api.services.store.read.principals()).filter(
      ({ email }) => email === "new@example.com",
    );
    expect(users).toHaveLength(1);
  });

  it("is for OrganizationAdmins to make, see and withdraw, with a credential that is bound to no place", async () => {
    const { json } = await invite("new@example.com");
    for (const authorization of [basicOf("environmentAdmin"), basicOf("organizationAdmin", "flink")]) {
      const other = as(authorization);
      const answers = [
        await other.send("POST", "/iam/v2/invitations", { email: "x@example.com" }),
        await other.send("GET", "/iam/v2/invitations"),
        await other.send("GET", `/iam/v2/invitations/${json.id}`),
        await other.send("DELETE", `/iam/v2/invitations/${json.id}`),
      ];
      expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    }
  });

  it("keeps its link when the password is not accepted, and a password needs only length", async () => {
    const { json } = await invite("new@example.com");
    for (const bad of ["short", "New@example.com", "x".repeat(1025), "ä".repeat(11)]) {
      expect(codeOf(await accept(json.link, { password: bad }))).toEqual([400, "password_not_accepted"]);
    }
    expect((await accept(json.link, { password: "ä".repeat(12) })).status).toBe(201);
  });
});

describe("one's own password", () => {
  const next = "another horse battery";

  it("is changed by who knows it, and ends every other session", async () => {
    await setPassword(api, admin);
    const other = await signInClient(api, adminEmail);
    const browser = openBrowser(api);
    const { json } = await browser.send("POST", "/keymoor/v1/session", { email: adminEmail, password });
    const csrf = { "keymoor-csrf": json.csrf_token };
    const body = { current_password: password, new_password: next };
    expect((await browser.send("POST", "/keymoor/v1/password", body)).status).toBe(401);
    expect((await browser.send("POST", "/keymoor/v1/password", body, csrf)).status).toBe(204);
    expect((await browser.send("GET", "/keymoor/v1/session")).status).toBe(200);
    expect((await as(other.authorization).send("GET", "/api/me")).status).toBe(401);
    const refresh = { refreshToken: other.refreshToken };
    expect((await openBrowser(api).send("POST", "/api/sessions", refresh)).status).toBe(401);
    await signInClient(api, adminEmail, next);
    const old = await openBrowser(api).send("POST", "/api/sessions", { email: adminEmail, password });
    expect(old.status).toBe(401);
  });

  it("is not changed without the current one, to one that is not accepted, or by trying", async () => {
    await setPassword(api, admin);
    const change = (current_password: string, new_password: string) =>
      api.send("POST", "/keymoor/v1/password", { current_password, new_password });
    for (const bad of ["short", adminEmail]) {
      expect(codeOf(await change(password, bad))).toEqual([400, "password_not_accepted"]);
    }
    for (let count = 0; count < 10; count += 1) {
      const wrong = await change("wrong", next);
      expect([...codeOf(wrong), wrong.json.errors[0].source]).toEqual([
        400,
        "password_not_accepted",
        { pointer: "/current_password" },
      ]);
    }
    expect(codeOf(await change(password, next))).toEqual([429, "too_many_attempts"]);
    api.advance(60_000);
    expect((await change(password, next)).status).toBe(204);
  });

  it("is none of a service account's", async () => {
    const body = { current_password: password, new_password: next };
    expect(codeOf(await as(basicOf("nobody")).send("POST", "/keymoor/v1/password", body))).toEqual([
      404,
      "principal_not_found",
    ]);
  });
});
