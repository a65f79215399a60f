import type { Static } from "@sinclair/typebox";
import type { Usage as UsageSchema } from "../api/keymoor-v1/connection-view.ts";
import type { Client } from "./client.ts";
import { connectionPath } from "./connections.ts";
import { type Place, regionHeaders } from "./place.ts";

export type Usage = Static<typeof UsageSchema>;

/** Who called through a connection in the last 30 days. */
export function connectionUsage(client: Client, place: Place, name: string): Promise<Usage> {
  return client.request({ path: `${connectionPath(place, name)}/usage`, headers: regionHeaders(place) });
}
