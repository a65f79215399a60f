import { queryOptions } from "@tanstack/react-query";
import type { Client } from "../../../../src/client/client.ts";
import { type Environment, listEnvironments } from "../../../../src/client/environments.ts";

export function environmentsQuery(client: Client) {
  return queryOptions({
    queryKey: ["environments"],
    queryFn: async () => {
      const environments: Environment[] = [];
      for await (const environment of listEnvironments(client)) environments.push(environment);
      return environments;
    },
  });
}
