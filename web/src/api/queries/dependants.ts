import { queryOptions } from "@tanstack/react-query";
import type { Client } from "../../../../src/client/client.ts";
import { firstDependants } from "../../../../src/client/dependants.ts";
import type { Place } from "../../../../src/client/place.ts";
import { connectionKey } from "./connections.ts";

/** What names a connection and who calls through it: the first hundred definitions. */
export function dependantsQuery(client: Client, place: Place, name: string) {
  return queryOptions({
    queryKey: [...connectionKey(place, name), "dependants"],
    queryFn: () => firstDependants(client, place, name),
  });
}
