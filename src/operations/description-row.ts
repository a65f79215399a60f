import type { ConnectionRecord } from "../storage/records.ts";
import type { ExtendedDescription } from "./describe-connection.ts";

/** What DESCRIBE CONNECTION shows, by column title (contract/confluent.md 1.5). */
export type DescriptionRow = Readonly<Record<string, string | null>>;

export function descriptionRow(connection: ConnectionRecord): DescriptionRow {
  return {
    Name: connection.name,
    Type: connection.type.toUpperCase(),
    Endpoint: connection.endpoint,
    Comment: connection.comment,
  };
}

export const identityTitle = "Identity";

export function extendedDescriptionRow({
  connection,
  lastUse,
  days,
}: Pick<ExtendedDescription, "connection" | "lastUse" | "days">): DescriptionRow {
  return {
    ...descriptionRow(connection),
    Status: connection.status.phase,
    "Status Detail": connection.status.detail,
    Version: String(connection.credentialVersion),
    "Created At": connection.createdAt,
    "Created By": connection.createdBy,
    "Updated At": connection.updatedAt,
    "Updated By": connection.updatedBy,
    Authentication: connection.authMethod,
    Options: pairs(connection.options),
    // Never stored with the result: `statementResults` looks it up for a reader who may rotate.
    [identityTitle]: null,
    "Last Used At": lastUse?.at ?? null,
    "Last Used By": lastUse?.principal ?? null,
    "Calls In 30 Days": String(days.reduce((sum, { calls }) => sum + calls, 0)),
  };
}

/** `user=me, scope=read` */
export function pairs(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}=${value}`)
    .join(", ");
}
