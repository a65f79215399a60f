import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { type Client, pageTokenOf } from "../../../../src/client/client.ts";
import { type ConnectionPageQuery, connectionPage } from "../../../../src/client/connection-page.ts";
import { describeConnection } from "../../../../src/client/connections.ts";
import type { EnvironmentPlace, Place } from "../../../../src/client/place.ts";

/** Every list of connections, of whatever place: what a change of one makes stale. */
export const connectionListsKey = ["connections"] as const;

export function connectionsQuery(client: Client, place: EnvironmentPlace, query: ConnectionPageQuery) {
  return infiniteQueryOptions({
    queryKey: [...connectionListsKey, place.environmentId, query],
    queryFn: ({ pageParam: page_token }) =>
      connectionPage(client, place, { ...query, page_size: 100, ...(page_token && { page_token }) }),
    initialPageParam: "",
    getNextPageParam: ({ metadata }) => pageTokenOf(metadata.next),
  });
}

/** Everything that belongs to one connection begins with this key. */
export function connectionKey({ environmentId, cloud, region }: Place, name: string) {
  return ["connection", environmentId, `${cloud}.${region}`.toLowerCase(), name] as const;
}

export function connectionQuery(client: Client, place: Place, name: string) {
  return queryOptions({
    queryKey: [...connectionKey(place, name), "description"],
    queryFn: () => describeConnection(client, place, name),
  });
}

/** For completion: the names of one region, those of the first page if there are more. */
export function connectionNamesQuery(client: Client, { cloud, region, ...place }: Place) {
  return queryOptions({
    queryKey: [...connectionListsKey, place.environmentId, "names", cloud, region],
    queryFn: async () => {
      const page = await connectionPage(client, place, { cloud, region, page_size: 100 });
      return page.data.map(({ name }) => name);
    },
    staleTime: 30_000,
  });
}
