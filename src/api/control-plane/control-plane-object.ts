import { type Static, Type } from "@sinclair/typebox";
import type { Services } from "../../operations/services.ts";
import { wholeSeconds } from "../resource-url.ts";

export const ObjectMetadata = Type.Object(
  {
    self: Type.String({ description: "URL of the object." }),
    resource_name: Type.String({ description: "Confluent resource name." }),
    created_at: Type.String({ format: "date-time" }),
    updated_at: Type.String({ format: "date-time" }),
  },
  { title: "ObjectMetadata" },
);

export function objectMetadata(
  services: Services,
  path: string,
  resourceName: string,
  {
    createdAt,
    updatedAt = createdAt,
  }: { readonly createdAt: string; readonly updatedAt?: string | undefined },
): Static<typeof ObjectMetadata> {
  return {
    self: services.settings.publicUrl + path,
    resource_name: resourceName,
    created_at: wholeSeconds(createdAt),
    updated_at: wholeSeconds(updatedAt),
  };
}

/** Confluent resource name of an environment, with the authority that its clients know (contract/cli.md 3.2). */
export function environmentCrn(environment: {
  readonly id: string;
  readonly organizationId: string;
}): string {
  return `${organizationCrn(environment.organizationId)}/environment=${environment.id}`;
}

export function organizationCrn(organizationId: string): string {
  return `crn://confluent.cloud/organization=${organizationId}`;
}
