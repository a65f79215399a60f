import type { Static } from "@sinclair/typebox";
import type { Check as CheckSchema } from "../api/keymoor-v1/check-view.ts";
import type { Client } from "./client.ts";
import { type ConnectionBody, connectionPath } from "./connections.ts";
import { environmentPath, type Place, regionHeaders } from "./place.ts";

export type Check = Static<typeof CheckSchema>;

/** A check takes up to six steps of five seconds, and may wait for others. */
const timeoutMs = 120_000;

/** Checks a connection now; the answer comes when the check is done. */
export function verifyConnection(client: Client, place: Place, name: string): Promise<Check> {
  return client.request({
    method: "POST",
    path: `${connectionPath(place, name)}/verify`,
    headers: regionHeaders(place),
    timeoutMs,
  });
}

/** Checks a connection as it would be created, and stores nothing. */
export function checkUnsaved(client: Client, place: Place, body: ConnectionBody): Promise<Check> {
  return client.request({
    method: "POST",
    path: `/keymoor/v1${environmentPath(place)}/connection-checks`,
    headers: regionHeaders(place),
    body,
    timeoutMs,
  });
}
