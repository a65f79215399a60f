import type { ApiKey } from "../../../../../src/client/api-keys.ts";
import { useWhoami } from "../../../api/queries/whoami.ts";
import { keyPlace } from "./key-place.ts";

export function KeyPlaceText({ spec }: Pick<ApiKey, "spec">) {
  const { environments } = useWhoami();
  const place = keyPlace(spec);
  if (place.kind === "cloud") return "Cloud key, everywhere";
  const environment = environments.find(({ id }) => id === place.environment)?.name ?? place.environment;
  return (
    <span title={`${place.environment} ${place.cloud}.${place.region}`}>
      {environment}, {place.cloud.toUpperCase()} {place.region}
    </span>
  );
}
