import { Type } from "@sinclair/typebox";
import { endSessionOfToken } from "../../operations/end-session.ts";
import type { SignedIn } from "../../operations/new-session.ts";
import { renewSession } from "../../operations/renew-session.ts";
import type { Services } from "../../operations/services.ts";
import { accessTokenOf, dataPlaneToken } from "../../operations/session-tokens.ts";
import { signIn } from "../../operations/sign-in.ts";
import { Secret } from "../../secret.ts";
import { callerOf, judgeRequest, originOf } from "../admission.ts";
import type { App } from "../app.ts";
import { V1Organization, V1User, v1Organization, v1User } from "./v1-objects.ts";

const tags = ["Sign-in"];

/** Clients write camelCase; both are taken, as Protocol Buffers in JSON say. Empty text is as good as none. */
const NewClientSession = Type.Object(
  {
    email: Type.Optional(Type.String({ maxLength: 320, examples: ["dev@example.com"] })),
    password: Type.Optional(Type.String({ maxLength: 1024, writeOnly: true })),
    refreshToken: Type.Optional(
      Type.String({ description: "Of an earlier answer; instead of address and password.", writeOnly: true }),
    ),
    refresh_token: Type.Optional(Type.String({ writeOnly: true })),
    orgResourceId: Type.Optional(
      Type.String({ description: "When sent, the id of the server's organization." }),
    ),
    org_resource_id: Type.Optional(Type.String()),
  },
  { title: "NewClientSession", description: "Other fields are ignored." },
);

const ClientSession = Type.Object(
  {
    token: Type.String({
      description: "Access token, a JWT: `Authorization: Bearer` of every other request.",
    }),
    refresh_token: Type.String({ description: "`v1....`: gets the next access token for 30 days." }),
    user: V1User,
    organization: V1Organization,
  },
  { title: "ClientSession" },
);

const EndedClientSession = Type.Object(
  {
    idToken: Type.Optional(Type.String({ description: "The access token.", writeOnly: true })),
    id_token: Type.Optional(Type.String({ writeOnly: true })),
  },
  { title: "EndedClientSession", description: "Other fields are ignored." },
);

/** How official clients sign in (contract/cli.md 2 and 3.1). */
export function addV1SessionRoutes(app: App, services: Services): void {
  app.get(
    "/api/login/realm",
    {
      config: { access: "open" },
      schema: {
        tags,
        operationId: "getLoginRealm",
        summary: "Ask how an address signs in",
        description: "With a password, whoever asks: nothing tells which addresses exist.",
        response: {
          200: Type.Object({ is_sso: Type.Literal(false), mfa_required: Type.Literal(false) }),
        },
      },
    },
    () => ({ is_sso: false as const, mfa_required: false as const }),
  );

  app.post(
    "/api/sessions",
    {
      config: { access: "anyone", errors: ["user_unauthenticated", "too_many_attempts", "storage_full"] },
      schema: {
        tags,
        operationId: "createClientSession",
        summary: "Sign in as official clients do",
        description: "With address and password, or on with a refresh token.",
        body: NewClientSession,
        response: { 200: ClientSession },
      },
    },
    async (request) => {
      judgeRequest(request);
      const { body } = request;
      const origin = originOf(request);
      const organizationId = body.orgResourceId || body.org_resource_id || undefined;
      const refreshToken = body.refreshToken || body.refresh_token;
      const signedIn = refreshToken
        ? await renewSession(services, origin, new Secret(refreshToken), organizationId)
        : await signIn(services, origin, "client", {
            email: body.email ?? "",
            password: new Secret(body.password ?? ""),
            organizationId,
          });
      return await clientSession(services, signedIn);
    },
  );

  app.delete(
    "/api/sessions",
    {
      config: { access: "anyone", errors: ["storage_full"] },
      schema: {
        tags,
        operationId: "endClientSession",
        summary: "Sign out as official clients do",
        description: "The token's session ends; a token that is none is no failure.",
        body: EndedClientSession,
        response: { 200: Type.Object({}, { additionalProperties: false }) },
      },
    },
    async (request) => {
      judgeRequest(request);
      const token = request.body.idToken || request.body.id_token || "";
      await endSessionOfToken(services, originOf(request), new Secret(token));
      return {};
    },
  );

  app.post(
    "/api/access_tokens",
    {
      config: { access: "key", needsSession: "client", errors: ["user_unauthorized"] },
      schema: {
        tags,
        operationId: "createDataPlaneToken",
        summary: "Get a token for what stands in environments",
        description: "For those who are signed in. Whatever body is sent is ignored.",
        response: { 200: Type.Object({ token: Type.String() }, { title: "DataPlaneToken" }) },
      },
    },
    async (request) => ({ token: (await dataPlaneToken(services, callerOf(request))).reveal() }),
  );
}

async function clientSession(services: Services, { user, session, token }: SignedIn) {
  const [organization] = await services.store.read.organizations();
  if (organization === undefined) throw new Error("a server always has an organization");
  return {
    token: (await accessTokenOf(services, session)).reveal(),
    refresh_token: token.reveal(),
    user: v1User(user),
    organization: v1Organization(organization),
  };
}
