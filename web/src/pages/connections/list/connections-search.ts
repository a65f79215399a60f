/** What the list is searched, filtered and sorted by: it stands in the address, so that a link shows a colleague the same. */
export interface ConnectionsSearch {
  readonly search?: string | undefined;
  /** Several, parted by commas. */
  readonly type?: string | undefined;
  readonly status?: string | undefined;
  /** `aws.us-east-1` */
  readonly region?: string | undefined;
  readonly sort?: string | undefined;
}

export function connectionsSearch(search: Readonly<Record<string, unknown>>): ConnectionsSearch {
  return {
    search: text(search.search),
    type: text(search.type),
    status: text(search.status),
    region: text(search.region),
    sort: text(search.sort),
  };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
