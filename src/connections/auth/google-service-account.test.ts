import { generateKeyPairSync } from "node:crypto";
import { jwtVerify } from "jose";
import { expect, test } from "vitest";
import { KeymoorError } from "../../errors.ts";
import type { TokenRequest } from "../define.ts";
import { googleServiceAccount } from "./google-service-account.ts";

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const now = new Date("2026-11-20T11:00:00Z");
const file = {
  type: "service_account",
  client_email: "app@project.iam.gserviceaccount.com",
  private_key_id: "key-1",
  private_key: pem,
  token_uri: "https://oauth2.googleapis.com/token",
};

test("a signed assertion is exchanged for a token, which is sent as a bearer token", async () => {
  const { authorization, posted } = await apply(JSON.stringify(file));
  expect(authorization).toBe("Bearer fresh");
  expect(posted?.url).toBe(file.token_uri);
  expect(posted?.form.grant_type).toBe("urn:ietf:params:oauth:grant-type:jwt-bearer");
  const { payload, protectedHeader } = await jwtVerify(posted?.form.assertion ?? "", publicKey, {
    currentDate: now,
  });
  expect(protectedHeader).toEqual({ alg: "RS256", typ: "JWT", kid: "key-1" });
  expect(payload).toEqual({
    iss: file.client_email,
    scope: "https://www.googleapis.com/auth/cloud-platform",
    aud: file.token_uri,
    iat: now.getTime() / 1000,
    exp: now.getTime() / 1000 + 3600,
  });
});

test("without a token_uri the token is asked of Google", async () => {
  const { token_uri: _, ...rest } = file;
  expect((await apply(JSON.stringify(rest))).posted?.url).toBe("https://oauth2.googleapis.com/token");
});

test.each([
  "http://127.0.0.1:9/token",
  "http://localhost:9/token",
  "http://[::1]:9/token",
  "http://10.1.2.3/token",
])("%s may be a token_uri, and the address rule decides", async (token_uri) => {
  expect((await apply(JSON.stringify({ ...file, token_uri }))).posted?.url).toBe(token_uri);
});

test.each([
  ["", "is not the JSON key file"],
  ["s3cr3t", "is not the JSON key file"],
  ["[]", "is not the JSON key file"],
  [JSON.stringify({ ...file, type: "authorized_user" }), "of another kind"],
  [JSON.stringify({ ...file, client_email: "" }), `no "client_email"`],
  [JSON.stringify({ ...file, private_key: 1 }), `no "private_key"`],
  [JSON.stringify({ ...file, private_key: "s3cr3t" }), "no RSA key"],
  [JSON.stringify({ ...file, private_key: pem.slice(0, 200) }), "no RSA key"],
  [JSON.stringify({ ...file, token_uri: "http://oauth2.googleapis.com/token" }), "not an https address"],
  [JSON.stringify({ ...file, token_uri: "http://8.8.8.8/token" }), "not an https address"],
  [JSON.stringify({ ...file, token_uri: "file:///etc/passwd" }), "not an https address"],
  [JSON.stringify({ ...file, token_uri: 1 }), "not an https address"],
])("an unusable key is said at the call, without a word of it (%#)", async (text, because) => {
  const error: unknown = await apply(text).catch((thrown: unknown) => thrown);
  if (!(error instanceof KeymoorError)) throw new Error("It was accepted.", { cause: error });
  expect([error.code, error.status]).toEqual(["call_not_possible", 400]);
  expect(error.message).toContain(because);
  expect(error.sentence + String(error.cause)).not.toContain("s3cr3t");
});

async function apply(text: string): Promise<{ authorization?: string; posted?: TokenRequest }> {
  let posted: TokenRequest | undefined;
  const request = {
    method: "POST",
    url: new URL("https://h.example.com/x"),
    headers: new Map<string, string>(),
  };
  const sent = await googleServiceAccount().apply?.(
    request,
    { "service-key": text },
    {
      region: "us-east-1",
      service: undefined,
      now,
      token: async (fetch) => {
        const post = async (tokenRequest: TokenRequest) => {
          posted = tokenRequest;
          return { status: 200, body: { access_token: "fresh", expires_in: 3599, token_type: "Bearer" } };
        };
        return (await fetch(post, new Map())).token;
      },
    },
  );
  const authorization = sent?.headers.get("authorization");
  return { ...(authorization && { authorization }), ...(posted && { posted }) };
}
