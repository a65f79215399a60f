import { Type } from "@sinclair/typebox";
import { describeConsoleSession } from "../../operations/console-session.ts";
import { endSession } from "../../operations/end-session.ts";
import type { Services } from "../../operations/services.ts";
import { signIn } from "../../operations/sign-in.ts";
import { signInByLink } from "../../operations/sign-in-by-link.ts";
import { Secret } from "../../secret.ts";
import { callerOf, judgeRequest, originOf } from "../admission.ts";
import type { App } from "../app.ts";
import { noContent } from "../no-content.ts";
import { sessionCookie } from "../session-cookie.ts";
import { linkToken, Session, sendSession, sessionView } from "./session-answer.ts";

const path = "/keymoor/v1/session";
const tags = ["Sign-in"];

const Credentials = Type.Object(
  {
    email: Type.String({ minLength: 1, maxLength: 320, examples: ["dev@example.com"] }),
    password: Type.String({ minLength: 1, maxLength: 1024, writeOnly: true }),
  },
  { title: "Credentials", additionalProperties: false },
);

const SignInLink = Type.Object({ token: linkToken }, { title: "SignInLink", additionalProperties: false });

/** The session of a browser: its secret is a cookie that no script reads. */
export function addSessionRoutes(app: App, services: Services): void {
  app.post(
    path,
    {
      config: { access: "anyone", errors: ["user_unauthenticated", "too_many_attempts", "storage_full"] },
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
      config: { access: "anyone", errors: ["link_not_valid", "storage_full"] },
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
      config: { access: "key", needsSession: "browser", errors: ["user_unauthorized"] },
      schema: {
        tags,
        operationId: "getSession",
        summary: "Read one's session",
        description: "By its cookie.",
        response: { 200: Session },
      },
    },
    async (request) => sessionView(await describeConsoleSession(services, callerOf(request))),
  );

  app.delete(
    path,
    {
      config: { access: "key", needsSession: "browser", errors: ["user_unauthorized", "storage_full"] },
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
