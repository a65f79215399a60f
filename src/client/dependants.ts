import type { Static } from "@sinclair/typebox";
import type { Dependants as DependantsPage } from "../api/keymoor-v1/connection-dependants.ts";
import { type Client, listed, pageTurner } from "./client.ts";
import { connectionPath } from "./connections.ts";
import { type Place, regionHeaders } from "./place.ts";

export type Dependants = Pick<Static<typeof DependantsPage>, "data" | "callers">;

/** Every definition that names a connection, and who called through it in the last 30 days. */
export async function connectionDependants(client: Client, place: Place, name: string): Promise<Dependants> {
  const turn = pageTurner(client.url);
  const data: Dependants["data"] = [];
  let page_token: string | undefined;
  for (;;) {
    const page = await firstDependants(client, place, name, page_token);
    data.push(...listed(page.data, client.url));
    page_token = turn(page.metadata.next);
    if (page_token === undefined) return { data, callers: page.callers };
  }
}

/** One page of them, the first unless a token says otherwise. */
export function firstDependants(
  client: Client,
  place: Place,
  name: string,
  page_token?: string,
): Promise<Static<typeof DependantsPage>> {
  return client.request({
    path: `${connectionPath(place, name)}/dependants`,
    query: { page_size: 100, page_token },
    headers: regionHeaders(place),
  });
}
