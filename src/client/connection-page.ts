import type { Static } from "@sinclair/typebox";
import type { ConnectionQuery } from "../api/keymoor-v1/connection-query.ts";
import type { ConnectionViewList } from "../api/keymoor-v1/connection-view.ts";
import type { Client } from "./client.ts";
import { type EnvironmentPlace, environmentPath } from "./place.ts";

export type ConnectionPage = Static<typeof ConnectionViewList>;
/** What a list is searched, filtered and sorted by, and its page. */
export type ConnectionPageQuery = Partial<Static<typeof ConnectionQuery>>;

/** One page of the connections of all regions. */
export function connectionPage(
  client: Client,
  place: EnvironmentPlace,
  query: ConnectionPageQuery,
): Promise<ConnectionPage> {
  return client.request({ path: `/keymoor/v1${environmentPath(place)}/connections`, query });
}
