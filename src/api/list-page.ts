import { Type } from "@sinclair/typebox";
import type { Services } from "../operations/services.ts";
import { makePageToken, type PageScope } from "./page-token.ts";

/** Query of every list. */
export const pageQuery = {
  page_size: Type.Integer({ minimum: 1, maximum: 100, default: 10, description: "Items on a page." }),
  page_token: Type.Optional(
    Type.String({ description: "Where to go on: the token in `metadata.next` of the page before." }),
  ),
};

export const ListMetadata = Type.Object(
  {
    first: Type.String({ description: "The first page." }),
    last: Type.String({ description: "Always empty: pages are found from the one before." }),
    prev: Type.String({ description: "Always empty: pages are found from the one before." }),
    next: Type.String({ description: "The next page; empty on the last one." }),
    self: Type.String({ description: "This page." }),
    total_size: Type.Optional(
      Type.Integer({
        description:
          "Items of the whole list under this filter; absent where there may be too many to count.",
      }),
    ),
  },
  { title: "ListMetadata" },
);

export interface ListPage {
  /** URL of the list without a query. */
  readonly url: string;
  readonly pageSize: number;
  readonly token: string | undefined;
  /** Filter of the query by parameter name. */
  readonly filter: Readonly<Record<string, string | undefined>>;
  readonly scope: PageScope;
  readonly next: string | undefined;
  readonly totalSize: number | undefined;
}

/** `next` is a string on every page, because clients fail without one (contract/terraform.md 2). */
export function listMetadata(services: Services, page: ListPage) {
  const url = (token: string | undefined): string => {
    const query = new URLSearchParams({ page_size: String(page.pageSize) });
    for (const [name, value] of Object.entries(page.filter)) if (value !== undefined) query.set(name, value);
    if (token !== undefined && token !== "") query.set("page_token", token);
    return `${page.url}?${query}`;
  };
  return {
    first: url(undefined),
    last: "",
    prev: "",
    next: page.next === undefined ? "" : url(makePageToken(services, page.scope, page.next)),
    self: url(page.token),
    ...(page.totalSize === undefined ? {} : { total_size: page.totalSize }),
  };
}
