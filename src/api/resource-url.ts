import type { Act } from "../operations/act.ts";
import { regionEndpoint } from "../operations/region-endpoint.ts";
import type { Services } from "../operations/services.ts";

type Region = Pick<Act["place"], "cloud" | "region">;

/** URL of what stands in the environment of an act: `/sql/v1/organizations/.../environments/...` and the rest. */
export async function environmentUrl(act: Act, family: "/sql/v1" | "/keymoor/v1"): Promise<string> {
  return `${await regionOrigin(act.services, act.place)}${environmentPathOf(act, family)}`;
}

export function environmentPathOf({ environment }: Act, family: "/sql/v1" | "/keymoor/v1"): string {
  const { organizationId, id } = environment;
  return `${family}/organizations/${encodeURIComponent(organizationId)}/environments/${encodeURIComponent(id)}`;
}

async function regionOrigin(services: Services, { cloud, region }: Region): Promise<string> {
  const regions = await services.access.regions();
  const found = regions.find((known) => known.cloud === cloud && known.region === region);
  return found === undefined ? services.settings.publicUrl : regionEndpoint(services, found);
}

/** Confluent resource name, with the authority that its clients know (contract/cli.md 3.2). */
export function resourceName(
  act: Act,
  kind: "connection" | "statement",
  name: string,
  region: Region = act.place,
): string {
  const { organizationId, id } = act.environment;
  return `crn://confluent.cloud/organization=${organizationId}/environment=${id}/flink-region=${region.cloud}.${region.region}/${kind}=${name}`;
}

/** Clients print times as they come, so they get whole seconds (contract/cli.md 8). */
export function wholeSeconds(time: string): string {
  return `${time.slice(0, 19)}Z`;
}
