import type { Static } from "@sinclair/typebox";
import type { CredentialVersions as VersionsSchema } from "../api/keymoor-v1/connections.ts";
import type { Client } from "./client.ts";
import { type ConnectionView, connectionPath } from "./connections.ts";
import { type Place, regionHeaders } from "./place.ts";

export type CredentialVersions = Static<typeof VersionsSchema>;

/** Versions of a credential that are still kept, newest first. */
export function listVersions(client: Client, place: Place, name: string): Promise<CredentialVersions> {
  return client.request({
    path: `${connectionPath(place, name)}/versions`,
    headers: regionHeaders(place),
  });
}

/** Goes back to a version. */
export function activateVersion(
  client: Client,
  place: Place,
  name: string,
  version: number,
): Promise<ConnectionView> {
  return client.request({
    method: "POST",
    path: `${connectionPath(place, name)}/versions/${version}/activate`,
    headers: regionHeaders(place),
  });
}
