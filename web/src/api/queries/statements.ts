import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { type Client, pageTokenOf } from "../../../../src/client/client.ts";
import type { Place } from "../../../../src/client/place.ts";
import { getStatement, recentStatementPage, statementResultPage } from "../../../../src/client/statements.ts";

/** As the server keeps it: with secrets masked. */
export function statementQuery(client: Client, place: Place, name: string) {
  return queryOptions({
    queryKey: [...statementKey(place, name), "description"],
    queryFn: () => getStatement(client, place, name),
  });
}

/** Its rows never change. */
export function statementResultsQuery(client: Client, place: Place, name: string) {
  return infiniteQueryOptions({
    queryKey: [...statementKey(place, name), "results"],
    queryFn: ({ pageParam, signal }) =>
      statementResultPage(client, place, name, pageParam === "" ? undefined : pageParam, signal),
    initialPageParam: "",
    getNextPageParam: ({ metadata }) => pageTokenOf(metadata.next),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

function statementKey({ environmentId, cloud, region }: Place, name: string) {
  return ["statement", environmentId, `${cloud}.${region}`.toLowerCase(), name] as const;
}

/** What this person ran, of whatever place. */
export const recentStatementsKey = ["recent-statements"] as const;

export function recentStatementsQuery(client: Client, place: Place) {
  const { environmentId, cloud, region } = place;
  return infiniteQueryOptions({
    queryKey: [...recentStatementsKey, environmentId, `${cloud}.${region}`.toLowerCase()],
    queryFn: ({ pageParam }) => recentStatementPage(client, place, pageParam === "" ? undefined : pageParam),
    initialPageParam: "",
    getNextPageParam: ({ metadata }) => pageTokenOf(metadata.next),
  });
}
