import type { Static } from "@sinclair/typebox";
import type { CheckList, Check as CheckSchema } from "../api/keymoor-v1/check-view.ts";
import type { Verification as VerificationSchema } from "../api/keymoor-v1/connection-view.ts";
import type { UnsavedConnection } from "../api/sql-v1/connection-body.ts";
import { checkTimeoutMs } from "./check-timeout.ts";
import type { Client } from "./client.ts";
import { connectionPath } from "./connections.ts";
import { environmentPath, type Place, regionHeaders } from "./place.ts";

export type Check = Static<typeof CheckSchema>;
export type Verification = Static<typeof VerificationSchema>;

/** Checks a connection now; the answer comes when the check is done. */
export function verifyConnection(client: Client, place: Place, name: string): Promise<Check> {
  return client.request({
    method: "POST",
    path: `${connectionPath(place, name)}/verify`,
    headers: regionHeaders(place),
    timeoutMs: checkTimeoutMs,
  });
}

/** The last ten, newest first. */
export async function listChecks(client: Client, place: Place, name: string): Promise<readonly Check[]> {
  const { data }: Static<typeof CheckList> = await client.request({
    path: `${connectionPath(place, name)}/checks`,
    headers: regionHeaders(place),
  });
  return data;
}

/** Whether the connection is checked without being asked. */
export function getVerification(client: Client, place: Place, name: string): Promise<Verification> {
  return client.request({
    path: `${connectionPath(place, name)}/verification`,
    headers: regionHeaders(place),
  });
}

export function switchVerification(
  client: Client,
  place: Place,
  name: string,
  enabled: boolean,
): Promise<Verification> {
  return client.request({
    method: "PUT",
    path: `${connectionPath(place, name)}/verification`,
    headers: regionHeaders(place),
    body: { enabled },
  });
}

/** Checks what is nowhere saved. */
export function checkUnsaved(
  client: Client,
  place: Place,
  body: Static<typeof UnsavedConnection>,
): Promise<Check> {
  return client.request({
    method: "POST",
    path: `/keymoor/v1${environmentPath(place)}/connection-checks`,
    headers: regionHeaders(place),
    body,
    timeoutMs: checkTimeoutMs,
  });
}
