import type { Static } from "@sinclair/typebox";
import type {
  ConnectionPlan as ConnectionPlanSchema,
  NewConnectionPlan as NewConnectionPlanSchema,
} from "../api/keymoor-v1/connection-plans.ts";
import { type Client, listed } from "./client.ts";
import { type ConnectionView, connectionPath } from "./connections.ts";
import { type EnvironmentPlace, environmentPath, type Place, regionHeaders } from "./place.ts";

export type NewConnectionPlan = Static<typeof NewConnectionPlanSchema>;
export type PlannedEntry = NewConnectionPlan["connections"][number];
export type PlannedChange = Static<typeof ConnectionPlanSchema>["data"][number];

/** What would have to be done so that an environment has what a file has. At most 100 connections. */
export async function planConnections(
  client: Client,
  place: EnvironmentPlace,
  body: NewConnectionPlan,
): Promise<readonly PlannedChange[]> {
  const path = `/keymoor/v1${environmentPath(place)}/connection-plans`;
  const answer: Static<typeof ConnectionPlanSchema> = await client.request({ method: "POST", path, body });
  return listed(answer.data, client.url);
}

/** Says which file manages a connection; null: none. */
export function markConnection(
  client: Client,
  place: Place,
  name: string,
  managedBy: string | null,
): Promise<ConnectionView> {
  return client.request({
    method: "PUT",
    path: `${connectionPath(place, name)}/managed-by`,
    headers: regionHeaders(place),
    body: { managed_by: managedBy },
  });
}
