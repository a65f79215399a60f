import { queryOptions } from "@tanstack/react-query";
import type { Client } from "../../../../src/client/client.ts";
import type { Place } from "../../../../src/client/place.ts";
import { listVersions } from "../../../../src/client/versions.ts";
import { connectionKey } from "./connections.ts";

/** Versions of the credential that are still sealed. */
export function versionsQuery(client: Client, place: Place, name: string) {
  return queryOptions({
    queryKey: [...connectionKey(place, name), "versions"],
    queryFn: () => listVersions(client, place, name),
  });
}
