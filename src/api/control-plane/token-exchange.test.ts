import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Issuer, makeSigningKey, startIssuer } from "../../../test/fixtures/issuer.ts";
import { type ApiFixture, openApi, principals, sqlV1 } from "../../../test/fixtures/services.ts";

const path = "/sts/v1/oauth2/token";
const types = "urn:ietf:params:oauth:token-type:";

describe("the exchange of a token", () => {
  let api: ApiFixture;
  let issuer: Issuer;
  let pool = "";
  beforeAll(async () => {
    api = await openApi();
    issuer = await startIssuer(await makeSigningKey("first"), api.services.now);
    const { json } = await api.send("POST", "/keymoor/v1/identity-pools", {
      name: "builds",
      issuer: issuer.url,
      audience: "keymoor",
      claims: { sub: "job" },
      service_account: principals.flinkDeveloper,
    });
    pool = json.id;
  });
  afterAll(async () => {
    issuer.close();
    await api.close();
  });

  const form = (subjectToken: string, more: Readonly<Record<string, string>> = {}) =>
    new URLSearchParams({
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token: subjectToken,
      subject_token_type: `${types}jwt`,
      requested_token_type: `${types}access_token`,
      identity_pool_id: pool,
      ...more,
    }).toString();
  const post = (text: string, headers: Readonly<Record<string, string>> = {}) =>
    api.send("POST", path, text, {
      authorization: "",
      "content-type": "application/x-www-form-urlencoded",
      ...headers,
    });
  const ask = (token: string) =>
    api.send("GET", "/keymoor/v1/whoami", undefined, { authorization: `Bearer ${token}` });

  it("gives an access token that acts as the service account of the pool", async () => {
    const { status, json, headers } = await post(form(await issuer.sign({})));
    expect([status, json]).toEqual([
      200,
      {
        access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
        issued_token_type: `${types}access_token`,
        token_type: "Bearer",
        expires_in: 3600,
      },
    ]);
    expect(headers["cache-control"]).toBe("no-store");
    const who = await ask(json.access_token);
    expect(who.json).toMatchObject({
      principal: { id: principals.flinkDeveloper },
      credential: { kind: "identity_pool", id: pool },
    });
    const connections = await api.send("GET", `${sqlV1}/connections`, undefined, {
      authorization: `Bearer ${json.access_token}`,
    });
    expect(connections.status).toBe(200);
    await api.services.store.flush();
    const events = await api.send("GET", "/keymoor/v1/audit-events?action=identity_token.exchange");
    expect(events.json.data[0]).toMatchObject({
      outcome: "done",
      principal: principals.flinkDeveloper,
      credential: pool,
      resource_name: pool,
    });
  });

  it("gives one that outlives the token it was given for, and an hour at most", async () => {
    const nowSeconds = Math.floor(api.services.now().getTime() / 1000);
    const short = await post(form(await issuer.sign({ exp: nowSeconds + 5 }), { expires_in: "120" }));
    expect(short.json.expires_in).toBe(120);
    const long = await post(form(await issuer.sign({}), { expires_in: "999999" }));
    expect(long.json.expires_in).toBe(3600);
    api.advance(60_000);
    expect((await ask(short.json.access_token)).status).toBe(200);
    api.advance(61_000);
    expect((await ask(short.json.access_token)).status).toBe(401);
    expect((await ask(long.json.access_token)).status).toBe(200);
    api.advance(3_600_000);
    expect((await ask(long.json.access_token)).status).toBe(401);
  });

  it("needs no pool to be named where only one fits, and ignores what it does not know", async () => {
    const text = form(await issuer.sign({}), {
      identity_pool_id: "",
      scope: "x",
      audience: "y",
      audiences: "z",
    });
    expect((await post(text)).status).toBe(200);
  });

  it("ends its tokens with a change of the pool, and with the pool", async () => {
    const token = async () => (await post(form(await issuer.sign({})))).json.access_token as string;
    const before = await token();
    api.advance(2000);
    const one = `/keymoor/v1/identity-pools/${pool}`;
    await api.send("PATCH", one, { claims: { sub: "job", aud2: "x" } });
    const ended = await ask(before);
    expect([ended.status, ended.json.errors[0].detail]).toEqual([
      401,
      expect.stringMatching(/was changed or is gone/),
    ]);
    await api.send("PATCH", one, { claims: { sub: "job" } });
    expect((await ask(await token())).status).toBe(200);
  });

  it("ends also those that were under way when the pool was changed", async () => {
    const { identityTokens } = api.services;
    const verify = identityTokens.verify.bind(identityTokens);
    const one = `/keymoor/v1/identity-pools/${pool}`;
    vi.spyOn(identityTokens, "verify").mockImplementationOnce(async (token, source) => {
      const verdict = await verify(token, source);
      api.advance(2000);
      expect((await api.send("PATCH", one, { claims: { sub: "somebody else" } })).status).toBe(200);
      api.advance(2000);
      return verdict;
    });
    const { status, json } = await post(form(await issuer.sign({})));
    expect(status).toBe(200);
    expect((await ask(json.access_token)).status).toBe(401);
    await api.send("PATCH", one, { claims: { sub: "job" } });
  });

  it.each<[string, Readonly<Record<string, string>>, string, string]>([
    [
      "another grant",
      { grant_type: "client_credentials" },
      "unsupported_grant_type",
      "The grant type is not",
    ],
    ["no grant", { grant_type: "" }, "invalid_request", 'Field "grant_type" is missing.'],
    ["no token", { subject_token: "" }, "invalid_request", 'Field "subject_token" is missing.'],
    [
      "a SAML assertion",
      { subject_token_type: `${types}saml2` },
      "invalid_request",
      'Field "subject_token_type" must be',
    ],
    [
      "the wish for a refresh token",
      { requested_token_type: `${types}refresh_token` },
      "invalid_request",
      'Field "requested_token_type" must be',
    ],
    [
      "a life of no number",
      { expires_in: "soon" },
      "invalid_request",
      'Field "expires_in" must be like 3600',
    ],
  ])("refuses %s in the words of OAuth and in its own", async (_, more, error, sentence) => {
    const { status, json } = await post(form(await issuer.sign({}), more));
    expect([status, json.error]).toEqual([400, error]);
    expect(json.errors[0]).toMatchObject({ status: "400", detail: expect.stringContaining(sentence) });
    expect(json.error_description).toBe(json.errors[0].detail.replaceAll(/["\\]/g, "'"));
  });

  it("refuses a body that is no form, and a parameter that comes twice", async () => {
    const token = await issuer.sign({});
    const json = await post(JSON.stringify({ subject_token: token }), { "content-type": "application/json" });
    expect([json.status, json.json.errors[0].code]).toEqual([400, "unsupported_media_type"]);
    const twice = await post(`${form(token)}&subject_token=${token}`);
    expect([twice.status, twice.json.errors[0].detail]).toEqual([
      400,
      'The parameter "subject_token" is given twice.',
    ]);
    expect((await post("")).json.error).toBe("invalid_request");
    expect((await api.send("GET", path)).headers.allow).toBe("POST");
  });

  it("refuses a token that does not fit with 401, and its own tokens too", async () => {
    const own = (await post(form(await issuer.sign({})))).json.access_token;
    for (const [token, sentence] of [
      [await issuer.sign({ sub: "x" }), 'The claim "sub" of the token is not that of the identity pool.'],
      [await issuer.sign({ exp: 1 }), "The token has expired."],
      [own, "The subject token is no signed token of an external issuer."],
      ["garbage", "The subject token is no signed token of an external issuer."],
    ] as const) {
      const { status, json, text } = await post(form(token));
      expect([status, json.error, json.errors[0].detail]).toEqual([401, "invalid_request", sentence]);
      expect(text).not.toContain(token);
    }
  });

  it("brakes one address after ten failures a minute with one pool, but never a token that fits", async () => {
    api.advance(60_000);
    const wrong = async () => (await post(form(await issuer.sign({ sub: "x" })))).status;
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 11; attempt += 1) statuses.push(await wrong());
    expect(statuses).toEqual([...Array(10).fill(401), 429]);
    expect((await post(form(await issuer.sign({})))).status).toBe(200);
  });
});
