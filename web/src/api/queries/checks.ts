import { queryOptions } from "@tanstack/react-query";
import { listChecks } from "../../../../src/client/checks.ts";
import type { Client } from "../../../../src/client/client.ts";
import type { Place } from "../../../../src/client/place.ts";
import { connectionKey } from "./connections.ts";

/** The last ten, newest first. `checkedAt` is the connection's: a check that came meanwhile is another list. */
export function checksQuery(client: Client, place: Place, name: string, checkedAt: string | null) {
  return queryOptions({
    queryKey: [...connectionKey(place, name), "checks", checkedAt],
    queryFn: () => listChecks(client, place, name),
  });
}
