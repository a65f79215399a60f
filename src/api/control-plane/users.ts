import { Type } from "@sinclair/typebox";
import type { Services } from "../../operations/services.ts";
import { deleteUser, describeUser, listUsers, renameUser } from "../../operations/users.ts";
import { callerOf, judgeRequest, originOf } from "../admission.ts";
import type { App } from "../app.ts";
import { ListMetadata, pageQuery } from "../list-page.ts";
import { noContent } from "../no-content.ts";
import { answerPage } from "./answer-page.ts";
import { User, usersPath, userView } from "./user-object.ts";

const path = usersPath;
const tags = ["Users"];
const params = Type.Object({ id: Type.String() });

const UserList = Type.Object(
  {
    api_version: Type.Literal("iam/v2"),
    kind: Type.Literal("UserList"),
    metadata: ListMetadata,
    data: Type.Array(User),
  },
  { title: "UserList" },
);

const UserChange = Type.Object(
  { full_name: Type.String({ minLength: 1, maxLength: 200 }) },
  { title: "UserChange", additionalProperties: false },
);

/** People, as official clients read them (contract/cli.md 3.2). They come by invitation. */
export function addUserRoutes(app: App, services: Services): void {
  app.get(
    path,
    {
      config: { access: "key", errors: ["user_unauthorized", "invalid_page_token"] },
      schema: {
        tags,
        operationId: "listUsers",
        summary: "List users",
        description: "All of them if you manage access somewhere; else you alone.",
        querystring: Type.Object(pageQuery, { additionalProperties: false }),
        response: { 200: UserList },
      },
    },
    async (request) => {
      const { items, metadata } = await answerPage(services, request, {
        path,
        read: (caller, origin, page) => listUsers(services, caller, origin, page),
      });
      return {
        api_version: "iam/v2" as const,
        kind: "UserList" as const,
        metadata,
        data: await Promise.all(items.map((record) => userView(services, record))),
      };
    },
  );

  app.get(
    `${path}/:id`,
    {
      config: { access: "key", errors: ["user_unauthorized", "principal_not_found"] },
      schema: {
        tags,
        operationId: "getUser",
        summary: "Read a user",
        params,
        response: { 200: User },
      },
    },
    async (request) => {
      const { id } = request.params;
      return userView(services, await describeUser(services, callerOf(request), originOf(request), id));
    },
  );

  app.patch(
    `${path}/:id`,
    {
      config: {
        access: "key",
        needsCloudKey: true,
        errors: ["user_unauthorized", "principal_not_found"],
      },
      schema: {
        tags,
        operationId: "updateUser",
        summary: "Rename a user",
        description: "Oneself, or anybody with OrganizationAdmin. Takes a Cloud API key, or a session.",
        params,
        body: UserChange,
        response: { 200: User },
      },
    },
    async (request) => {
      const { id } = request.params;
      const renamed = await renameUser(services, callerOf(request), originOf(request), id, () => {
        judgeRequest(request);
        return request.body.full_name;
      });
      return userView(services, renamed);
    },
  );

  app.delete(
    `${path}/:id`,
    {
      config: {
        access: "key",
        needsCloudKey: true,
        errors: ["user_unauthorized", "principal_not_found", "last_administrator"],
      },
      schema: {
        tags,
        operationId: "deleteUser",
        summary: "Delete a user",
        description:
          "With his keys, roles and sessions. Nobody deletes himself or the last administrator. Takes OrganizationAdmin and a Cloud API key, or a session.",
        params,
        response: { 204: noContent("It is deleted.") },
      },
    },
    async (request, reply) => {
      await deleteUser(services, callerOf(request), originOf(request), request.params.id);
      return reply.code(204).send(undefined);
    },
  );
}
