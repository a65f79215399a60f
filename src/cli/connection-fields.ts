import type { ConnectionDescription, ConnectionView } from "../client/connections.ts";
import type { PrintedColumn, PrintedField, PrintedRow } from "./output/print.ts";
import { textOf, type Value } from "./output/value.ts";

/** Columns of `keymoor connection list`; the endpoint and what was found last are what people look for. */
export const connectionColumns: readonly PrintedColumn[] = [
  { key: "name", label: "Name" },
  { key: "cloud", label: "Cloud" },
  { key: "region", label: "Region" },
  { key: "type", label: "Type" },
  { key: "endpoint", label: "Endpoint" },
  { key: "status", label: "Status" },
  { key: "status_detail", label: "Status Detail" },
  { key: "creation_date", label: "Creation Date" },
  { key: "environment", label: "Environment", isData: true },
  { key: "authentication", label: "Authentication", isData: true },
  { key: "credential_version", label: "Credential Version", isData: true },
  { key: "rotated_at", label: "Rotated", isData: true },
  { key: "last_used_at", label: "Last Used", isData: true },
  { key: "managed_by", label: "Managed By", isData: true },
];

export function connectionRow(view: ConnectionView, environment: string): PrintedRow {
  return {
    name: view.name,
    cloud: view.cloud.toLowerCase(),
    region: view.region,
    type: view.type,
    endpoint: view.endpoint,
    status: view.status.phase,
    status_detail: view.status.detail || undefined,
    creation_date: new Date(view.created_at),
    environment,
    authentication: view.authentication,
    credential_version: view.credential_version,
    rotated_at: new Date(view.rotated_at),
    last_used_at: view.last_used_at === null ? null : new Date(view.last_used_at),
    managed_by: view.managed_by ?? undefined,
  };
}

/** Everything that may be shown of one connection. */
export function connectionFields(
  view: ConnectionView & Partial<Pick<ConnectionDescription, "identity" | "usage" | "verification">>,
  environment: string,
): PrintedField[] {
  const { status, usage, verification } = view;
  return [
    { key: "name", label: "Name", value: view.name },
    { key: "environment", label: "Environment", value: environment },
    { key: "cloud", label: "Cloud", value: view.cloud.toLowerCase() },
    { key: "region", label: "Region", value: view.region },
    { key: "type", label: "Type", value: view.type },
    { key: "endpoint", label: "Endpoint", value: view.endpoint },
    { key: "comment", label: "Comment", value: view.comment ?? undefined },
    { key: "authentication", label: "Authentication", value: view.authentication },
    { key: "options", label: "Options", ...pairs(view.options) },
    { key: "identity", label: "Identity", ...pairs(view.identity ?? {}) },
    { key: "credential_version", label: "Credential Version", value: view.credential_version },
    { key: "status", label: "Status", value: status.phase },
    { key: "status_detail", label: "Status Detail", value: status.detail || undefined },
    { key: "checked_at", label: "Last Check", ...time(status.checked_at, "never") },
    ...(verification === undefined
      ? []
      : [
          {
            key: "next_check_at",
            label: "Next Check",
            ...time(verification.next_check_at, verification.enabled ? "when asked" : "switched off"),
          },
        ]),
    ...(usage === undefined
      ? []
      : [
          { key: "last_used_at", label: "Last Used", ...time(usage.last_used_at, "never") },
          { key: "last_used_by", label: "Last Used By", value: usage.last_used_by ?? undefined },
        ]),
    { key: "managed_by", label: "Managed By", value: view.managed_by ?? undefined },
    { key: "creation_date", label: "Creation Date", value: new Date(view.created_at) },
    { key: "created_by", label: "Created By", value: view.created_by },
    { key: "updated_at", label: "Updated", value: new Date(view.updated_at) },
    { key: "updated_by", label: "Updated By", value: view.updated_by },
  ];
}

/** An object in data; for people a line each, and no row at all when it is empty. */
function pairs(values: Readonly<Record<string, string>>): { value: Value; text?: string } {
  const entries = Object.entries(values);
  if (entries.length === 0) return { value: undefined };
  return { value: { ...values }, text: entries.map(([key, value]) => `${key}=${textOf(value)}`).join("\n") };
}

/** A time, or null in data and a word for people. */
function time(at: string | null, otherwise: string): { value: Value; text?: string } {
  return at === null ? { value: null, text: otherwise } : { value: new Date(at) };
}
