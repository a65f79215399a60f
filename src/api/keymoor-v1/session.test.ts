import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  addUser,
  adminEmail,
  openBrowser,
  password,
  setPassword,
  signInClient,
} from "../../../test/fixtures/people.ts";
import { type ApiFixture, openApi, principals, sqlV1 } from "../../../test/fixtures/services.ts";
import { makeLink } from "../../operations/one-time-link.ts";

const hourMs = 3_600_000;
const path = "/keymoor/v1/session";

describe("the session of a browser", () => {
  let api: ApiFixture;
  beforeAll(async () => {
    api = await openApi();
    await setPassword(api, principals.organizationAdmin);
  });
  afterAll(() => api.close());

  async function signedIn() {
    const browser = openBrowser(api);
    const { status, json } = await browser.send("POST", path, { email: adminEmail, password });
    expect(status).toBe(201);
    return { ...browser, csrf: { "keymoor-csrf": json.csrf_token as string } };
  }

  it("begins with address and password, and is kept in a cookie that no script reads", async () => {
    const browser = openBrowser(api);
    const { status, headers, json, text } = await browser.send("POST", path, { email: adminEmail, password });
    expect(status).toBe(201);
    expect(headers["set-cookie"]).toMatch(
      /^keymoor_session_8090=ses-[0-9a-f]{16}\.[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=604800$/,
    );
    expect(json.user).toEqual({
      id: principals.organizationAdmin,
      email: adminEmail,
      name: principals.organizationAdmin,
    });
    expect(Date.parse(json.idle_expires_at) - api.services.now().getTime()).toBe(8 * hourMs);
    expect(text).not.toContain(browser.cookie().split("=")[1] ?? "");
    const again = await browser.send("GET", path);
    expect([again.status, again.json]).toEqual([200, json]);
  });

  it("has a cookie for https alone where the server is reached by https", async () => {
    const secure = await openApi({ settings: { publicUrl: "https://keymoor.test" } });
    await setPassword(secure, principals.organizationAdmin);
    const browser = openBrowser(secure);
    const { headers } = await browser.send("POST", path, { email: adminEmail, password });
    expect(headers["set-cookie"]).toMatch(/^__Host-keymoor_session=ses-.*; SameSite=Strict; .*; Secure$/);
    expect((await browser.send("GET", path)).status).toBe(200);
    await secure.close();
  });

  it("works on every path; what changes something needs the token of its page", async () => {
    const { send, csrf } = await signedIn();
    expect((await send("GET", "/org/v2/environments")).status).toBe(200);
    expect((await send("GET", `${sqlV1}/connections`)).status).toBe(200);
    const body = { name: "s1", spec: { statement: "SHOW CONNECTIONS" } };
    const bare = await send("POST", `${sqlV1}/statements`, body);
    expect([bare.status, bare.json.errors[0].detail]).toEqual([401, expect.stringContaining("Keymoor-Csrf")]);
    const other = await send("POST", `${sqlV1}/statements`, body, { "keymoor-csrf": "x".repeat(43) });
    expect(other.status).toBe(401);
    expect((await send("POST", `${sqlV1}/statements`, body, csrf)).status).toBe(201);
    const foreign = await signedIn();
    expect((await foreign.send("DELETE", path, undefined, csrf)).status).toBe(401);
  });

  it("does not begin with a password that was changed, or whose user was disabled, while it was verified", async () => {
    const { passwords } = api.services;
    const verify = passwords.verify.bind(passwords);
    const meanwhile: Readonly<Record<string, () => Promise<unknown>>> = {
      "u-changed": () => setPassword(api, "u-changed", "another horse battery"),
      "u-disabled": () => api.send("POST", "/keymoor/v1/users/u-disabled/disable"),
      "u-deleted": () => api.send("DELETE", "/iam/v2/users/u-deleted"),
    };
    for (const [id, act] of Object.entries(meanwhile)) {
      await addUser(api, id);
      vi.spyOn(passwords, "verify").mockImplementationOnce(async (...shown) => {
        const isRight = await verify(...shown);
        await act();
        return isRight;
      });
      const browser = openBrowser(api);
      const late = await browser.send("POST", path, { email: `${id}@example.com`, password });
      expect([id, late.status, late.json.errors[0].code]).toEqual([id, 401, "user_unauthenticated"]);
      expect(await api.services.store.read.sessions(id)).toEqual([]);
    }
  });

  it("takes JSON only, so that no form of another site can send it", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) {
      const payload = JSON.stringify({ email: adminEmail, password });
      const headers = { "content-type": type };
      const answer = await api.app.inject({ method: "POST", url: path, headers, payload });
      expect([type, answer.statusCode, answer.headers["set-cookie"]]).toEqual([type, 400, undefined]);
    }
  });

  it("ends after eight hours without a request, and after seven days in any case", async () => {
    const idle = await signedIn();
    api.advance(8 * hourMs);
    expect((await idle.send("GET", path)).status).toBe(401);

    const busy = await signedIn();
    for (let hours = 0; hours < 7 * 24 - 7; hours += 7) {
      expect([hours, (await busy.send("GET", path)).status]).toEqual([hours, 200]);
      await api.services.store.flush();
      api.advance(7 * hourMs);
    }
    const { json } = await busy.send("GET", path);
    expect(json.idle_expires_at).toBe(json.expires_at);
    api.advance(7 * hourMs);
    expect((await busy.send("GET", path)).status).toBe(401);
  });

  it("ends by signing out here, or everywhere at once", async () => {
    const [one, other, third] = [await signedIn(), await signedIn(), await signedIn()];
    const client = await signInClient(api, adminEmail);
    const stolen = one.cookie();
    const out = await one.send("DELETE", path, undefined, one.csrf);
    expect([out.status, out.headers["set-cookie"]]).toEqual([204, expect.stringContaining("Max-Age=0")]);
    expect((await openBrowser(api).send("GET", path, undefined, { cookie: stolen })).status).toBe(401);
    expect((await other.send("GET", path)).status).toBe(200);
    expect((await third.send("DELETE", `${path}?everywhere=true`, undefined, third.csrf)).status).toBe(204);
    expect((await other.send("GET", path)).status).toBe(401);
    const { authorization } = client;
    expect((await api.send("GET", "/api/me", undefined, { authorization })).status).toBe(401);
  });

  it("is none of a client's: a refresh token is no cookie, an access token has no page", async () => {
    const { refreshToken, authorization } = await signInClient(api, adminEmail);
    const cookie = `keymoor_session_8090=${refreshToken.replace("v1.", "")}`;
    expect((await openBrowser(api).send("GET", path, undefined, { cookie })).status).toBe(401);
    const { status, json } = await api.send("GET", path, undefined, { authorization });
    expect([status, json.errors[0].code]).toEqual([403, "user_unauthorized"]);
    const { send, cookie: held } = await signedIn();
    await send("GET", path);
    const refresh = `v1.${held().split("=")[1]}`;
    expect((await openBrowser(api).send("POST", "/api/sessions", { refreshToken: refresh })).status).toBe(
      401,
    );
  });

  it("begins once by a link that lets in once, while it holds", async () => {
    const link = async () => {
      const made = makeLink(api.services, "sign_in", principals.organizationAdmin, "keymoor:server");
      await api.services.store.write([{ do: "insert_one_time_link", record: made.record }]);
      const [page, token = ""] = made.link.reveal().split("#");
      expect(page).toBe("http://keymoor.test:8090/sign-in");
      return token;
    };
    const follow = (token: string) => openBrowser(api).send("POST", `${path}/link`, { token });
    const token = await link();
    const tried = await Promise.all([follow(token), follow(token)]);
    expect(tried.map(({ status }) => status).sort()).toEqual([201, 400]);
    const used = await follow(token);
    expect([used.status, used.json.errors[0].code]).toEqual([400, "link_not_valid"]);
    const [replaced, current] = [await link(), await link()];
    expect((await follow(replaced)).status).toBe(400);
    expect((await follow(`${current.slice(0, -1)}_`)).status).toBe(400);
    api.advance(24 * hourMs);
    expect((await follow(current)).status).toBe(400);
    for (const odd of ["kml_", "x", "kml_i-0000000000000000.x"]) expect((await follow(odd)).status).toBe(400);
  });
});
