import { Type } from "@sinclair/typebox";
import { KeymoorError } from "../../errors.ts";
import { exchangeToken, longestExchangeSeconds } from "../../operations/exchange-token.ts";
import type { Services } from "../../operations/services.ts";
import { Secret } from "../../secret.ts";
import { judgeRequest, originOf } from "../admission.ts";
import type { App } from "../app.ts";
import { takeFormBodies } from "../form-body.ts";

const grantType = "urn:ietf:params:oauth:grant-type:token-exchange";
const tokenType = "urn:ietf:params:oauth:token-type:";
const accessTokenType = `${tokenType}access_token` as const;

const TokenExchange = Type.Object(
  {
    grant_type: Type.String({ examples: [grantType] }),
    subject_token: Type.String({ description: "A JWT of an external issuer." }),
    subject_token_type: Type.Union(
      (["jwt", "id_token", "access_token"] as const).map((word) => Type.Literal(`${tokenType}${word}`)),
    ),
    requested_token_type: Type.Optional(Type.Literal(accessTokenType)),
    identity_pool_id: Type.Optional(
      Type.String({
        maxLength: 100,
        description: "The identity pool it is meant for; may be left out where it fits one only.",
      }),
    ),
    expires_in: Type.Optional(
      Type.String({
        pattern: "^[1-9][0-9]{0,8}$",
        examples: [String(longestExchangeSeconds)],
        description: `In seconds; ${longestExchangeSeconds} when absent, and at most.`,
      }),
    ),
  },
  { title: "TokenExchange", additionalProperties: false },
);

const ExchangedToken = Type.Object(
  {
    access_token: Type.String({ description: "Shown this once." }),
    issued_token_type: Type.Literal(accessTokenType),
    token_type: Type.Literal("Bearer"),
    expires_in: Type.Integer({ description: "In seconds." }),
  },
  { title: "ExchangedToken" },
);

/** The security token service of official clients (contract/terraform.md 7): OAuth 2.0 Token Exchange, RFC 8693. */
export function addTokenExchangeRoute(app: App, services: Services): void {
  app.register(async (scope: App) => {
    takeFormBodies(scope, Object.keys(TokenExchange.properties));
    scope.post(
      "/sts/v1/oauth2/token",
      {
        // The subject token is the credential.
        config: {
          access: "anyone",
          oauthErrors: true,
          errors: ["user_unauthenticated", "too_many_attempts", "unsupported_grant_type"],
        },
        schema: {
          tags: ["Identity pools"],
          operationId: "exchangeToken",
          summary: "Exchange a token of an external issuer",
          description:
            "For an access token that acts as the service account of the identity pool. Any path takes the issuer's own token as well; this one is for clients that insist on it, and for work that goes on after that token has expired. Errors have the fields `error` and `error_description` of RFC 6749 besides.",
          consumes: ["application/x-www-form-urlencoded"],
          body: TokenExchange,
          response: { 200: ExchangedToken },
        },
      },
      async (request) => {
        judgeRequest(request);
        const { grant_type, subject_token, identity_pool_id, expires_in } = request.body;
        if (grant_type !== grantType) {
          throw new KeymoorError("unsupported_grant_type", `The grant type is not ${grantType}.`, {
            pointer: "/grant_type",
          });
        }
        const exchanged = await exchangeToken(
          services,
          {
            subjectToken: new Secret(subject_token),
            poolId: identity_pool_id,
            expiresInSeconds: expires_in === undefined ? undefined : Number(expires_in),
          },
          originOf(request),
        );
        return {
          access_token: exchanged.accessToken.reveal(),
          issued_token_type: accessTokenType,
          token_type: "Bearer" as const,
          expires_in: exchanged.expiresInSeconds,
        };
      },
    );
  });
}
