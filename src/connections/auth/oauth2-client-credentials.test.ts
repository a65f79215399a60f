import { expect, test } from "vitest";
import { KeymoorError } from "../../errors.ts";
import type { OutgoingRequest, TokenAnswer, TokenRequest } from "../define.ts";
import { oauth2ClientCredentials } from "./oauth2-client-credentials.ts";

const values = {
  "token-endpoint": "https://auth.example.com/token?tenant=1",
  "client-id": "my-id_1.a b:é",
  "client-secret": "s+/%&=",
  scope: "read write",
};

test("the client goes into HTTP Basic, form-encoded, and the token comes as a bearer token", async () => {
  const { sent, posted } = await apply([granted]);
  expect(sent.headers.get("authorization")).toBe("Bearer fresh");
  expect(posted).toEqual([
    {
      url: values["token-endpoint"],
      headers: { authorization: `Basic ${btoa("my-id_1.a+b%3A%C3%A9:s%2B%2F%25%26%3D")}` },
      form: { grant_type: "client_credentials", scope: "read write" },
    },
  ]);
});

test("invalid_client is tried once in the body, and what worked is remembered", async () => {
  const memory = new Map<string, string>();
  const first = await apply([refused, granted], memory);
  expect(first.posted[1]).toEqual({
    url: values["token-endpoint"],
    headers: {},
    form: {
      grant_type: "client_credentials",
      scope: "read write",
      client_id: values["client-id"],
      client_secret: values["client-secret"],
    },
  });
  const second = await apply([granted], memory);
  expect(second.posted.map(({ headers }) => headers)).toEqual([{}]);
});

test("a client that is refused both ways is not remembered", async () => {
  const memory = new Map<string, string>();
  expect((await failure([refused, refused], memory)).code).toBe("token_refused");
  expect(memory.size).toBe(0);
});

test("a place that no longer works is forgotten", async () => {
  const memory = new Map<string, string>();
  await apply([refused, granted], memory);
  await failure([refused], memory);
  expect(memory.size).toBe(0);
});

test("other refusals are not tried again", async () => {
  const error = await failure([{ status: 400, body: { error: "invalid_scope" } }]);
  expect(error.message).toBe("The token endpoint gave no access token: it answered 400 with invalid_scope.");
});

test.each<TokenAnswer>([
  { status: 500, body: undefined },
  { status: 200, body: undefined },
  { status: 200, body: {} },
  { status: 200, body: { access_token: 1 } },
  { status: 200, body: { access_token: "" } },
  { status: 200, body: { access_token: "x", token_type: "mac" } },
  { status: 403, body: { error: "s+/%&= is wrong", error_description: "s+/%&=" } },
])("an answer %o is refused, and nothing of it is repeated", async (answer) => {
  const error = await failure([answer]);
  expect(error.code).toBe("token_refused");
  expect(error.sentence).not.toContain(values["client-secret"]);
});

test.each([
  [3600, 3600],
  ["1800", 1800],
  [undefined, 300],
  [-1, 300],
  ["soon", 300],
])("expires_in %j means a life of %d s", async (given, seconds) => {
  const answer = { status: 200, body: { access_token: "fresh", token_type: "bearer", expires_in: given } };
  expect((await apply([answer])).expiresInSeconds).toBe(seconds);
});

const granted = { status: 200, body: { access_token: "fresh", token_type: "Bearer", expires_in: 60 } };
const refused = { status: 401, body: { error: "invalid_client" } };

async function apply(answers: TokenAnswer[], memory = new Map<string, string>()) {
  const posted: TokenRequest[] = [];
  let expiresInSeconds = 0;
  const request: OutgoingRequest = {
    method: "GET",
    url: new URL("https://api.example.com/"),
    headers: new Map(),
  };
  const sent = await oauth2ClientCredentials().apply?.(request, values, {
    region: "us-east-1",
    service: undefined,
    now: new Date(0),
    token: async (fetch) => {
      const fetched = await fetch(async (tokenRequest) => {
        posted.push(tokenRequest);
        const answer = answers[posted.length - 1];
        if (answer === undefined) throw new Error("One request too many.");
        return answer;
      }, memory);
      expiresInSeconds = fetched.expiresInSeconds;
      return fetched.token;
    },
  });
  if (sent === undefined) throw new Error("Nothing was sent.");
  return { sent, posted, expiresInSeconds };
}

async function failure(answers: TokenAnswer[], memory?: Map<string, string>): Promise<KeymoorError> {
  const error: unknown = await apply(answers, memory).catch((thrown: unknown) => thrown);
  if (error instanceof KeymoorError) return error;
  throw new Error("It was granted.", { cause: error });
}
