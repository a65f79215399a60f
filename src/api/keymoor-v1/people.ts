import { Type } from "@sinclair/typebox";
import { acceptInvitation } from "../../operations/accept-invitation.ts";
import { changePassword } from "../../operations/change-password.ts";
import type { Services } from "../../operations/services.ts";
import { disableUser, enableUser } from "../../operations/users.ts";
import { Secret } from "../../secret.ts";
import { callerOf, judgeRequest, originOf } from "../admission.ts";
import type { App } from "../app.ts";
import { judgeEmptyBody } from "../body.ts";
import { User, userView } from "../control-plane/user-object.ts";
import { noContent } from "../no-content.ts";
import { linkToken, Session, sendSession } from "./session-answer.ts";

const tags = ["Users"];

/** Long enough to be told by the operation what is too long. */
const newPassword = Type.String({
  maxLength: 4096,
  writeOnly: true,
  description: "12 to 1024 characters; not the e-mail address.",
});

const Acceptance = Type.Object(
  {
    token: linkToken,
    password: newPassword,
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: "What one is called." })),
  },
  { title: "Acceptance", additionalProperties: false },
);

const NewPassword = Type.Object(
  {
    current_password: Type.String({ maxLength: 1024, writeOnly: true }),
    new_password: newPassword,
  },
  { title: "NewPassword", additionalProperties: false },
);

const switches = [
  {
    verb: "disable",
    operationId: "disableUser",
    summary: "Disable a user",
    description:
      "Keys, sessions and use tokens stop at once. Nobody disables himself or the last administrator. Takes OrganizationAdmin and a Cloud API key, or a session.",
    run: disableUser,
  },
  {
    verb: "enable",
    operationId: "enableUser",
    summary: "Enable a user",
    description:
      "Keys and use tokens hold again; sessions have ended. Takes OrganizationAdmin and a Cloud API key, or a session.",
    run: enableUser,
  },
] as const;

/** What the contract has no place for: getting in, a password, and being kept out. */
export function addPeopleRoutes(app: App, services: Services): void {
  app.post(
    "/keymoor/v1/invitations/accept",
    {
      config: {
        access: "anyone",
        errors: ["link_not_valid", "password_not_accepted", "too_many_attempts", "storage_full"],
      },
      schema: {
        tags,
        operationId: "acceptInvitation",
        summary: "Accept an invitation",
        description: "Sets the password and signs in, once.",
        body: Acceptance,
        response: { 201: Session },
      },
    },
    async (request, reply) => {
      judgeRequest(request);
      const { token, password, name } = request.body;
      const acceptance = { token: new Secret(token), password: new Secret(password), name };
      return sendSession(services, reply, await acceptInvitation(services, originOf(request), acceptance));
    },
  );

  app.post(
    "/keymoor/v1/password",
    {
      config: {
        access: "key",
        needsCloudKey: true,
        errors: ["user_unauthorized", "principal_not_found", "password_not_accepted"],
      },
      schema: {
        tags,
        operationId: "changePassword",
        summary: "Change one's own password",
        description: "Ends one's other sessions. Takes a session, or a Cloud API key of a user.",
        body: NewPassword,
        response: { 204: noContent("It is changed.") },
      },
    },
    async (request, reply) => {
      await changePassword(services, callerOf(request), originOf(request), () => {
        judgeRequest(request);
        const { current_password, new_password } = request.body;
        return { current: new Secret(current_password), next: new Secret(new_password) };
      });
      return reply.code(204).send(undefined);
    },
  );

  for (const { verb, run, ...texts } of switches) {
    app.post(
      `/keymoor/v1/users/:id/${verb}`,
      {
        config: {
          access: "key",
          needsCloudKey: true,
          errors: [
            "user_unauthorized",
            "principal_not_found",
            ...(verb === "disable" ? (["last_administrator"] as const) : []),
          ],
        },
        schema: {
          tags,
          ...texts,
          params: Type.Object({ id: Type.String() }),
          response: { 200: User },
        },
      },
      async (request) => {
        judgeEmptyBody(request.body);
        const { id } = request.params;
        return userView(services, await run(services, callerOf(request), originOf(request), id));
      },
    );
  }
}
