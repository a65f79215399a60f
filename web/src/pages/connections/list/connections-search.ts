import type { ConnectionPageQuery } from "../../../../../src/client/connection-page.ts";

/** What the list is searched, filtered and sorted by: it stands in the address, so that a link shows a colleague the same. */
export interface ConnectionsSearch {
  readonly search?: string | undefined;
  /** Several, with a comma between. */
  readonly type?: string | undefined;
  readonly status?: string | undefined;
  /** `aws.us-east-1` */
  readonly region?: string | undefined;
  readonly sort?: NonNullable<ConnectionPageQuery["sort"]> | undefined;
}

const sorts = ["name", "type", "status", "created_at", "rotated_at", "last_used_at"] as const;
export const sortKeys = sorts.flatMap((key) => [key, `-${key}`] as const);

/** What is no such parameter is left out: an old link still opens the list. */
export function connectionsSearch(search: Readonly<Record<string, unknown>>): ConnectionsSearch {
  return {
    search: text(search.search),
    type: text(search.type),
    status: text(search.status),
    region: text(search.region),
    sort: sortKeys.find((key) => key === search.sort),
  };
}

/** As the API has it. */
export function queryOf({
  search,
  type,
  status,
  region: place,
  sort,
}: ConnectionsSearch): ConnectionPageQuery {
  const [cloud, region] = place?.split(/\.(.*)/) ?? [];
  return {
    ...(search && { search }),
    ...(type && { type }),
    ...(status && { status }),
    ...(cloud && { cloud }),
    ...(region && { region }),
    ...(sort && { sort }),
  };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
