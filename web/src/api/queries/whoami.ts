import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import type { Client } from "../../../../src/client/client.ts";
import { type WhoAmI, whoAmI } from "../../../../src/client/whoami.ts";
import { useClient } from "../../services.ts";

/** Who is signed in, and what he reaches. Loaded before any page of the shell. */
export function whoamiQuery(client: Client) {
  return queryOptions({ queryKey: ["whoami"], queryFn: () => whoAmI(client), staleTime: 60_000 });
}

export function useWhoami(): WhoAmI {
  return useSuspenseQuery(whoamiQuery(useClient())).data;
}
