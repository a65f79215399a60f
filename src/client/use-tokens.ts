import type { Static } from "@sinclair/typebox";
import type {
  NewUseToken as NewUseTokenSchema,
  ShownUseToken as ShownUseTokenSchema,
  UseToken as UseTokenSchema,
} from "../api/keymoor-v1/use-tokens.ts";
import { type Client, pathOf } from "./client.ts";
import { type EnvironmentPlace, environmentPath, type Place, regionHeaders } from "./place.ts";

export type NewUseToken = Static<typeof NewUseTokenSchema>;
export type UseToken = Static<typeof UseTokenSchema>;
/** With the token itself, which is shown this once. */
export type ShownUseToken = Static<typeof ShownUseTokenSchema>;

export function createUseToken(client: Client, place: Place, body: NewUseToken): Promise<ShownUseToken> {
  return client.request({ method: "POST", path: collection(place), headers: regionHeaders(place), body });
}

/** One's own; everyone's for those who manage access. Of all regions. */
export function listUseTokens(client: Client, place: EnvironmentPlace): AsyncGenerator<UseToken, void> {
  return client.items(collection(place));
}

export function revokeUseToken(client: Client, place: EnvironmentPlace, id: string): Promise<void> {
  return client.request({ method: "DELETE", path: collection(place) + pathOf(id) });
}

function collection(place: EnvironmentPlace): string {
  return `/keymoor/v1${environmentPath(place)}/use-tokens`;
}
