import { createHash } from "node:crypto";
import { type Static, Type } from "@sinclair/typebox";
import type { Me } from "../../operations/describe-me.ts";

/**
 * Objects of the oldest API of official clients. They are Protocol Buffers in JSON: numbers as ids beside those that people know,
 * and unknown fields are ignored on either side (contract/cli.md 2).
 */
export const V1User = Type.Object(
  {
    id: Type.Integer({ description: "A number made of `resource_id`, which is the id." }),
    resource_id: Type.String({ description: "`u-...` or `sa-...`." }),
    email: Type.String({ description: "Empty for a service account." }),
    first_name: Type.String({ description: "The whole name." }),
    last_name: Type.String({ description: "Always empty." }),
    service_account: Type.Boolean(),
    service_name: Type.String({ description: "Name of a service account; else empty." }),
    service_description: Type.String(),
    deactivated: Type.Boolean({ description: "Whether nothing of it passes any more." }),
    auth_type: Type.Literal("AUTH_TYPE_LOCAL"),
  },
  { title: "V1User" },
);

export const V1Organization = Type.Object(
  {
    id: Type.Integer({ description: "A number made of `resource_id`, which is the id." }),
    resource_id: Type.String(),
    name: Type.String(),
  },
  { title: "V1Organization" },
);

export function v1User(record: Me["principal"]): Static<typeof V1User> {
  const isServiceAccount = record.kind === "service_account";
  return {
    id: numberOf(record.id),
    resource_id: record.id,
    email: record.email ?? "",
    first_name: isServiceAccount ? "" : record.name,
    last_name: "",
    service_account: isServiceAccount,
    service_name: isServiceAccount ? record.name : "",
    service_description: record.description,
    deactivated: record.disabledAt !== null,
    auth_type: "AUTH_TYPE_LOCAL",
  };
}

export function v1Organization({ id, name }: Me["organization"]): Static<typeof V1Organization> {
  return { id: numberOf(id), resource_id: id, name };
}

/** Clients read an int32 and take 0 for none. Nothing here is found by it. */
function numberOf(id: string): number {
  return createHash("sha256").update(id).digest().readUInt32BE() & 0x7fffffff || 1;
}
