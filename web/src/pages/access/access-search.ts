import { searchText } from "../../format/search-text.ts";

/** What a list of access is filtered by. It stands in the address, so that a link shows a colleague the same. */
export interface AccessSearch {
  readonly search?: string | undefined;
  /** Id of a user or service account. */
  readonly owner?: string | undefined;
  readonly role?: string | undefined;
  readonly environment?: string | undefined;
}

export function accessSearch(search: Readonly<Record<string, unknown>>): AccessSearch {
  return {
    search: searchText(search.search),
    owner: searchText(search.owner),
    role: searchText(search.role),
    environment: searchText(search.environment),
  };
}
