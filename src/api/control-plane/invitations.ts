import { type Static, Type } from "@sinclair/typebox";
import {
  deleteInvitation,
  describeInvitation,
  type Invitation as Invited,
  inviteUser,
  listInvitations,
} from "../../operations/invitations.ts";
import type { Services } from "../../operations/services.ts";
import { callerOf, judgeRequest, originOf } from "../admission.ts";
import type { App } from "../app.ts";
import { ListMetadata, pageQuery } from "../list-page.ts";
import { noContent } from "../no-content.ts";
import { wholeSeconds } from "../resource-url.ts";
import { answerPage } from "./answer-page.ts";
import { ObjectMetadata, objectMetadata } from "./control-plane-object.ts";
import { userCrn, usersPath } from "./user-object.ts";

const path = "/iam/v2/invitations";
const tags = ["Users"];
const params = Type.Object({ id: Type.String() });
const takes = "Takes OrganizationAdmin and a Cloud API key, or a session.";

const UserReference = Type.Object(
  { id: Type.String(), related: Type.String(), resource_name: Type.String() },
  { title: "UserReference" },
);

const invitation = {
  api_version: Type.Literal("iam/v2"),
  kind: Type.Literal("Invitation"),
  id: Type.String({ description: "`i-...`." }),
  metadata: ObjectMetadata,
  email: Type.String(),
  auth_type: Type.Literal("AUTH_TYPE_LOCAL"),
  status: Type.Union([
    Type.Literal("INVITE_STATUS_SENT"),
    Type.Literal("INVITE_STATUS_ACCEPTED"),
    Type.Literal("INVITE_STATUS_EXPIRED"),
  ]),
  accepted_at: Type.Optional(Type.String({ format: "date-time" })),
  expires_at: Type.String({ format: "date-time" }),
  user: UserReference,
  creator: UserReference,
};

export const Invitation = Type.Object(invitation, { title: "Invitation" });

export const ShownInvitation = Type.Object(
  {
    ...invitation,
    link: Type.String({
      description:
        "Ours: hand it to the person. It works once, for seven days; shown this once, only its hash is kept.",
    }),
  },
  { title: "ShownInvitation" },
);

const InvitationList = Type.Object(
  {
    api_version: Type.Literal("iam/v2"),
    kind: Type.Literal("InvitationList"),
    metadata: ListMetadata,
    data: Type.Array(Invitation),
  },
  { title: "InvitationList" },
);

const NewInvitation = Type.Object(
  {
    email: Type.String({
      pattern: "^[^\\s@]{1,64}@[^\\s@]{1,255}$",
      examples: ["dev@example.com"],
      description: "By which the person will sign in.",
    }),
    auth_type: Type.Optional(
      Type.Literal("AUTH_TYPE_LOCAL", { description: "The only one: with a password." }),
    ),
  },
  { title: "NewInvitation", additionalProperties: false },
);

/** How people come: by a link that works once. No mail is sent. */
export function addInvitationRoutes(app: App, services: Services): void {
  app.post(
    path,
    {
      config: {
        access: "key",
        needsCloudKey: true,
        errors: ["user_unauthorized", "resource_already_exists"],
      },
      schema: {
        tags,
        operationId: "createInvitation",
        summary: "Invite a user",
        description: `Somebody who was invited and has not come yet gets a new link in place of the old one. ${takes}`,
        body: NewInvitation,
        response: { 201: ShownInvitation },
      },
    },
    async (request, reply) => {
      const invited = await inviteUser(services, callerOf(request), originOf(request), () => {
        judgeRequest(request);
        return request.body.email;
      });
      const shown = { ...(await view(services, invited)), link: invited.link.reveal() };
      return reply.code(201).send(shown);
    },
  );

  app.get(
    path,
    {
      config: { access: "key", errors: ["user_unauthorized", "invalid_page_token"] },
      schema: {
        tags,
        operationId: "listInvitations",
        summary: "List invitations",
        description: "Takes OrganizationAdmin.",
        querystring: Type.Object(pageQuery, { additionalProperties: false }),
        response: { 200: InvitationList },
      },
    },
    async (request) => {
      const { items, metadata } = await answerPage(services, request, {
        path,
        read: (caller, origin, page) => listInvitations(services, caller, origin, page),
      });
      return {
        api_version: "iam/v2" as const,
        kind: "InvitationList" as const,
        metadata,
        data: await Promise.all(items.map((item) => view(services, item))),
      };
    },
  );

  app.get(
    `${path}/:id`,
    {
      config: { access: "key", errors: ["user_unauthorized", "invitation_not_found"] },
      schema: {
        tags,
        operationId: "getInvitation",
        summary: "Read an invitation",
        description: "Takes OrganizationAdmin.",
        params,
        response: { 200: Invitation },
      },
    },
    async (request) => {
      const { id } = request.params;
      return view(services, await describeInvitation(services, callerOf(request), originOf(request), id));
    },
  );

  app.delete(
    `${path}/:id`,
    {
      config: {
        access: "key",
        needsCloudKey: true,
        errors: ["user_unauthorized", "invitation_not_found"],
      },
      schema: {
        tags,
        operationId: "deleteInvitation",
        summary: "Withdraw an invitation",
        description: `Its link lets nobody in any more; the user stays, to be invited again or deleted. ${takes}`,
        params,
        response: { 204: noContent("It is withdrawn.") },
      },
    },
    async (request, reply) => {
      await deleteInvitation(services, callerOf(request), originOf(request), request.params.id);
      return reply.code(204).send(undefined);
    },
  );
}

const wireStatus = {
  sent: "INVITE_STATUS_SENT",
  accepted: "INVITE_STATUS_ACCEPTED",
  expired: "INVITE_STATUS_EXPIRED",
} as const satisfies Record<Invited["status"], string>;

async function view(
  services: Services,
  { record, user, status }: Invited,
): Promise<Static<typeof Invitation>> {
  const organizationId = await services.access.organizationId();
  const crn = `crn://confluent.cloud/organization=${organizationId}/invitation=${record.id}`;
  const times = { createdAt: record.createdAt, updatedAt: record.usedAt ?? record.createdAt };
  const reference = (id: string) => ({
    id,
    related: `${services.settings.publicUrl}${usersPath}/${encodeURIComponent(id)}`,
    resource_name: userCrn(organizationId, id),
  });
  return {
    api_version: "iam/v2",
    kind: "Invitation",
    id: record.id,
    metadata: objectMetadata(services, `${path}/${record.id}`, crn, times),
    email: user.email ?? "",
    auth_type: "AUTH_TYPE_LOCAL",
    status: wireStatus[status],
    ...(record.usedAt !== null && { accepted_at: wholeSeconds(record.usedAt) }),
    expires_at: wholeSeconds(record.expiresAt),
    user: reference(user.id),
    creator: reference(record.createdBy),
  };
}
