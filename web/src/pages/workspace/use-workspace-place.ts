import { useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Place } from "../../../../src/client/place.ts";
import { useWhoami } from "../../api/queries/whoami.ts";
import { useEnvironmentPlace } from "../../shell/use-environment-place.ts";

/** Where statements run: the environment of the page, and the region of the address or else the first. */
export function useWorkspacePlace(): Place {
  const { region: wanted } = useSearch({ from: "/shell/environments/$environment/workspace" });
  const { regions } = useWhoami();
  const here = useEnvironmentPlace();
  const found = regions.find((region) => regionKey(region) === wanted?.toLowerCase()) ?? regions[0];
  const cloud = found?.cloud ?? "";
  const region = found?.region ?? "";
  return useMemo(() => ({ ...here, cloud, region }), [here, cloud, region]);
}

/** `aws.us-east-1` */
export function regionKey({ cloud, region }: Pick<Place, "cloud" | "region">): string {
  return `${cloud}.${region}`.toLowerCase();
}
