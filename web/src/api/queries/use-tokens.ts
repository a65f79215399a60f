import { queryOptions } from "@tanstack/react-query";
import type { Client } from "../../../../src/client/client.ts";
import type { EnvironmentPlace } from "../../../../src/client/place.ts";
import { listUseTokens } from "../../../../src/client/use-tokens.ts";
import { accessKey } from "./access-key.ts";
import { allOf } from "./all-of.ts";

export function useTokensQuery(client: Client, place: EnvironmentPlace) {
  return queryOptions({
    queryKey: [...accessKey, "use-tokens", place.environmentId],
    queryFn: () => allOf(listUseTokens(client, place)),
  });
}
