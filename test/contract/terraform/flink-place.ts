import type { KeyPair, Provider } from "./provider.ts";
import { type Attributes, textOf } from "./resource.ts";

/** Where `/sql` is and what it is asked with: from the provider block (option 2), else from the resource (option 1). */
export interface FlinkPlace {
  readonly organization: string;
  readonly environment: string;
  readonly computePool: string;
  readonly principal: string;
  readonly restEndpoint: string;
  readonly credentials: KeyPair | undefined;
}

export function placeOf({ block }: Provider, attributes: Attributes): FlinkPlace {
  const { flink } = block;
  if (flink !== undefined) {
    return {
      organization: flink.organizationId,
      environment: flink.environmentId,
      computePool: flink.computePoolId,
      principal: flink.principalId,
      restEndpoint: flink.restEndpoint,
      credentials: flink.credentials,
    };
  }
  return {
    organization: textOf(attributes, "organization"),
    environment: textOf(attributes, "environment"),
    computePool: textOf(attributes, "compute_pool"),
    principal: textOf(attributes, "principal"),
    restEndpoint: textOf(attributes, "rest_endpoint"),
    credentials: attributes.credentials as KeyPair | undefined,
  };
}

/** `/sql/v1/...`; a name is one segment, percent-encoded. */
export function sqlPath(
  { organization, environment }: FlinkPlace,
  collection: string,
  name?: string,
): string {
  const path = `/sql/v1/organizations/${organization}/environments/${environment}/${collection}`;
  return name === undefined ? path : `${path}/${encodeURIComponent(name)}`;
}
