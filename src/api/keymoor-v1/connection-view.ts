import { type Static, Type } from "@sinclair/typebox";
import type { ExtendedDescription } from "../../operations/describe-connection.ts";
import { ListMetadata } from "../list-page.ts";

const values = (description: string) => Type.Record(Type.String(), Type.String(), { description });

const connection = {
  name: Type.String(),
  cloud: Type.String({ description: "In upper case." }),
  region: Type.String(),
  type: Type.String({ description: "In upper case." }),
  endpoint: Type.String(),
  comment: Type.Union([Type.String(), Type.Null()]),
  authentication: Type.String({ description: "Way to authenticate." }),
  options: values("Public options."),
  uid: Type.String(),
  resource_version: Type.String(),
  credential_version: Type.Integer(),
  rotated_at: Type.String({ format: "date-time", description: "When this credential version was made." }),
  last_used_at: Type.Union([Type.String({ format: "date-time" }), Type.Null()], {
    description: "The last call through it; null when there was none.",
  }),
  status: Type.Object({
    phase: Type.String({ description: "PENDING, READY, UNREACHABLE or INVALID_AUTH." }),
    detail: Type.String(),
    checked_at: Type.Union([Type.String({ format: "date-time" }), Type.Null()]),
  }),
  created_at: Type.String({ format: "date-time" }),
  created_by: Type.String(),
  updated_at: Type.String({ format: "date-time" }),
  updated_by: Type.String(),
  managed_by: Type.Union([Type.String(), Type.Null()], {
    description: "The file that manages it, `file:NAME`; null when none does.",
  }),
};

export const ConnectionView = Type.Object(connection, { title: "ConnectionView" });

export const ConnectionViewList = Type.Object(
  { metadata: ListMetadata, data: Type.Array(ConnectionView) },
  { title: "ConnectionViewList" },
);

export const Verification = Type.Object(
  {
    enabled: Type.Boolean({ description: "Whether it is checked without being asked." }),
    next_check_at: Type.Union([Type.String({ format: "date-time" }), Type.Null()], {
      description:
        "null when no check is planned: the switch or `KEYMOOR_VERIFY` is off, or the service refused the credential.",
    }),
  },
  { title: "Verification" },
);

export function verificationView({
  enabled,
  nextCheckAt,
}: ExtendedDescription["verification"]): Static<typeof Verification> {
  return { enabled, next_check_at: nextCheckAt };
}

const usage = {
  last_used_at: Type.Union([Type.String({ format: "date-time" }), Type.Null()]),
  last_used_by: Type.Union([Type.String(), Type.Null()]),
  days: Type.Array(
    Type.Object({
      day: Type.String({ format: "date" }),
      principal: Type.String(),
      calls: Type.Integer(),
    }),
    { description: "Calls per day and caller over the last 30 days." },
  ),
};

export const Usage = Type.Object(usage, { title: "Usage" });

export const ExtendedConnectionView = Type.Object(
  {
    ...connection,
    identity: Type.Union([values("User name, client id and the like."), Type.Null()], {
      description: "null for those who may not rotate.",
    }),
    usage: Usage,
    verification: Verification,
  },
  { title: "ExtendedConnectionView" },
);

export function connectionView(record: ExtendedDescription["connection"]): Static<typeof ConnectionView> {
  return {
    name: record.name,
    cloud: record.cloud.toUpperCase(),
    region: record.region,
    type: record.type.toUpperCase(),
    endpoint: record.endpoint,
    comment: record.comment,
    authentication: record.authMethod,
    options: { ...record.options },
    uid: record.uid,
    resource_version: String(record.resourceVersion),
    credential_version: record.credentialVersion,
    rotated_at: record.rotatedAt,
    last_used_at: record.lastUsedAt,
    status: {
      phase: record.status.phase,
      detail: record.status.detail,
      checked_at: record.status.checkedAt,
    },
    created_at: record.createdAt,
    created_by: record.createdBy,
    updated_at: record.updatedAt,
    updated_by: record.updatedBy,
    managed_by: record.managedBy,
  };
}

export function usageView({
  lastUse,
  days,
}: Pick<ExtendedDescription, "lastUse" | "days">): Static<typeof Usage> {
  return {
    last_used_at: lastUse?.at ?? null,
    last_used_by: lastUse?.principal ?? null,
    days: days.map(({ day, principal, calls }) => ({ day, principal, calls })),
  };
}
