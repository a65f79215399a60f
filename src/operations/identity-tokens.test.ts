import { createHmac } from "node:crypto";
import { SignJWT } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type Issuer, makeSigningKey, type SigningKey, startIssuer } from "../../test/fixtures/issuer.ts";
import { type ApiFixture, addIdentityPool, openApi, principals } from "../../test/fixtures/services.ts";
import type { IdentityPoolRecord } from "../storage/records.ts";

const minuteMs = 60_000;

describe("a token of an external issuer", () => {
  let api: ApiFixture;
  let key: SigningKey;
  let otherKey: SigningKey;
  const issuers: Issuer[] = [];
  let made = 0;

  beforeAll(async () => {
    api = await openApi();
    [key, otherKey] = await Promise.all([makeSigningKey("first"), makeSigningKey("second")]);
  });
  afterEach(() => {
    for (const issuer of issuers.splice(0)) issuer.close();
  });
  afterAll(() => api.close());

  async function start(): Promise<Issuer> {
    const issuer = await startIssuer(key, api.services.now);
    issuers.push(issuer);
    return issuer;
  }

  /** A pool of the issuer for the subject `job`, unless a test says otherwise. */
  async function addPool({ url }: Issuer, facts: Partial<IdentityPoolRecord> = {}): Promise<string> {
    made += 1;
    const id = `pool-${made}`;
    await addIdentityPool(api.services, { id, issuer: url, ...facts });
    return id;
  }

  const ask = (token: string, headers: Readonly<Record<string, string>> = {}) =>
    api.send("GET", "/keymoor/v1/whoami", undefined, { authorization: `Bearer ${token}`, ...headers });

  async function refusalOf(token: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
    const { status, json, text } = await ask(token, headers);
    expect([status, json.errors[0].code]).toEqual([401, "user_unauthenticated"]);
    expect(text).not.toContain(token.slice(0, 20));
    return json.errors[0].detail;
  }

  async function expectTaken(token: string, headers: Readonly<Record<string, string>> = {}) {
    const { status, text, json } = await ask(token, headers);
    expect([status, text]).toEqual([200, expect.any(String)]);
    return json;
  }

  it("acts as the service account of its identity pool", async () => {
    const issuer = await start();
    const pool = await addPool(issuer);
    const { principal, credential } = await expectTaken(await issuer.sign({}));
    expect(principal).toMatchObject({ id: principals.flinkDeveloper, kind: "service_account" });
    expect(credential).toMatchObject({ kind: "identity_pool", id: pool, environment_id: null });
    expect(issuer.asked).toEqual(["/.well-known/openid-configuration", "/keys"]);
  });

  it("may be meant for several audiences", async () => {
    const issuer = await start();
    await addPool(issuer);
    await expectTaken(await issuer.sign({ aud: ["another", "keymoor"] }));
  });

  it("is verified with the keys at `jwks_uri` where the pool names one, whatever the issuer's form", async () => {
    const issuer = await start();
    await addPool(issuer, { issuer: "kubernetes/serviceaccount", jwksUri: `${issuer.url}/keys` });
    await expectTaken(await issuer.sign({ iss: "kubernetes/serviceaccount" }));
    expect(issuer.asked).toEqual(["/keys"]);
  });

  it.each(["RS256", "PS384", "ES512", "EdDSA"])("may be signed with %s", async (alg) => {
    const issuer = await start();
    await addPool(issuer);
    const other = await makeSigningKey("other", alg);
    issuer.keys = [key.jwk, other.jwk];
    await expectTaken(await issuer.sign({}, other));
  });

  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    ["expired", { exp: 1 }, "The token has expired."],
    ["without an end", { exp: undefined }, 'The claim "exp" of the token is missing or not valid.'],
    ["not valid yet", { nbf: 9_999_999_999 }, "The token is not valid yet."],
    [
      "of another audience",
      { aud: "keymoor2" },
      "The audience of the token is not that of the identity pool.",
    ],
    [
      "of other audiences",
      { aud: ["a", "b"] },
      "The audience of the token is not that of the identity pool.",
    ],
    [
      "without an audience",
      { aud: undefined },
      "The audience of the token is not that of the identity pool.",
    ],
    [
      "of another subject",
      { sub: "somebody" },
      'The claim "sub" of the token is not that of the identity pool.',
    ],
    [
      "without a subject",
      { sub: undefined },
      'The claim "sub" of the token is not that of the identity pool.',
    ],
    [
      "of an unknown issuer",
      { iss: "https://unknown.example" },
      "No identity pool takes tokens of this issuer.",
    ],
  ])("that is %s is refused with the reason", async (_, claims, reason) => {
    const issuer = await start();
    await addPool(issuer);
    expect(await refusalOf(await issuer.sign(claims))).toBe(reason);
  });

  it("passes within half a minute of difference between two clocks", async () => {
    const issuer = await start();
    await addPool(issuer);
    const nowSeconds = Math.floor(api.services.now().getTime() / 1000);
    await expectTaken(await issuer.sign({ exp: nowSeconds - 20 }));
    await expectTaken(await issuer.sign({ nbf: nowSeconds + 20 }));
    expect(await refusalOf(await issuer.sign({ exp: nowSeconds - 40 }))).toBe("The token has expired.");
  });

  it("is refused when somebody else signed it, changed it, or did not sign it", async () => {
    const issuer = await start();
    await addPool(issuer);
    const forged = await issuer.sign({}, { ...otherKey, kid: key.kid });
    expect(await refusalOf(forged)).toBe("The signature of the token is wrong.");

    const [head = "", , signature = ""] = (await issuer.sign({ sub: "somebody" })).split(".");
    const [, body = ""] = (await issuer.sign({})).split(".");
    expect(await refusalOf(`${head}.${body}.${signature}`)).toBe("The signature of the token is wrong.");

    const none = Buffer.from('{"alg":"none"}').toString("base64url");
    expect(await refusalOf(`${none}.${body}.${signature}`)).toMatch(
      /^The token is not signed with one of RS256/,
    );
    expect(await refusalOf(`${none}.${body}.`)).toMatch(/no signed token of an issuer/);
    expect(await refusalOf(`${head}.${body}`)).toMatch(/no signed token of an issuer/);
  });

  it("is refused when it is signed with a shared key, the issuer's public one among them", async () => {
    const issuer = await start();
    await addPool(issuer);
    const rsa = await makeSigningKey("rsa", "RS256");
    issuer.keys = [
      rsa.jwk,
      { kty: "oct", kid: "shared", alg: "HS256", k: Buffer.alloc(32).toString("base64url") },
    ];
    const body = (await issuer.sign({})).split(".")[1];
    for (const [kid, secret] of [
      ["rsa", JSON.stringify(rsa.jwk)],
      ["rsa", String(rsa.jwk.n)],
      ["shared", Buffer.alloc(32)],
    ] as const) {
      const head = Buffer.from(JSON.stringify({ alg: "HS256", kid })).toString("base64url");
      const mac = createHmac("sha256", secret).update(`${head}.${body}`).digest("base64url");
      expect(await refusalOf(`${head}.${body}.${mac}`)).toMatch(/^The token is not signed with one of RS256/);
    }
  });

  it("is refused when its key is too weak, or no key at all", async () => {
    const issuer = await start();
    await addPool(issuer);
    const broken = { ...otherKey.jwk, x: "AAAA" };
    issuer.keys = [broken, { kty: "RSA", kid: "second", n: "AQAB", e: "AQAB" }, null, 1, "x", []] as never;
    expect(await refusalOf(await issuer.sign({}, otherKey))).toBe(
      "The token is signed with a key that its issuer does not publish.",
    );
  });

  it("that names no key is tried with each that its issuer publishes", async () => {
    const issuer = await start();
    await addPool(issuer);
    issuer.keys = [key.jwk, otherKey.jwk];
    const seconds = Math.floor(api.services.now().getTime() / 1000);
    const sign = (by: SigningKey) =>
      new SignJWT({ iss: issuer.url, aud: "keymoor", sub: "job", exp: seconds + 60 })
        .setProtectedHeader({ alg: "ES256" })
        .sign(by.privateKey);
    await expectTaken(await sign(otherKey));
    const stranger = await makeSigningKey("stranger");
    expect(await refusalOf(await sign(stranger))).toBe("The signature of the token is wrong.");
  });

  it("needs the service account to be there and not disabled, from one request to the next", async () => {
    const issuer = await start();
    await addPool(issuer, { serviceAccountId: principals.nobody });
    const token = await issuer.sign({});
    await expectTaken(token);
    const change = async (disabledAt: string | null) => {
      const updatedAt = api.services.now().toISOString();
      await api.services.store.write([
        { do: "update_principal", id: principals.nobody, change: { disabledAt }, updatedAt },
      ]);
      api.services.access.clear();
    };
    await change(api.services.now().toISOString());
    expect(await refusalOf(token)).toBe("The service account of the identity pool is disabled or gone.");
    await change(null);
    await expectTaken(token);
  });

  it("that fits several identity pools has to name one", async () => {
    const issuer = await start();
    const [one, other] = [
      await addPool(issuer),
      await addPool(issuer, { serviceAccountId: principals.flinkAdmin }),
    ];
    const strict = await addPool(issuer, { claims: { ref: "main", sub: "job" } });
    const elsewhere = await addPool(issuer, { audience: "z" });
    const token = await issuer.sign({ ref: "branch" });
    expect(await refusalOf(token)).toBe(
      "Several identity pools fit the token. Name one with the header Confluent-Identity-Pool-Id.",
    );
    const named = (pool: string) => ({ "confluent-identity-pool-id": pool });
    expect((await expectTaken(token, named(one))).credential.id).toBe(one);
    expect((await expectTaken(token, named(other))).principal.id).toBe(principals.flinkAdmin);
    expect(await refusalOf(token, named(strict))).toBe(
      'The claim "ref" of the token is not that of the identity pool.',
    );
    expect(await refusalOf(await issuer.sign({ sub: "x", aud: "z" }))).toMatch(
      /^No identity pool of this issuer fits/,
    );
    const missing = "The identity pool does not exist, or does not take tokens of this issuer.";
    expect((await expectTaken(await issuer.sign({ aud: "z" }))).credential.id).toBe(elsewhere);
    expect(await refusalOf(token, named("pool-none"))).toBe(missing);
    const foreign = await addPool(await start());
    expect(await refusalOf(token, named(foreign))).toBe(missing);
  });

  it("of one issuer is worth nothing at another, which has a key of the same name", async () => {
    const [mine, evil] = [await start(), await start()];
    await addPool(mine);
    evil.keys = [{ ...otherKey.jwk, kid: key.kid }];
    await addPool(evil);
    const token = await evil.sign({ iss: mine.url }, { ...otherKey, kid: key.kid });
    expect(await refusalOf(token)).toBe("The signature of the token is wrong.");
  });

  it("is seen in the audit trail under its identity pool, and is not in it", async () => {
    const issuer = await start();
    const pool = await addPool(issuer);
    await ask(await issuer.sign({ sub: "canary-subject" }));
    await api.services.store.flush();
    const { json, text } = await api.send(
      "GET",
      "/keymoor/v1/audit-events?action=authenticate&page_size=100",
    );
    expect(json.data).toContainEqual(
      expect.objectContaining({ outcome: "refused", principal: principals.flinkDeveloper, credential: pool }),
    );
    expect(text).not.toContain("canary-subject");
  });

  it("is verified once a minute at most, but its pool is looked up each time", async () => {
    const issuer = await start();
    const pool = await addPool(issuer);
    const token = await issuer.sign({});
    await expectTaken(token);
    const verified = vi.spyOn(crypto.subtle, "verify");
    try {
      await expectTaken(token);
      expect(verified).not.toHaveBeenCalled();
      api.advance(minuteMs + 1);
      await expectTaken(token);
      expect(verified).toHaveBeenCalledOnce();
    } finally {
      verified.mockRestore();
    }
    await api.services.store.write([{ do: "delete_identity_pool", id: pool }]);
    api.services.access.clear();
    expect(await refusalOf(token)).toBe("No identity pool takes tokens of this issuer.");
  });

  it("ends with its time, also when it was verified before", async () => {
    const issuer = await start();
    await addPool(issuer);
    const token = await issuer.sign({ exp: Math.floor(api.services.now().getTime() / 1000) + 5 });
    await expectTaken(token);
    api.advance(36_000);
    expect(await refusalOf(token)).toBe("The token has expired.");
  });

  describe("and the keys of its issuer", () => {
    const down: Issuer["answer"] = (_, response) => void response.writeHead(503).end();
    const unfetched = "The keys of the token's issuer cannot be fetched just now.";

    it("are kept for ten minutes", async () => {
      const issuer = await start();
      await addPool(issuer);
      for (const _ of [1, 2, 3]) {
        await expectTaken(await issuer.sign({}));
        api.advance(3 * minuteMs);
      }
      expect(issuer.asked).toHaveLength(2);
      api.advance(2 * minuteMs);
      await expectTaken(await issuer.sign({}));
      expect(issuer.asked).toHaveLength(4);
    });

    it("are asked for by one request, however many tokens come at once", async () => {
      const issuer = await start();
      await addPool(issuer);
      const tokens = await Promise.all(
        Array.from({ length: 8 }, (_, jti) => issuer.sign({ jti: String(jti) })),
      );
      await Promise.all(tokens.map((token) => expectTaken(token)));
      expect(issuer.asked).toHaveLength(2);
    });

    it("are asked for anew when a token names another one, but once a minute at most", async () => {
      const issuer = await start();
      await addPool(issuer);
      await expectTaken(await issuer.sign({}));
      issuer.keys = [key.jwk, otherKey.jwk];
      const rotated = await issuer.sign({}, otherKey);
      const unpublished = "The token is signed with a key that its issuer does not publish.";
      expect(await refusalOf(rotated)).toBe(unpublished);
      expect(issuer.asked).toHaveLength(2);
      api.advance(minuteMs);
      await expectTaken(rotated);
      expect(issuer.asked).toHaveLength(4);
      for (const kid of ["a", "b", "c"])
        expect(await refusalOf(await issuer.sign({}, { ...otherKey, kid }))).toBe(unpublished);
      expect(issuer.asked).toHaveLength(4);
    });

    it("no longer hold when they are gone there", async () => {
      const issuer = await start();
      await addPool(issuer);
      await expectTaken(await issuer.sign({}));
      issuer.keys = [otherKey.jwk];
      api.advance(10 * minuteMs);
      expect(await refusalOf(await issuer.sign({}))).toMatch(/does not publish/);
    });

    it("are used on for an hour while the issuer is away, which is asked every ten seconds then", async () => {
      const issuer = await start();
      await addPool(issuer);
      await expectTaken(await issuer.sign({}));
      issuer.answer = down;
      api.advance(11 * minuteMs);
      for (const _ of [1, 2, 3]) await expectTaken(await issuer.sign({}));
      expect(issuer.asked).toHaveLength(3);
      api.advance(10_000);
      await expectTaken(await issuer.sign({}));
      expect(issuer.asked).toHaveLength(4);
      api.advance(49 * minuteMs);
      expect(await refusalOf(await issuer.sign({}))).toBe(unfetched);
      issuer.answer = undefined;
      api.advance(10_000);
      await expectTaken(await issuer.sign({}));
    });

    it.each<[string, NonNullable<Issuer["answer"]>, RegExp]>([
      ["a failure", (_, response) => void response.writeHead(500).end(), /status 500/],
      [
        "a redirect",
        (_, response) => void response.writeHead(302, { location: "/keys" }).end(),
        /discovery document of the issuer was answered with status 302/,
      ],
      ["no JSON", (_, response) => void response.end("<html>"), /no JSON object/],
      ["a list", (_, response) => void response.end("[]"), /no JSON object/],
      [
        "a huge document",
        (_, response) => void response.end(`"${"x".repeat(300_000)}"`),
        /larger than 256 KiB/,
      ],
      [
        "another issuer's document",
        (_, response) =>
          void response.end('{"issuer":"https://other.example","jwks_uri":"https://other.example/keys"}'),
        /names another issuer/,
      ],
      ["a broken connection", (request) => void request.socket.destroy(), /Connection closed/],
    ])("cannot be %s", async (_, answer, problem) => {
      const issuer = await start();
      const pool = await addPool(issuer);
      issuer.answer = answer;
      expect(await refusalOf(await issuer.sign({}))).toBe(unfetched);
      const { json } = await api.send("GET", `/keymoor/v1/identity-pools/${pool}`);
      expect(json.keys).toEqual({ fetched_at: null, problem: expect.stringMatching(problem) });
    });

    it.each([
      ["are somewhere on plain http", { jwks_uri: "http://keys.example/keys" }],
      ["have an address with a password", { jwks_uri: "https://me:secret@keys.example/keys" }],
      ["have no address", {}],
    ])("are not fetched when they %s", async (_, more) => {
      const issuer = await start();
      await addPool(issuer);
      issuer.answer = (_request, response) =>
        void response.end(JSON.stringify({ issuer: issuer.url, ...more }));
      expect(await refusalOf(await issuer.sign({}))).toBe(unfetched);
      expect(issuer.asked).toEqual(["/.well-known/openid-configuration"]);
    });

    it("have to be a list of at most a hundred", async () => {
      for (const [keys, problem] of [
        [{ first: key.jwk }, /has no list of keys/],
        [Array.from({ length: 101 }, () => key.jwk), /more than 100 keys/],
      ] as const) {
        const issuer = await start();
        const pool = await addPool(issuer);
        issuer.keys = keys as never;
        expect(await refusalOf(await issuer.sign({}))).toBe(unfetched);
        const { json } = await api.send("GET", `/keymoor/v1/identity-pools/${pool}`);
        expect(json.keys.problem).toMatch(problem);
      }
    });
  });
});
