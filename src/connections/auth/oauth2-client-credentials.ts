import type { AuthMethod, FieldValues, TokenAnswer, TokenFetcher, TokenRequest } from "../define.ts";
import { accessToken, isInvalidClient } from "./access-token.ts";
import { withHeader } from "./with-header.ts";

/** OAuth 2.0 client credentials, RFC 6749 4.4: a token is fetched and sent as a bearer token. */
export function oauth2ClientCredentials(): AuthMethod {
  return {
    name: "oauth2_client_credentials",
    label: "OAuth 2.0 client credentials",
    wire: "OAUTH2",
    fields: {
      "token-endpoint": {
        label: "Token endpoint",
        wire: "OAUTH2_TOKEN_ENDPOINT",
        public: true,
        directsSecrets: true,
        form: "url",
        hint: "Address at which the client gets its access token.",
      },
      "client-id": { label: "Client ID", wire: "OAUTH2_CLIENT_ID" },
      "client-secret": { label: "Client secret", wire: "OAUTH2_CLIENT_SECRET", secret: true },
      scope: { label: "Scope", wire: "OAUTH2_SCOPE", hint: "Several are separated by spaces." },
    },
    sets: ["authorization"],
    fetchesToken: true,
    apply: async (request, values, context) => {
      const token = await context.token(tokenFetcher(values));
      return withHeader(request, "authorization", `Bearer ${token}`, "client-secret");
    },
  };
}

/**
 * RFC 6749 2.3.1 makes every server take HTTP Basic, but some only take the client in the body. So Basic goes first,
 * `invalid_client` is tried once in the body, and what worked is remembered for this credential version.
 */
function tokenFetcher(values: FieldValues): TokenFetcher {
  return async (post, memory) => {
    if (memory.get(placeKey) === "body") {
      const answer = await post(withClientInBody(values));
      if (isInvalidClient(answer)) memory.delete(placeKey);
      return accessToken(answer);
    }
    const basicAnswer = await post(withClientInHeader(values));
    if (!isInvalidClient(basicAnswer)) return accessToken(basicAnswer);
    const bodyAnswer: TokenAnswer = await post(withClientInBody(values));
    const token = accessToken(bodyAnswer);
    memory.set(placeKey, "body");
    return token;
  };
}

const placeKey = "oauth2-client";

function withClientInHeader(values: FieldValues): TokenRequest {
  const pair = `${formEncode(values["client-id"] ?? "")}:${formEncode(values["client-secret"] ?? "")}`;
  return {
    url: values["token-endpoint"] ?? "",
    headers: { authorization: `Basic ${Buffer.from(pair, "utf8").toString("base64")}` },
    form: grant(values),
  };
}

function withClientInBody(values: FieldValues): TokenRequest {
  return {
    url: values["token-endpoint"] ?? "",
    headers: {},
    form: {
      ...grant(values),
      client_id: values["client-id"] ?? "",
      client_secret: values["client-secret"] ?? "",
    },
  };
}

function grant(values: FieldValues): Record<string, string> {
  return { grant_type: "client_credentials", scope: values.scope ?? "" };
}

/**
 * RFC 6749 2.3.1 and appendix B: id and secret are form-encoded before they go into Basic. This is the URL standard's
 * encoding, which leaves `-`, `.`, `_` and `*` alone, so that servers which forget to decode still know a plain id.
 */
function formEncode(text: string): string {
  return new URLSearchParams({ v: text }).toString().slice("v=".length);
}
