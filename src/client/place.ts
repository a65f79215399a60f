import { pathOf } from "./client.ts";

export interface EnvironmentPlace {
  readonly organizationId: string;
  readonly environmentId: string;
}

/** Environment and region that a request is about. Cloud in any case. */
export interface Place extends EnvironmentPlace {
  readonly cloud: string;
  readonly region: string;
}

/** `/organizations/{org}/environments/{env}`, encoded. */
export function environmentPath({ organizationId, environmentId }: EnvironmentPlace): string {
  return pathOf("organizations", organizationId, "environments", environmentId);
}

/** Paths name no region; this header does (design 3). */
export function regionHeaders({ cloud, region }: Place): Readonly<Record<string, string>> {
  return { "keymoor-region": `${cloud}.${region}` };
}
