import type { Static } from "@sinclair/typebox";
import type { ConnectionQuery } from "../api/keymoor-v1/connection-query.ts";
import type {
  ConnectionView as ConnectionViewSchema,
  ExtendedConnectionView,
} from "../api/keymoor-v1/connection-view.ts";
import type { Connection as ConnectionSchema, NewConnection } from "../api/sql-v1/connection-body.ts";
import { checkTimeoutMs } from "./check-timeout.ts";
import { type Client, pathOf } from "./client.ts";
import { environmentPath, type Place, regionHeaders } from "./place.ts";

/** As Confluent's contract has it. */
export type Connection = Static<typeof ConnectionSchema>;
export type ConnectionBody = Static<typeof NewConnection>;
/** With everything that may be shown. */
export type ConnectionView = Static<typeof ConnectionViewSchema>;
export type ConnectionDescription = Static<typeof ExtendedConnectionView>;
/** Of a list, and its order. */
export type ConnectionFilter = {
  readonly [Name in Exclude<keyof Query, "page_size" | "page_token">]?: Query[Name] | undefined;
};
type Query = Static<typeof ConnectionQuery>;

/** How a connection is saved. */
export interface SaveOptions {
  /** Only if a check finds nothing wrong. */
  readonly isVerified?: boolean;
  /** `file:NAME` */
  readonly managedBy?: string | undefined;
}

export interface CreateOptions extends SaveOptions {
  readonly comment?: string | undefined;
  /** Drops a connection of this name first, in the same transaction. */
  readonly isReplacement?: boolean;
}

export interface RotateOptions extends SaveOptions {
  /** Destroys the earlier versions of the credential at once. */
  readonly isCompromised?: boolean;
  /** Keeps the fields of the credential that are not given. */
  readonly isMerge?: boolean;
  /** Refused when the connection is another, or was changed. */
  readonly expected?: { readonly uid: string; readonly resource_version: string } | undefined;
}

/** Makes the body of a creation or rotation. `data` is sent as a JSON object in a string, as the contract wants it. */
export function connectionBody(
  name: string,
  type: string,
  endpoint: string,
  data: Readonly<Record<string, string>>,
): ConnectionBody {
  const sorted = Object.fromEntries(Object.entries(data).sort(([one], [other]) => (one < other ? -1 : 1)));
  return {
    name,
    spec: {
      connection_type: type.toUpperCase(),
      endpoint,
      auth_data: { kind: "PlaintextProvider", data: JSON.stringify(sorted) },
    },
  };
}

export function createConnection(
  client: Client,
  place: Place,
  body: ConnectionBody,
  { comment, isReplacement, ...options }: CreateOptions = {},
): Promise<Connection> {
  return client.request({
    method: "POST",
    path: collection(place),
    query: { ...savingQuery(options), comment, replace: isReplacement || undefined },
    headers: regionHeaders(place),
    body,
    ...waitForCheck(options),
  });
}

export function getConnection(client: Client, place: Place, name: string): Promise<Connection> {
  return client.request({ path: collection(place) + pathOf(name), headers: regionHeaders(place) });
}

/** Those of one region, all or of one type. */
export function listConnections(
  client: Client,
  place: Place,
  type?: string | undefined,
): AsyncGenerator<Connection, void> {
  const query = { "spec.connection_type": type?.toUpperCase() };
  return client.items(collection(place), query, regionHeaders(place));
}

/** Replaces the whole credential, or with `isMerge` the fields that are given. */
export function rotateConnection(
  client: Client,
  place: Place,
  { name, spec }: ConnectionBody,
  { isCompromised, isMerge, expected, ...options }: RotateOptions = {},
): Promise<Connection> {
  return client.request({
    method: "PUT",
    path: collection(place) + pathOf(name),
    query: { ...savingQuery(options), merge: isMerge || undefined, compromised: isCompromised || undefined },
    headers: regionHeaders(place),
    body: { name, spec, ...(expected === undefined ? {} : { metadata: expected }) },
    ...waitForCheck(options),
  });
}

export function deleteConnection(client: Client, place: Place, name: string): Promise<void> {
  return client.request({
    method: "DELETE",
    path: collection(place) + pathOf(name),
    headers: regionHeaders(place),
  });
}

/** Those of all regions, in full. */
export function listConnectionViews(
  client: Client,
  place: Pick<Place, "organizationId" | "environmentId">,
  filter: ConnectionFilter = {},
): AsyncGenerator<ConnectionView, void> {
  return client.items(`/keymoor/v1${environmentPath(place)}/connections`, filter);
}

export function describeConnection(
  client: Client,
  place: Place,
  name: string,
): Promise<ConnectionDescription> {
  return client.request({ path: connectionPath(place, name), headers: regionHeaders(place) });
}

/** `/keymoor/v1/organizations/{org}/environments/{env}/connections/{name}`, encoded. */
export function connectionPath(place: Place, name: string): string {
  return `/keymoor/v1${environmentPath(place)}/connections${pathOf(name)}`;
}

function collection(place: Place): string {
  return `/sql/v1${environmentPath(place)}/connections`;
}

function waitForCheck({ isVerified }: SaveOptions) {
  return isVerified ? { timeoutMs: checkTimeoutMs } : {};
}

function savingQuery({ isVerified, managedBy }: SaveOptions) {
  return { if: isVerified ? "verified" : undefined, managed_by: managedBy };
}
