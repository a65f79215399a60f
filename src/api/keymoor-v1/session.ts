import { type Static, Type } from "@sinclair/typebox";
import type { FastifyReply } from "fastify";
import {
  type ConsoleSession,
  consoleSession,
  describeConsoleSession,
} from "../../operations/console-session.ts";
import { endSession } from "../../operations/end-session.ts";
import type { SignedIn } from "../../operations/new-session.ts";
import type { Services } from "../../operations/services.ts";
import { signIn } from "../../operations/sign-in.ts";
import { signInByLink } from "../../operations/sign-in-by-link.ts";
import { Secret } from "../../secret.ts";
import { callerOf, judgeRequest, originOf } from "../admission.ts";
import type { App } from "../app.ts";
import { noContent } from "../no-content.ts";
import { sessionCookie } from "../session-cookie.ts";

const path = "/keymoor/v1/session";
const tags = ["Sign-in"];

export const Session = Type.Object(
  {
    user: Type.Object({ id: Type.String(), email: Type.String(), name: Type.String() }),
    csrf_token: Type.String({
      description: "For the header `Keymoor-Csrf` of every request with the cookie that changes something.",
    }),
    expires_at: Type.String({ format: "date-time" }),
    idle_expires_at: Type.String({
      format: "date-time",
      description: "When it ends unless a request is made before.",
    }),
  },
  { title: "Session" },
);

const Credentials = Type.Object(
  {
    email: Type.String({ minLength: 1, maxLength: 320, examples: ["dev@example.com"] }),
    password: Type.String({ minLength: 1, maxLength: 1024, writeOnly: true }),
  },
  { title: "Credentials", additionalProperties: false },
);

export const linkToken = Type.String({
  minLength: 1,
  maxLength: 200,
  writeOnly: true,
  description: "What stands behind `#` in the link.",
  examples: ["kml_i-..."],
});

const SignInLink = Type.Object({ token: linkToken }, { title: "SignInLink", additionalProperties: false });

/** The session of a browser: its secret is a cookie that no script reads. */
export function addSessionRoutes(app: App, services: Services): void {
  app.post(
    path,
    {
      config: { access: "anyone", errors: ["user_unauthenticated", "too_many_attempts"] },
      schema: {
        tags,
        operationId: "createSession",
        summary: "Sign in",
        description: "The answer sets the session's cookie, with which every other path works too.",
        body: Credentials,
        response: { 201: Session },
      },
    },
    async (request, reply) => {
      judgeRequest(request);
      const { email, password } = request.body;
      const credentials = { email, password: new Secret(password) };
      const signedIn = await signIn(services, originOf(request), "console", credentials);
      return sendSession(services, reply, signedIn);
    },
  );

  app.post(
    `${path}/link`,
    {
      config: { access: "anyone", errors: ["link_not_valid"] },
      schema: {
        tags,
        operationId: "createSessionByLink",
        summary: "Sign in by a link that works once",
        body: SignInLink,
        response: { 201: Session },
      },
    },
    async (request, reply) => {
      judgeRequest(request);
      const signedIn = await signInByLink(services, originOf(request), new Secret(request.body.token));
      return sendSession(services, reply, signedIn);
    },
  );

  app.get(
    path,
    {
      config: { access: "key", errors: ["user_unauthorized"] },
      schema: {
        tags,
        operationId: "getSession",
        summary: "Read one's session",
        description: "By its cookie.",
        response: { 200: Session },
      },
    },
    async (request) => view(await describeConsoleSession(services, callerOf(request))),
  );

  app.delete(
    path,
    {
      config: { access: "key", errors: ["user_unauthorized"] },
      schema: {
        tags,
        operationId: "endSession",
        summary: "Sign out",
        querystring: Type.Object(
          {
            everywhere: Type.Boolean({
              default: false,
              description: "Also ends every other session that you have, in clients too.",
            }),
          },
          { additionalProperties: false },
        ),
        response: { 204: noContent("It has ended.") },
      },
    },
    async (request, reply) => {
      judgeRequest(request);
      await endSession(services, callerOf(request), originOf(request), request.query.everywhere);
      const cookie = sessionCookie(services.settings.publicUrl, undefined, 0);
      return reply.code(204).header("set-cookie", cookie).send(undefined);
    },
  );
}

export function sendSession(services: Services, reply: FastifyReply, { user, session, token }: SignedIn) {
  const maxAgeSeconds = Math.round((Date.parse(session.expiresAt) - Date.parse(session.createdAt)) / 1000);
  return reply
    .code(201)
    .header("set-cookie", sessionCookie(services.settings.publicUrl, token, maxAgeSeconds))
    .send(view(consoleSession(services, user, session)));
}

function view({ user, csrfToken, expiresAt, idleExpiresAt }: ConsoleSession): Static<typeof Session> {
  return {
    user: { id: user.id, email: user.email ?? "", name: user.name },
    csrf_token: csrfToken,
    expires_at: expiresAt,
    idle_expires_at: idleExpiresAt,
  };
}
