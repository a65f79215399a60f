import { type Static, Type } from "@sinclair/typebox";
import type { Services } from "../../operations/services.ts";
import type { describeUser } from "../../operations/users.ts";
import { ObjectMetadata, objectMetadata } from "./control-plane-object.ts";

export const usersPath = "/iam/v2/users";

export const User = Type.Object(
  {
    api_version: Type.Literal("iam/v2"),
    kind: Type.Literal("User"),
    id: Type.String({ description: "`u-...`." }),
    metadata: ObjectMetadata,
    email: Type.String(),
    full_name: Type.String(),
    auth_type: Type.Literal("AUTH_TYPE_LOCAL"),
    state: Type.Union([Type.Literal("ACTIVE"), Type.Literal("NO_PASSWORD"), Type.Literal("DISABLED")], {
      description:
        "Ours: `NO_PASSWORD` cannot sign in yet, as after an invitation; `DISABLED` gets in by nothing.",
    }),
  },
  { title: "User" },
);

type UserRecord = Awaited<ReturnType<typeof describeUser>>;

export async function userView(services: Services, record: UserRecord): Promise<Static<typeof User>> {
  const organizationId = await services.access.organizationId();
  return {
    api_version: "iam/v2",
    kind: "User",
    id: record.id,
    metadata: objectMetadata(
      services,
      `${usersPath}/${encodeURIComponent(record.id)}`,
      userCrn(organizationId, record.id),
      record,
    ),
    email: record.email ?? "",
    full_name: record.name,
    auth_type: "AUTH_TYPE_LOCAL",
    state: record.disabledAt !== null ? "DISABLED" : record.passwordHash === null ? "NO_PASSWORD" : "ACTIVE",
  };
}

export function userCrn(organizationId: string | null, id: string): string {
  return `crn://confluent.cloud/organization=${organizationId}/user=${id}`;
}
