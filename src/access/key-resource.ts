/** What a key is said to be for. */
export type ReadKeyResource =
  | { readonly kind: "cloud" }
  | {
      readonly kind: "region";
      readonly cloud: string;
      readonly region: string;
      /** Absent when the text names the region alone. */
      readonly environmentId?: string;
    }
  | { readonly kind: "unknown" };

/** `cloud`, `aws.us-east-1` or `env-abc123.aws.us-east-1`: official clients write a Flink key's either way (contract/terraform.md 4). */
export function readKeyResource(text: string): ReadKeyResource {
  if (text.toLowerCase() === "cloud") return { kind: "cloud" };
  const [, environmentId, cloud, region] = /^(?:(.+)\.)?([A-Za-z0-9-]+)\.([A-Za-z0-9-]+)$/.exec(text) ?? [];
  if (cloud === undefined || region === undefined) return { kind: "unknown" };
  return {
    kind: "region",
    cloud: cloud.toLowerCase(),
    region,
    ...(environmentId !== undefined && { environmentId }),
  };
}
