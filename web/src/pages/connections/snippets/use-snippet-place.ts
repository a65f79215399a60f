import { useWhoami } from "../../../api/queries/whoami.ts";
import { useEnvironmentPlace } from "../../../shell/use-environment-place.ts";
import type { SnippetInput } from "./snippet-input.ts";

type SnippetPlace = Pick<SnippetInput, "organizationId" | "environmentId" | "cloud" | "region" | "url">;

/** Where a snippet is run: this server, this environment, and a region of it, the first unless one is given. */
export function useSnippetPlace(place: Pick<SnippetPlace, "cloud" | "region"> | undefined): SnippetPlace {
  const { regions, server } = useWhoami();
  const here = useEnvironmentPlace();
  const found =
    regions.find(
      ({ cloud, region }) => cloud.toLowerCase() === place?.cloud.toLowerCase() && region === place.region,
    ) ?? regions[0];
  return {
    ...here,
    cloud: place?.cloud ?? found?.cloud ?? "",
    region: place?.region ?? found?.region ?? "",
    url: found?.endpoint ?? server.public_url,
  };
}
