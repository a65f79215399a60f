import type { ApiKey } from "../../../../../src/client/api-keys.ts";

type Spec = ApiKey["spec"];

export type KeyPlace =
  | { readonly kind: "cloud" }
  | { readonly kind: "flink"; readonly environment: string; readonly cloud: string; readonly region: string };

/** Where a key holds: everywhere its owner has a role, or in one region of one environment. */
export function keyPlace({ resource }: Pick<Spec, "resource">): KeyPlace {
  if (resource.environment === undefined) return { kind: "cloud" };
  // `aws.us-east-1`, or with the environment before it.
  const [region = "", cloud = ""] = resource.id.split(".").reverse();
  return { kind: "flink", environment: resource.environment, cloud, region };
}
